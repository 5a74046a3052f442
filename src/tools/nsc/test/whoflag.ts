import { fail } from '#base/errors.ts';
import { list, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { allCommands } from './commands.ts';

/** `nsc test whoflag` */
export const command = defineCommand({
  name: 'whoflag',
  help: 'Show which commands take a flag',
  args: { flag: { type: 'string', required: true, help: 'Name or letter of the flag, without dashes' } },
  examples: ['nsc test whoflag account'],
  tags: { scope: 'local', impact: 'ro' },
  output: list(str),
  async run({ args: { flag } }, runtime) {
    const takes = ({ flags }: { readonly flags: ReadonlyMap<string, { readonly short?: string }> }) =>
      [...flags].some(([name, { short }]) => name === flag || short === flag);
    const data = (await allCommands()).filter(takes).map(({ name }) => name);
    if (data.length === 0) throw fail('not-found', `no command takes the flag ${JSON.stringify(flag)}`);
    await runtime.show({ data, text: () => data.map((name) => `${name}\n`) });
  },
});
