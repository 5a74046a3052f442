import type { Runtime } from '#runtime/runtime.ts';
import { checkName } from '#store/names.ts';

/** The name for something new: the flag, else the argument; `*` is a random one. Fails with usage. */
export async function newName(
  runtime: Runtime,
  flag: string | undefined,
  argument: string | undefined,
  what: string,
): Promise<string> {
  let name = flag || argument || '';
  if (name === '*') name = (await import('./random-name.ts')).randomName((n) => runtime.random(n));
  checkName(name, what);
  return name;
}
