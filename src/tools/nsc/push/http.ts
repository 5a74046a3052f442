// Account servers over http(s): tokens are got and posted by the public key of their account.
import { fail } from '#base/errors.ts';
import { fetchErrorText } from '#base/fetch-error.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import type { Entry } from '../report.ts';
import { group } from '../report.ts';

const READ_TIMEOUT = 5_000;
const PUSH_TIMEOUT = 30_000;
/** No token or message is near this size, bytes. */
const MAX_BODY = 8 * 1024 * 1024;

function below(base: string, ...words: readonly string[]): string {
  let url: URL;
  try {
    url = new URL(base);
  } catch {
    throw fail('usage', `${JSON.stringify(base)} is no URL`);
  }
  url.pathname = [url.pathname.replace(/\/+$/, ''), ...words].join('/').replace(/\/{2,}/g, '/');
  return url.toString();
}

/** Where an account server keeps the token of an account. */
export function accountUrl(base: string, publicKey: string): string {
  return below(base, 'accounts', publicKey);
}

/** Where an account server takes activations, and where it keeps one. */
export function activationsUrl(base: string, hashId?: string): string {
  return below(base, 'activations', ...(hashId === undefined ? [] : [hashId]));
}

/** Where an account server keeps the token of its operator. */
export function operatorUrl(base: string): string {
  return below(base, 'operator');
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function request(url: string, init: RequestInit, timeout: number, doing = 'loading'): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeout) });
    return { status: response.status, text: await boundedText(response) };
  } catch (error) {
    const posts = init.method === 'POST';
    const why = fetchErrorText(posts ? 'Post' : 'Get', url, error);
    throw fail('unreachable', posts ? why : `error ${doing} ${JSON.stringify(url)}: ${why}`, { retryable: true });
  }
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MAX_BODY) throw new Error(`the answer is longer than ${MAX_BODY} bytes`);
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

/** What a URL gives; fails unless the status is 200. */
export async function loadUrl(url: string): Promise<string> {
  const { status, text } = await request(url, {}, READ_TIMEOUT);
  if (status === 200) return text;
  throw fail(status === 404 ? 'not-found' : 'error', `error reading response from ${JSON.stringify(url)}: ${status}`, {
    code: status,
  });
}

function levelOf(status: number): Entry['level'] {
  if (status === 200) return 'ok';
  return status === 201 || status === 202 ? 'warning' : 'error';
}

const pushed: Readonly<Record<Entry['level'], string>> = {
  ok: 'pushed account jwt to the account server',
  warning: 'pushed account jwt was accepted by the account server',
  error: 'failed to push account to remote server',
};

/** Posts a token; the entry tells how it went, with what the server said. */
export async function pushToken(url: string, token: string): Promise<Entry> {
  const init = { method: 'POST', body: token, headers: { 'content-type': 'application/jwt' } };
  const { status, text } = await request(url, init, PUSH_TIMEOUT);
  const level = levelOf(status);
  const details: Entry[] = [{ level, text: pushed[level] }];
  if (text.trim() !== '') details.push({ level: 'ok', text: text.trim(), server: true });
  if (level === 'ok' && details.length === 1) return { level, text: 'push jwt to account server' };
  return group('push jwt to account server', details, level);
}

/** Gets a token; undefined when there is none, with the entry that says so. */
export async function pullToken(url: string): Promise<{ entry: Entry; token?: string }> {
  const { status, text } = await request(url, {}, READ_TIMEOUT, 'pulling');
  if (levelOf(status) === 'ok') {
    return { entry: { level: 'ok', text: 'pull jwt from account server' }, token: parseDecoratedJwt(text) };
  }
  if (status > 299) throw fail('error', `error pulling ${JSON.stringify(url)}: ${status}`, { code: status });
  // A server that has taken note may have the token later.
  const why: Entry = { level: levelOf(status), text: `failed to pull jwt from the account server: [${status}]` };
  return { entry: group('pull jwt from account server', [why]) };
}
