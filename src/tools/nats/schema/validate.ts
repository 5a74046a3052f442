import { causes, fail, messageOf } from '#base/errors.ts';
import { type Json, parseJson } from '#base/json64.ts';
import { systemErrorText } from '#base/system-error.ts';
import { list, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** `nats schema validate` */
export const command = defineCommand({
  name: 'validate',
  aliases: ['check'],
  help: 'Check a JSON file with a schema\n\nProblems are printed and the exit status is 0; with --strict it is 10.',
  args: {
    schema: { type: 'string', required: true, help: 'Name of the schema' },
    file: { type: 'string', required: true, help: 'File with the data; - is standard input' },
  },
  flags: { json: { type: 'bool', help: 'Print the problems as a JSON list' } },
  tags: { scope: 'local', impact: 'ro' },
  output: list(str),
  async run(input, runtime) {
    const { schema, file } = input.args;
    const value = await readJson(runtime, file);
    const { findSchema } = await import('./catalog.ts');
    const { problemLines, problemsOf } = await import('./check.ts');
    const found = findSchema(schema);
    const problems = found ? problemLines(problemsOf(found, value)) : [`unknown schema type ${schema}`];
    const text = () =>
      problems.length === 0
        ? `${file} validates against ${schema}\n`
        : `Validation errors in ${file}:\n\n  ${problems.join('\n  ')}\n`;
    await runtime.show({ data: problems, text }, { json: input.flags.json });
    if (problems.length > 0 && runtime.contract.strict) runtime.exit(causes['check-failed']);
  },
});

async function readJson(runtime: Runtime, file: string): Promise<Json> {
  let text: string;
  if (file === '-') text = new TextDecoder().decode(await runtime.stdin.bytes());
  else {
    const kind = (await runtime.files.stat(file))?.kind;
    if (kind === 'dir') throw fail('usage', `read ${file}: is a directory`, { hint: 'name a file' });
    text = await runtime.files.readText(file).catch((error: unknown) => {
      throw fail('not-found', `open ${file}: ${systemErrorText(error)}`, { hint: 'check the path of the file' });
    });
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw fail('usage', `could not parse JSON data in ${JSON.stringify(file)}: ${messageOf(error)}`);
  }
}
