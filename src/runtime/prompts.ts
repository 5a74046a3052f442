import { createPrompts, type Prompts } from '#term/prompts.ts';
import type { Runtime } from './runtime.ts';
import { systemTermIO } from './term-io.ts';

/** Prompts on the process's terminal; without one, or with --no-input, every question fails naming its flag. */
export function systemPrompts(runtime: Runtime): Prompts {
  const io = runtime.contract['no-input'] ? undefined : systemTermIO(runtime);
  return createPrompts(io, { edit: (text, extension) => editText(runtime, text, extension) });
}

/** Lets the user's editor change a text; the file is private and removed afterwards. */
export async function editText(runtime: Runtime, text: string, extension: string): Promise<string> {
  const { splitWords } = await import('#base/shlex.ts');
  const editor = splitWords(runtime.env('VISUAL') || runtime.env('EDITOR') || 'vi');
  const dir = await runtime.files.tempDir('natsbox-');
  const path = `${dir}/edit${extension}`;
  try {
    await runtime.files.write(path, text, 0o600);
    const { status } = await runtime.programs.run([...editor, path], { inherit: true });
    const { fail } = await import('#base/errors.ts');
    if (status !== 0)
      throw fail('error', `editor ${editor[0]} ended with status ${status}`, { hint: 'set EDITOR to another one' });
    return await runtime.files.readText(path);
  } finally {
    await runtime.files.remove(dir, { recursive: true });
  }
}
