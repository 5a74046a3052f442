import { defineCommand } from '#runtime/command.ts';
import { userFlags } from './flags.ts';
import { group } from './group.ts';
import { measure, rttArgs, rttOutput } from './messages.ts';

/** `nsc tool rtt` */
export const command = defineCommand({
  name: 'rtt',
  help: 'Measure the round-trip time to the server as a user',
  args: rttArgs,
  flags: userFlags,
  inherits: group.flags,
  examples: ['nsc tool rtt'],
  tags: { scope: 'user', impact: 'ro' },
  output: rttOutput,
  run: ({ flags }, runtime) => measure(runtime, flags),
});
