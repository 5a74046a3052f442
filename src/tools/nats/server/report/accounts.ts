import { fail } from '#base/errors.ts';
import { comma, humanBytes } from '#base/size.ts';
import { any, arr, int, list, obj, str } from '#cli/schema.ts';
import type { ServerIdentity } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import type { Table } from '#view/table-model.ts';
import { reportFlags } from '../flags.ts';
import { connRecord, connsText, subsOf } from './conn-table.ts';
import { type Conn, fetchConns } from './connz.ts';
import { group } from './group.ts';
import { ordered, runReport, sumOf } from './run.ts';

/** What all connections of an account come to. */
export interface AccountUse {
  readonly account: string;
  readonly connections: number;
  readonly connection_info: readonly unknown[];
  readonly in_msgs: bigint;
  readonly out_msgs: bigint;
  readonly in_bytes: bigint;
  readonly out_bytes: bigint;
  readonly subscriptions: number;
  readonly server: readonly ServerIdentity[];
}

const sorts = ['in-bytes', 'out-bytes', 'in-msgs', 'out-msgs', 'conns', 'subs'] as const;

const keys: Readonly<Record<string, (a: AccountUse) => number | bigint>> = {
  'in-bytes': (a) => a.in_bytes,
  'out-bytes': (a) => a.out_bytes,
  'in-msgs': (a) => a.in_msgs,
  'out-msgs': (a) => a.out_msgs,
  conns: (a) => a.connections,
  subs: (a) => a.subscriptions,
};

/** `nats server report accounts` */
export const command = defineCommand({
  name: 'accounts',
  aliases: ['acct'],
  help: 'Connections, messages and subscriptions of each account, or the connections of one',
  args: {
    account: { type: 'string', help: 'Show the connections of this account' },
    limit: { type: 'int', help: 'Wait for no more than this many servers' },
  },
  flags: {
    sort: { type: 'enum', enum: sorts, default: 'subs', help: 'Order of the accounts' },
    top: { type: 'int', default: '1000', help: 'Show so many' },
    ...reportFlags,
    json: { type: 'bool', short: 'j', help: 'Print the accounts as JSON' },
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ account: str, connections: int, connection_info: arr(any), subscriptions: int })),
  async run(input, runtime) {
    const { flags } = input;
    const { account, limit } = input.args;
    const order = { sort: flags.sort, reverse: flags.reverse, top: flags.top, reason: false };
    await runReport(runtime, { ...flags, limit }, async (source, filter) => {
      // An archive is gathered by account and cannot be asked for one: the others are left out here.
      const wanted = account && source.isLive ? { account } : {};
      const keep = account && !source.isLive ? ({ conn }: Conn) => conn.account === account : undefined;
      const found = await fetchConns(source, filter, { ...wanted, keep });
      const { conns, answered } = found;
      const all = accountUse(conns);
      if (account) {
        const use = all[0];
        if (all.length !== 1) throw fail('error', `received results for multiple accounts, expected ${account}`);
        if (use?.account !== account) throw fail('not-found', `did not receive any results for account ${account}`);
        const data = flags.json && !runtime.globals.isSet('as') ? use : [use];
        return { data, text: () => connsText(runtime, found, order), answered };
      }
      const sorted = ordered(all, flags.reverse, keys[flags.sort] ?? ((a) => a.subscriptions), (a) => a.account);
      const top = flags.top > 0 && flags.top < sorted.length ? flags.top : sorted.length;
      const shown = flags.reverse ? sorted.slice(0, top) : sorted.slice(sorted.length - top);
      return {
        data: shown,
        rows: () => shown.map(({ connection_info: _conns, server, ...rest }) => ({ ...rest, servers: server.length })),
        text: async () => `\n${await tableText(runtime, accountTable(shown))}`,
        answered,
      };
    });
  },
});

/** Sums up connections by account. */
export function accountUse(conns: readonly Conn[]): AccountUse[] {
  const byAccount = new Map<string, Conn[]>();
  for (const c of conns) {
    const name = c.conn.account ?? '';
    const list = byAccount.get(name);
    if (list) list.push(c);
    else byAccount.set(name, [c]);
  }
  return [...byAccount].map(([account, own]) => ({
    account,
    connections: own.length,
    connection_info: own.map(connRecord),
    in_msgs: sumOf(own, (c) => c.conn.in_msgs),
    out_msgs: sumOf(own, (c) => c.conn.out_msgs),
    in_bytes: sumOf(own, (c) => c.conn.in_bytes),
    out_bytes: sumOf(own, (c) => c.conn.out_bytes),
    subscriptions: own.reduce((n, c) => n + subsOf(c), 0),
    server: [...new Map(own.map((c) => [c.server.id, c.server])).values()],
  }));
}

function accountTable(accounts: readonly AccountUse[]): Table {
  return {
    title: `${accounts.length} Accounts Overview`,
    headers: ['Account', 'Connections', 'In Msgs', 'Out Msgs', 'In Bytes', 'Out Bytes', 'Subs'],
    rows: accounts.map((a) => [
      a.account,
      comma(a.connections),
      comma(a.in_msgs),
      comma(a.out_msgs),
      humanBytes(a.in_bytes),
      humanBytes(a.out_bytes),
      comma(a.subscriptions),
    ]),
  };
}
