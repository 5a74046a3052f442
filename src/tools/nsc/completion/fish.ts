import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { descriptionFlag, writeScript } from './script.ts';

/** `nsc completion fish` */
export const command = defineCommand({
  name: 'fish',
  help: 'Write the completion script for fish',
  flags: descriptionFlag,
  examples: ['nsc completion fish > ~/.config/fish/completions/nsc.fish'],
  tags: { scope: 'local', impact: 'ro' },
  output: none,
  run: ({ flags }, runtime) => writeScript(runtime, 'fish', flags),
});
