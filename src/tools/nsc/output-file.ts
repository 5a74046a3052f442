import { fail, messageOf } from '#base/errors.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { expandPath } from '#store/dirs.ts';

export interface WriteOptions {
  /** Default 0600. */
  readonly mode?: number;
  /** Fails when the file is there. */
  readonly fresh?: boolean;
}

/** Writes a file the user named; its directory must be there. Nothing is written under --plan. Gives the full path. */
export async function writeOut(
  runtime: Runtime,
  path: string,
  content: string,
  { mode = 0o600, fresh = false }: WriteOptions = {},
): Promise<string> {
  const full = expandPath(runtime, path);
  if (fresh && (await runtime.files.stat(full))) {
    throw fail('conflict', `\`${full}\` already exists`, { hint: 'give another name, or --force to replace it' });
  }
  if (runtime.contract.plan) return full;
  try {
    await runtime.files.write(full, content, mode);
  } catch (error) {
    throw fail('error', `error writing \`${full}\`: ${messageOf(error)}`);
  }
  return full;
}
