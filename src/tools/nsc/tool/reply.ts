import { defineCommand } from '#runtime/command.ts';
import { replyFlags } from './flags.ts';
import { group } from './group.ts';
import { receivedOutput, reply, replyArgs } from './messages.ts';

/** `nsc tool reply` */
export const command = defineCommand({
  name: 'reply',
  help: 'Answer requests as a user',
  args: replyArgs,
  flags: replyFlags,
  inherits: group.flags,
  examples: ['nsc tool reply svc.time noon'],
  tags: { scope: 'user', impact: 'rw' },
  output: receivedOutput,
  run: ({ args, flags }, runtime) => reply(runtime, args, flags),
});
