import { defineCommand } from '#runtime/command.ts';
import { queueFlag, userFlags } from '../tool/flags.ts';
import { receivedOutput, reply, replyArgs } from '../tool/messages.ts';

/** `nsc reply` of old: the same without the flags of the group */
export const command = defineCommand({
  name: 'reply',
  help: 'Answer requests as a user',
  hidden: true,
  args: replyArgs,
  flags: {
    ...userFlags,
    ...queueFlag,
    'max-messages': { type: 'int', default: '-1', help: 'End after so many messages' },
  },
  examples: ['nsc reply svc.time noon'],
  tags: { scope: 'user', impact: 'rw' },
  output: receivedOutput,
  run: ({ args, flags }, runtime) => reply(runtime, args, flags),
});
