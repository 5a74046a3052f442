import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

/** `nats server request variables` */
export const command = defineCommand({
  name: 'variables',
  aliases: ['var', 'varz'],
  help: 'Variables of the servers: settings, limits, counters',
  args: waitArg,
  flags: {
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(runtime, 'VARZ', flags, input.args.wait, {});
    await showAnswers(runtime, asked);
  },
});
