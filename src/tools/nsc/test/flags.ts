import { list, map, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { allCommands } from './commands.ts';

/** `nsc test flags` */
export const command = defineCommand({
  name: 'flags',
  help:
    'Show which command takes which flag, as CSV\n\n' + 'A cell holds the letter of the flag, or - when it has none.',
  args: { words: { type: 'string', cumulative: true, hidden: true, help: 'Ignored' } },
  tags: { scope: 'local', impact: 'ro' },
  output: list(obj({ command: str, flags: map(str) })),
  async run(_input, runtime) {
    const data = (await allCommands()).map(({ name, flags }) => ({
      command: name,
      flags: Object.fromEntries([...flags].map(([flag, spec]) => [flag, spec.short ?? '-'])),
    }));
    const columns = [...new Set(data.flatMap(({ flags }) => Object.keys(flags)))].sort();
    const row = ({ command: name, flags }: (typeof data)[number]) =>
      [name, ...columns.map((column) => flags[column] ?? '')].join(',');
    const text = () => [`cmd,${columns.join(',')}\n`, ...data.map((one) => `${row(one)}\n`)];
    await runtime.show({ data, text, rows: () => data.map(({ command: cmd, flags }) => ({ cmd, ...flags })) });
  },
});
