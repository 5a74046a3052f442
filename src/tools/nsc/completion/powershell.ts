import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { descriptionFlag, writeScript } from './script.ts';

/** `nsc completion powershell` */
export const command = defineCommand({
  name: 'powershell',
  help: 'Write the completion script for powershell',
  flags: descriptionFlag,
  examples: ['nsc completion powershell | Out-String | Invoke-Expression'],
  tags: { scope: 'local', impact: 'ro' },
  output: none,
  run: ({ flags }, runtime) => writeScript(runtime, 'powershell', flags),
});
