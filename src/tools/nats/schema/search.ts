import { BoxError, fail } from '#base/errors.ts';
import { list, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';

/** `nats schema search` */
export const command = defineCommand({
  name: 'search',
  aliases: ['find', 'list', 'ls'],
  help: 'List the schemas',
  args: { pattern: { type: 'string', default: '.', help: 'Only names that match this regular expression' } },
  flags: { json: { type: 'bool', help: 'Print the names as JSON' } },
  tags: { scope: 'local', impact: 'ro' },
  output: list(str),
  examples: ['nats schema search stream_.*request'],
  async run(input, runtime) {
    const { schemaNames } = await import('./catalog.ts');
    const pattern = input.args.pattern || '.';
    const names = search(() => schemaNames(pattern));
    const { json } = input.flags;
    const text = () =>
      names.length === 0
        ? `No schemas matched ${JSON.stringify(pattern)}\n`
        : `Matched Schemas:\n\n  ${names.join('\n  ')}\n`;
    // The original's list is null when there is none; every other form has an empty one.
    const classic = json && !runtime.globals.isSet('as') && runtime.contract.jq === undefined;
    await runtime.show({ data: classic && names.length === 0 ? null : names, text }, { json });
  },
});

function search(names: () => string[]): string[] {
  try {
    return names();
  } catch (error) {
    if (error instanceof BoxError) throw fail(error.kind, `search failed: ${error.message}`, error.facts);
    throw error;
  }
}
