import { fail } from '#base/errors.ts';
import { int, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { limitArg, reportFlags } from '../flags.ts';
import { connRecord, connRow, connsText, topConns } from './conn-table.ts';
import { type Conn, type ConnQuery, expressionFilter, fetchConns } from './connz.ts';
import { group } from './group.ts';
import { runReport } from './run.ts';

const sorts = ['in-bytes', 'out-bytes', 'in-msgs', 'out-msgs', 'uptime', 'cid', 'subs'] as const;

/** `nats server report connections` */
export const command = defineCommand({
  name: 'connections',
  aliases: ['conn', 'connz', 'conns'],
  help: 'Connections of all servers\n\nFilters are expressions over conn and server, with the keys of --json: conn.subscriptions > 10 && server.name == "n1"',
  args: limitArg,
  flags: {
    account: { type: 'string', help: 'Only connections of this account' },
    sort: { type: 'enum', enum: sorts, default: 'subs', help: 'Order of the connections' },
    top: { type: 'int', default: '1000', help: 'Show so many' },
    subject: { type: 'string', help: 'Only connections with a subscription that matches; needs --account' },
    username: { type: 'string', help: 'Only connections of this user' },
    state: { type: 'enum', enum: ['open', 'closed', 'all'], default: 'open', help: 'Only connections in this state' },
    'closed-reason': {
      type: 'string',
      placeholder: 'REASON',
      help: 'Only connections closed for a reason that matches this expression, any case',
    },
    filter: { type: 'string', help: 'Only connections this expression is true for' },
    ...reportFlags,
    json: { type: 'bool', short: 'j', help: 'Print the connections as JSON' },
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ cid: int, 'kind?': str, ip: str, port: int, 'account?': str, server: obj({ name: str }) })),
  async run(input, runtime) {
    const { flags } = input;
    const reason = flags['closed-reason'];
    if (reason && flags.filter) {
      throw fail('usage', 'cannot filter for closed reason and use a filter expression at the same time');
    }
    const keep = reason ? await reasonFilter(reason) : flags.filter ? await expressionFilter(flags.filter) : undefined;
    // Open connections have no reason: asking for one means the closed ones.
    const state = reason && !input.isSet('state') ? 'closed' : flags.state;
    const query: ConnQuery = {
      account: flags.account,
      user: flags.username,
      subject: flags.subject,
      state: state as 'open' | 'closed' | 'all',
      keep,
    };
    const order = { sort: flags.sort, reverse: flags.reverse, top: flags.top, reason: state !== 'open' };
    await runReport(runtime, { ...flags, limit: input.args.limit }, async (source, filter) => {
      const { conns, answered } = await fetchConns(source, filter, query);
      return {
        data: (flags.json ? conns : topConns(conns, order)).map(connRecord),
        rows: () => topConns(conns, order).map(connRow),
        text: () => connsText(runtime, conns, order),
        answered,
      };
    });
  },
});

async function reasonFilter(pattern: string): Promise<(conn: Conn) => boolean> {
  const { goRegExp } = await import('#base/regex.ts');
  const wanted = goRegExp(pattern, 'i');
  return ({ conn }) => wanted.test(conn.reason ?? '');
}
