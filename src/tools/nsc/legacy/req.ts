import { defineCommand } from '#runtime/command.ts';
import { encryptFlag, userFlags } from '../tool/flags.ts';
import { messageArgs, repliedOutput, request } from '../tool/messages.ts';

/** `nsc req` of old: the same without the flags of the group */
export const command = defineCommand({
  name: 'req',
  help: 'Send a request as a user and show the reply',
  hidden: true,
  args: messageArgs,
  flags: { ...userFlags, ...encryptFlag },
  examples: ['nsc req svc.time now'],
  tags: { scope: 'user', impact: 'rw' },
  output: repliedOutput,
  run: ({ args, flags }, runtime) => request(runtime, args, flags),
});
