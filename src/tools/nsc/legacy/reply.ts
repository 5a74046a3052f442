import { defineCommand } from '#runtime/command.ts';
import { replyFlags } from '../tool/flags.ts';
import { receivedOutput, reply, replyArgs } from '../tool/messages.ts';

/** `nsc reply` of old: the same without the flags of the group */
export const command = defineCommand({
  name: 'reply',
  help: 'Answer requests as a user',
  hidden: true,
  args: replyArgs,
  flags: replyFlags,
  examples: ['nsc reply svc.time noon'],
  tags: { scope: 'user', impact: 'rw' },
  output: receivedOutput,
  run: ({ args, flags }, runtime) => reply(runtime, args, flags),
});
