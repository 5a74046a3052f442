import { defineCommand } from '#runtime/command.ts';
import { subFlags } from '../tool/flags.ts';
import { receivedOutput, subjectArgs, subscribe } from '../tool/messages.ts';

/** `nsc sub` of old: the same without the flags of the group */
export const command = defineCommand({
  name: 'sub',
  help: 'Show the messages a user receives',
  hidden: true,
  args: subjectArgs,
  flags: subFlags,
  examples: ['nsc sub "orders.>"'],
  tags: { scope: 'user', impact: 'ro' },
  output: receivedOutput,
  run: ({ args, flags }, runtime) => subscribe(runtime, args.subject, flags),
});
