import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';

/** `nsc help`: the command layer answers it before a command runs; this is its place in the tree. */
export const command = defineCommand({
  name: 'help',
  help: 'Show the help of a command',
  args: { words: { type: 'string', cumulative: true, help: 'The command: add user' } },
  examples: ['nsc help add user'],
  tags: { scope: 'local', impact: 'ro' },
  output: none,
  run: async () => undefined,
});
