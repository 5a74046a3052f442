import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { descriptionFlag, writeScript } from './script.ts';

/** `nsc completion zsh` */
export const command = defineCommand({
  name: 'zsh',
  help: 'Write the completion script for zsh',
  flags: descriptionFlag,
  examples: ['source <(nsc completion zsh)'],
  tags: { scope: 'local', impact: 'ro' },
  output: none,
  run: ({ flags }, runtime) => writeScript(runtime, 'zsh', flags),
});
