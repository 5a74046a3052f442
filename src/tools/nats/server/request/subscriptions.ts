import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

/** `nats server request subscriptions` */
export const command = defineCommand({
  name: 'subscriptions',
  aliases: ['sub', 'subsz'],
  help: 'Subscriptions the servers hold',
  args: waitArg,
  flags: {
    detail: { type: 'bool', help: 'Include every subscription' },
    'filter-account': { type: 'string', placeholder: 'ACCOUNT', help: 'Only subscriptions of this account' },
    'filter-subject': {
      type: 'string',
      placeholder: 'SUBJECT',
      help: 'Only subscriptions a message on this subject reaches',
    },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(runtime, 'SUBSZ', flags, input.args.wait, {
      offset: flags.offset,
      limit: flags.limit,
      subscriptions: flags.detail,
      ...(flags['filter-account'] ? { account: flags['filter-account'] } : {}),
      ...(flags['filter-subject'] ? { test: flags['filter-subject'] } : {}),
    });
    await showAnswers(runtime, asked);
  },
});
