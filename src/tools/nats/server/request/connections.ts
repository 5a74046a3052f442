import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

const sorts = [
  ...['cid', 'start', 'subs', 'pending', 'msgs_to', 'msgs_from', 'bytes_to', 'bytes_from', 'last', 'idle'],
  ...['uptime', 'stop', 'reason', 'rtt'],
] as const;

/** The server's numbers for the states of connections. */
const states: Readonly<Record<string, number>> = { open: 0, closed: 1, all: 2 };

/** `nats server request connections` */
export const command = defineCommand({
  name: 'connections',
  aliases: ['conn', 'connz'],
  help: 'Connections of the servers',
  args: waitArg,
  flags: {
    sort: { type: 'enum', enum: sorts, default: 'cid', help: 'Order of the connections' },
    subscriptions: { type: 'bool', help: 'Include the subscriptions' },
    'filter-cid': { type: 'uint', placeholder: 'CID', help: 'Only the connection of this number' },
    'filter-state': {
      type: 'enum',
      enum: ['open', 'closed', 'all'],
      default: 'open',
      help: 'Only connections in this state',
    },
    'filter-user': { type: 'string', placeholder: 'USER', help: 'Only connections of this user' },
    'filter-account': { type: 'string', placeholder: 'ACCOUNT', help: 'Only connections of this account' },
    'filter-subject': {
      type: 'string',
      placeholder: 'SUBJECT',
      help: 'Only connections with a subscription that matches; needs --filter-account',
    },
    'filter-empty': { type: 'bool', help: 'Leave out servers without such connections' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const state = states[flags['filter-state']] ?? 0;
    const asked = await askServers(runtime, 'CONNZ', flags, input.args.wait, {
      sort: flags.sort,
      auth: true,
      subscriptions: flags.subscriptions,
      subscriptions_detail: flags.subscriptions,
      offset: flags.offset,
      limit: flags.limit,
      ...(flags['filter-cid'] ? { cid: flags['filter-cid'] } : {}),
      ...(flags['filter-user'] ? { user: flags['filter-user'] } : {}),
      ...(flags['filter-account'] ? { acc: flags['filter-account'] } : {}),
      ...(flags['filter-subject'] ? { filter_subject: flags['filter-subject'] } : {}),
      state,
    });
    const shown = flags['filter-empty']
      ? asked.answers.filter((a) => (a.data?.num_connections ?? 0) > 0)
      : asked.answers;
    await showAnswers(runtime, asked, shown);
  },
});
