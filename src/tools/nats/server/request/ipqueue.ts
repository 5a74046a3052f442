import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers } from './ask.ts';
import { group } from './group.ts';

/** `nats server request ipqueue` */
export const command = defineCommand({
  name: 'ipqueue',
  aliases: ['ipq', 'ipqueuesz'],
  help: 'Queues inside the servers',
  flags: {
    all: { type: 'bool', default: 'true', negatable: true, help: 'Include empty queues' },
    filter: { type: 'string', help: 'Only queues with this in their name' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(runtime, 'IPQUEUESZ', flags, undefined, {
      all: flags.all,
      ...(flags.filter ? { filter: flags.filter } : {}),
    });
    await showAnswers(runtime, asked);
  },
});
