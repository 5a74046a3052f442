import { fail } from '#base/errors.ts';
import { int, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { limitArg, reportFlags } from '../flags.ts';
import { connFlags, connQuery } from './conn-query.ts';
import { connRecord, connRow, connsText, topConns } from './conn-table.ts';
import { type ConnQuery, expressionFilter, fetchConns } from './connz.ts';
import { group } from './group.ts';
import { runReport } from './run.ts';

/** `nats server report connections` */
export const command = defineCommand({
  name: 'connections',
  aliases: ['conn', 'connz', 'conns'],
  help: 'Connections of all servers\n\nFilters are expressions over conn and server, with the keys of --json: conn.subscriptions > 10 && server.name == "n1"',
  args: limitArg,
  flags: {
    account: { type: 'string', help: 'Only connections of this account' },
    ...connFlags,
    subject: { type: 'string', help: 'Only connections with a subscription that matches; needs --account' },
    filter: { type: 'string', help: 'Only connections this expression is true for' },
    ...reportFlags,
    json: { type: 'bool', short: 'j', help: 'Print the connections as JSON' },
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ cid: int, 'kind?': str, ip: str, port: int, 'account?': str, server: obj({ name: str }) })),
  async run(input, runtime) {
    const { flags } = input;
    if (flags['closed-reason'] && flags.filter) {
      throw fail('usage', 'cannot filter for closed reason and use a filter expression at the same time');
    }
    const { query: wanted, order } = await connQuery(flags, input.isSet('state'));
    const keep = flags.filter ? await expressionFilter(flags.filter) : wanted.keep;
    const query: ConnQuery = { ...wanted, account: flags.account, keep };
    await runReport(runtime, { ...flags, limit: input.args.limit }, async (source, filter) => {
      const found = await fetchConns(source, filter, query);
      const { conns, answered } = found;
      return {
        data: (flags.json ? conns : topConns(conns, order)).map(connRecord),
        rows: () => topConns(conns, order).map(connRow),
        text: () => connsText(runtime, found, order),
        answered,
      };
    });
  },
});
