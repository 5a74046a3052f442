import { fail } from '#base/errors.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Mappings } from './show.ts';

/** The source that is named, or picked; fails with not-found when it has no mappings. */
export async function pickSource(
  runtime: Runtime,
  mappings: Mappings,
  given: string | undefined,
  message: string,
): Promise<string> {
  const names = [...mappings.keys()].sort();
  const choices = names.map((source) => ({ label: source, value: source }));
  const source = given || (await (await runtime.prompts()).select({ message, choices, flag: 'the source argument' }));
  if (mappings.has(source)) return source;
  throw fail('not-found', `no mappings of ${JSON.stringify(source)}`, {
    hint: `there are those of ${names.join(', ')}`,
  });
}
