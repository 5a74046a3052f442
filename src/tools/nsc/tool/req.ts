import { defineCommand } from '#runtime/command.ts';
import { encryptFlag, userFlags } from './flags.ts';
import { group } from './group.ts';
import { messageArgs, repliedOutput, request } from './messages.ts';

/** `nsc tool req` */
export const command = defineCommand({
  name: 'req',
  help: 'Send a request as a user and show the reply',
  args: messageArgs,
  flags: { ...userFlags, ...encryptFlag },
  inherits: group.flags,
  examples: ['nsc tool req svc.time now'],
  tags: { scope: 'user', impact: 'rw' },
  output: repliedOutput,
  run: ({ args, flags }, runtime) => request(runtime, args, flags),
});
