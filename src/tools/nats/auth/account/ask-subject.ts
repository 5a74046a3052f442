import { fail } from '#base/errors.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** Asks which export or import is meant; fails with not-found when there is none. */
export async function askSubject(
  runtime: Runtime,
  what: 'Export' | 'Import',
  subjects: readonly string[],
): Promise<string> {
  const word = what.toLowerCase();
  if (subjects.length === 0) {
    throw fail('not-found', `no ${word}s defined`, { hint: `nats auth account ${word}s add makes one` });
  }
  return (await runtime.prompts()).select({
    message: `Select an ${what}`,
    choices: [...new Set(subjects)].sort().map((subject) => ({ label: subject, value: subject })),
    flag: 'the subject argument',
  });
}
