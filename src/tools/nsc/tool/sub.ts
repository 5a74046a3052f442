import { defineCommand } from '#runtime/command.ts';
import { subFlags } from './flags.ts';
import { group } from './group.ts';
import { receivedOutput, subjectArgs, subscribe } from './messages.ts';

/** `nsc tool sub` */
export const command = defineCommand({
  name: 'sub',
  help: 'Show the messages a user receives',
  args: subjectArgs,
  flags: subFlags,
  inherits: group.flags,
  examples: ['nsc tool sub "orders.>"'],
  tags: { scope: 'user', impact: 'ro' },
  output: receivedOutput,
  run: ({ args, flags }, runtime) => subscribe(runtime, args.subject, flags),
});
