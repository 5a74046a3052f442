import type { Style } from '#base/terminal.ts';
import { createPrompts, type Prompts } from '#term/prompts.ts';
import type { PromptOptions } from '#term/questions.ts';
import type { Runtime } from './runtime.ts';
import { systemTermIO } from './term-io.ts';

/** Prompts on the process's terminal; without one, or with --no-input, every question fails naming its flag. */
export async function systemPrompts(runtime: Runtime): Promise<Prompts> {
  const io = runtime.contract['no-input'] ? undefined : systemTermIO(runtime);
  const look = io && runtime.tool === 'nats' ? await contextLook(runtime) : {};
  return createPrompts(io, { ...look, edit: (text, extension) => editText(runtime, text, extension, { usual: 'vi' }) });
}

const plainSchemes: readonly string[] = ['yellow', 'blue', 'green', 'cyan', 'magenta', 'red'] satisfies Style[];

/** Questions say in which context they are asked, in its colour: the answer may be meant for another one. */
async function contextLook(runtime: Runtime): Promise<Pick<PromptOptions, 'badge' | 'style'>> {
  const { loadSettings } = await import('./settings.ts');
  const settings = await loadSettings(runtime).catch(() => undefined);
  if (!settings?.contextName) return {};
  const { colorScheme } = settings;
  return {
    badge: `[${settings.contextName}]`,
    ...(plainSchemes.includes(colorScheme) ? { style: colorScheme as Style } : {}),
  };
}

/**
 * Lets the user's editor change a text; the file is private and removed afterwards. Without EDITOR or VISUAL it is `usual`,
 * for those who are asked on a terminal; else it fails with `instead` as the hint, as nobody may be there to leave it.
 */
export async function editText(
  runtime: Runtime,
  text: string,
  extension: string,
  { instead, usual }: { readonly instead?: string; readonly usual?: string } = {},
): Promise<string> {
  const { fail } = await import('#base/errors.ts');
  const named = runtime.env('EDITOR') || runtime.env('VISUAL') || usual;
  if (!named) {
    const facts = instead === undefined ? {} : { hint: instead };
    throw fail('usage', 'set EDITOR environment variable to your chosen editor', facts);
  }
  const { splitWords } = await import('#base/shlex.ts');
  const editor = splitWords(named);
  const dir = await runtime.files.tempDir('natsbox-');
  const path = `${dir}/edit${extension}`;
  try {
    await runtime.files.write(path, text, 0o600);
    const { status } = await runtime.programs.run([...editor, path], { inherit: true });
    if (status !== 0)
      throw fail('error', `editor ${editor[0]} ended with status ${status}`, { hint: 'set EDITOR to another one' });
    return await runtime.files.readText(path);
  } finally {
    await runtime.files.remove(dir, { recursive: true });
  }
}
