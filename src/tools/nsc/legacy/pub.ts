import { defineCommand } from '#runtime/command.ts';
import { userFlags } from '../tool/flags.ts';
import { messageArgs, publish, publishedOutput } from '../tool/messages.ts';

/** `nsc pub` of old: the same without the flags of the group */
export const command = defineCommand({
  name: 'pub',
  help: 'Publish a message as a user',
  hidden: true,
  args: messageArgs,
  flags: userFlags,
  examples: ['nsc pub orders.new hello'],
  tags: { scope: 'user', impact: 'rw' },
  output: publishedOutput,
  run: ({ args, flags }, runtime) => publish(runtime, args, flags),
});
