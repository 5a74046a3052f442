import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

/** `nats server request leafnodes` */
export const command = defineCommand({
  name: 'leafnodes',
  aliases: ['leaf', 'leafz'],
  help: 'Leaf nodes connected to the servers',
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
    const asked = await askServers(runtime, 'LEAFZ', flags, input.args.wait, { subscriptions: flags.subscriptions });
    await showAnswers(runtime, asked);
  },
});
