import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

/** `nats server request routes` */
export const command = defineCommand({
  name: 'routes',
  aliases: ['route', 'routez'],
  help: 'Routes between the servers of a cluster',
  args: waitArg,
  flags: {
    subscriptions: { type: 'bool', help: 'Include the subscriptions' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(runtime, 'ROUTEZ', flags, input.args.wait, {
      subscriptions: flags.subscriptions,
      subscriptions_detail: flags.subscriptions,
    });
    await showAnswers(runtime, asked);
  },
});
