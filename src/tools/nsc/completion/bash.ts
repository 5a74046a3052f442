import { none } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { descriptionFlag, writeScript } from './script.ts';

/** `nsc completion bash` */
export const command = defineCommand({
  name: 'bash',
  help: 'Write the completion script for bash',
  flags: descriptionFlag,
  examples: ['source <(nsc completion bash)'],
  tags: { scope: 'local', impact: 'ro' },
  output: none,
  run: ({ flags }, runtime) => writeScript(runtime, 'bash', flags),
});
