import { fail } from '#base/errors.ts';
import { arr, int, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { group } from './group.ts';
import { entryProblems, loadErrors } from './load.ts';

/** Checks every entry of a file, prints what is wrong, and throws when something is. */
export async function validateFile(runtime: Runtime, file: string): Promise<void> {
  const all = await loadErrors(runtime, file);
  const bad = all
    .map((e) => ({ error_code: e.error_code, problems: entryProblems(e) }))
    .filter((e) => e.problems.length > 0);
  const lines = bad.map((e) => `${e.error_code} failed: ${e.problems.join(', ')}\n`);
  await runtime.show({
    data: bad,
    text: () => lines.join('') + (bad.length === 0 ? `Validated ${all.length} errors\n` : ''),
  });
  if (bad.length > 0) throw fail('check-failed', `${file} is invalid`);
}

/** `nats errors validate` */
export const command = defineCommand({
  name: 'validate',
  help: 'Check a file of error codes',
  args: { file: { type: 'existing-file', help: 'File to check' } },
  inherits: group.flags,
  tags: { scope: 'local', impact: 'ro' },
  output: list(obj({ error_code: int, problems: arr(str) })),
  async run(input, runtime) {
    const file = input.args.file ?? input.flags.errors;
    if (file === undefined) throw fail('usage', 'errors file is required');
    await validateFile(runtime, file);
  },
});
