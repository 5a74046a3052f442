import { defineCommand } from '#runtime/command.ts';
import { userFlags } from './flags.ts';
import { group } from './group.ts';
import { messageArgs, publish, publishedOutput } from './messages.ts';

/** `nsc tool pub` */
export const command = defineCommand({
  name: 'pub',
  help: 'Publish a message as a user',
  args: messageArgs,
  flags: userFlags,
  inherits: group.flags,
  examples: ['nsc tool pub orders.new hello'],
  tags: { scope: 'user', impact: 'rw' },
  output: publishedOutput,
  run: ({ args, flags }, runtime) => publish(runtime, args, flags),
});
