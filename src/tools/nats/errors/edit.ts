import { fail, messageOf } from '#base/errors.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import { arr, int, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { checkCode, type ErrorCode, entryProblems, loadErrors } from './load.ts';
import { validateFile } from './validate.ts';

/** `nats errors edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['vi', 'add', 'new'],
  help: 'Change an error code of a file in your EDITOR, or add one',
  args: {
    file: { type: 'existing-file', required: true, help: 'File to change' },
    code: { type: 'uint', help: 'Code to change; without it a new one is added' },
  },
  tags: { scope: 'local', impact: 'rw' },
  output: list(obj({ error_code: int, problems: arr(str) })),
  async run(input, runtime) {
    const { file } = input.args;
    const code = checkCode(input.args.code ?? 0n);
    const all = await loadErrors(runtime, file);
    const at = all.findIndex((e) => e.error_code === code);
    const highest = Math.max(0, ...all.map((e) => e.error_code));
    const empty = { constant: '', code: 0, description: '', comment: '', help: '', url: '', deprecates: '' };
    const changed = await editUntilValid(runtime, all[at] ?? { ...empty, error_code: highest + 1 });
    if (at < 0) all.push(changed);
    else all[at] = changed;
    await runtime.files.write(file, stringifyJson(all, { indent: 2 }), 0o600);
    await validateFile(runtime, file);
  },
});

async function editUntilValid(runtime: Runtime, entry: ErrorCode): Promise<ErrorCode> {
  const { editText } = await import('#runtime/prompts.ts');
  let text = stringifyJson(entry, { indent: 2 });
  for (;;) {
    text = await editText(runtime, text, '.json');
    const problems: string[] = [];
    try {
      const changed = parseJson(text) as unknown as ErrorCode;
      problems.push(...entryProblems(changed));
      if (problems.length === 0) return changed;
    } catch (error) {
      problems.push(messageOf(error));
    }
    runtime.out.line(`Invalid error specification: ${problems.join(', ')}`);
    const prompts = await runtime.prompts();
    const again = await prompts.confirm({ message: 'Retry edit', default: true, flag: 'a valid document' });
    if (!again) throw fail('error', 'aborted');
  }
}
