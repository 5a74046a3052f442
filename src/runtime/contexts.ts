// Contexts and the secrets they point to, in the world of a command.
import { fail } from '#base/errors.ts';
import { type ContextStore, openContexts } from '#client/context.ts';
import { configRoot, expandPath } from './paths.ts';
import type { Runtime } from './runtime.ts';

/** The contexts of this user. */
export async function contextStore(runtime: Runtime): Promise<ContextStore> {
  return openContexts(configRoot(runtime), runtime.files);
}

/** How a location names its secret; `path` stands for anything without a scheme we know. */
export type SecretScheme = 'path' | 'file' | 'env' | 'op' | 'nsc' | 'data';

export function secretScheme(location: string): SecretScheme {
  const m = /^(file|env|op|nsc):\/\/|^(data):/i.exec(location);
  return ((m?.[1] ?? m?.[2])?.toLowerCase() as SecretScheme | undefined) ?? 'path';
}

/**
 * The text behind a location: a path, `file://path`, `env://NAME`, `op://vault/item/field`, `nsc://operator/account/user`
 * or `data:;base64,TEXT`. Throws a BoxError that names the location but never what it holds.
 */
export async function resolveSecret(runtime: Runtime, location: string): Promise<string> {
  const rest = location.replace(/^\w+:(\/\/)?/, '');
  switch (secretScheme(location)) {
    case 'path':
      return readSecret(runtime, location);
    case 'file':
      return readSecret(runtime, rest);
    case 'env':
      return fromEnvironment(runtime, rest);
    case 'op':
      return runSecret(runtime, ['op', 'read', `op://${rest}`]);
    case 'nsc': {
      const { creds } = await nscProfile(runtime, rest);
      if (creds === '') throw fail('not-found', `nsc knows no credentials for nsc://${rest}`);
      return readSecret(runtime, creds);
    }
    case 'data':
      return fromData(location);
  }
}

/** As resolveSecret, but text without a scheme is the secret itself: passwords, tokens, seeds, JWTs. */
export async function resolveLiteral(runtime: Runtime, text: string): Promise<string> {
  if (secretScheme(text) === 'path') return text;
  return (await resolveSecret(runtime, text)).replace(/[\r\n]+$/, '');
}

async function readSecret(runtime: Runtime, location: string): Promise<string> {
  const path = expandPath(runtime, location);
  try {
    return await runtime.files.readText(path);
  } catch (error) {
    throw fileProblem(path, error);
  }
}

/** A file that cannot be read, in the words the Go tools use for it. */
export function fileProblem(path: string, error: unknown): Error {
  const { code } = error as { code?: string };
  if (code === 'ENOENT') return fail('not-found', `nats: open ${path}: no such file or directory`);
  if (code === 'EACCES') return fail('denied', `nats: open ${path}: permission denied`);
  if (code === 'EISDIR') return fail('usage', `nats: read ${path}: is a directory`);
  return error as Error;
}

function fromEnvironment(runtime: Runtime, name: string): string {
  if (name === '') throw fail('usage', 'env:// needs the name of a variable');
  const value = runtime.env(name);
  if (value === undefined || value === '') {
    const state = value === undefined ? 'not set' : 'empty';
    throw fail('not-found', `env: variable ${JSON.stringify(name)} is ${state}`);
  }
  return value;
}

function fromData(location: string): string {
  const m = /^data:([^,]*),(.*)$/s.exec(location);
  const coded = m?.[1]?.split(';').some((part) => part.trim() === 'base64');
  if (!m || !coded) throw fail('usage', 'data: locations are written data:;base64,TEXT');
  return Buffer.from(m[2] as string, 'base64').toString('utf8');
}

async function runSecret(runtime: Runtime, argv: readonly string[]): Promise<string> {
  const done = await runtime.programs.run(argv);
  if (done.status !== 0) {
    throw fail('error', `${argv.slice(0, 2).join(' ')} failed: ${Buffer.from(done.stderr).toString('utf8').trim()}`);
  }
  return Buffer.from(done.stdout).toString('utf8');
}

export interface NscProfile {
  /** Path of a credentials file; '' when nsc names none. */
  readonly creds: string;
  /** Server URLs with commas between; '' when nsc names none. */
  readonly service: string;
}

/** Asks the `nsc` program for the credentials and servers of `operator/account/user`. */
export async function nscProfile(runtime: Runtime, reference: string): Promise<NscProfile> {
  const url = `nsc://${reference.replace(/^nsc:\/\//i, '')}`;
  const text = await runSecret(runtime, ['nsc', 'generate', 'profile', url]);
  let profile: { user_creds?: string; operator?: { service?: string[] } };
  try {
    profile = JSON.parse(text) as typeof profile;
  } catch {
    // What it printed may hold secrets: only say that it was no profile.
    throw fail('error', 'nsc generate profile did not print a profile');
  }
  return { creds: profile.user_creds ?? '', service: (profile.operator?.service ?? []).join(',') };
}
