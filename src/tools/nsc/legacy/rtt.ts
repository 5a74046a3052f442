import { defineCommand } from '#runtime/command.ts';
import { userFlags } from '../tool/flags.ts';
import { measure, rttArgs, rttOutput } from '../tool/messages.ts';

/** `nsc rtt` of old: the same without the flags of the group */
export const command = defineCommand({
  name: 'rtt',
  help: 'Measure the round-trip time to the server as a user',
  hidden: true,
  args: rttArgs,
  flags: userFlags,
  examples: ['nsc rtt'],
  tags: { scope: 'user', impact: 'ro' },
  output: rttOutput,
  run: ({ flags }, runtime) => measure(runtime, flags),
});
