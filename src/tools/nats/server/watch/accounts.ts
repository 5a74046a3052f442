import { comma, humanBytes } from '#base/size.ts';
import { formatDateTime, tryParseRfc3339 } from '#base/time.ts';
import { int, obj, str, stream } from '#cli/schema.ts';
import type { Int, ServerIdentity, Traffic } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { countText, largest, watchTable } from './live.ts';

/** What a server says of the connections of an account. */
interface AccountConns {
  readonly server: ServerIdentity;
  readonly acc: string;
  readonly name?: string;
  readonly conns: number;
  readonly leafnodes: number;
  readonly num_subscriptions: number;
  readonly sent: Traffic;
  readonly received: Traffic;
  readonly slow_consumers: Int;
}

interface Total {
  readonly account: string;
  readonly servers: number;
  readonly conns: bigint;
  readonly leafnodes: bigint;
  readonly subs: bigint;
  readonly slow: bigint;
  readonly sent: { readonly msgs: bigint; readonly bytes: bigint };
  readonly received: { readonly msgs: bigint; readonly bytes: bigint };
}

const keys: Readonly<Record<string, readonly [label: string, key: (t: Total) => bigint]>> = {
  conns: ['Connections', (t) => t.conns],
  recvb: ['Received Bytes', (t) => t.received.bytes],
  recvm: ['Received Messages', (t) => t.received.msgs],
  sentb: ['Sent Bytes', (t) => t.sent.bytes],
  sentm: ['Sent Messages', (t) => t.sent.msgs],
  slow: ['Slow Consumers', (t) => t.slow],
  subs: ['Subscriptions', (t) => t.subs],
};
const sorts = ['conns', 'recvb', 'recvm', 'sentb', 'sentm', 'slow', 'subs'] as const;

/** Servers with connections send every 30 seconds; what is older is of servers that have none any more. */
const fresh = 35_000_000_000n;

/** `nats server watch accounts` */
export const command = defineCommand({
  name: 'accounts',
  aliases: ['account', 'acct'],
  help: 'Watch what accounts do\n\nServers with connections of an account send its numbers every 30 seconds: this is no view of one moment.',
  flags: {
    sort: { type: 'enum', enum: sorts, default: 'conns', help: 'Order of the accounts' },
    number: { type: 'int', short: 'n', default: '0', help: 'Show so many' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: stream(obj({ account: str, servers: int, conns: int, subs: int })),
  async run(input, runtime) {
    const { sort, number } = input.flags;
    const [label, key] = keys[sort] ?? ['', () => 0n];
    const accounts = new Map<string, Map<string, AccountConns>>();
    let last = runtime.clock.now();
    const totals = () =>
      largest(
        [...accounts.values()].map((servers) => totalOf([...servers.values()], runtime.clock.now())),
        key,
        (t) => t.account,
      );
    await watchTable<AccountConns>(runtime, number, {
      subject: '$SYS.ACCOUNT.*.SERVER.CONNS',
      take: (conns) => {
        const servers = accounts.get(conns.acc) ?? new Map<string, AccountConns>();
        accounts.set(conns.acc, servers.set(conns.server.id, conns));
        last = runtime.clock.now();
      },
      data: totals,
      table: (rows) => {
        const shown = totals().slice(0, rows);
        return {
          title: `Top ${countText(accounts.size, shown.length)} Account activity by ${label} at ${formatDateTime(last)}`,
          headers: ['Account', 'Servers', 'Connections', 'Leafnodes', 'Subscriptions', 'Slow', 'Sent', 'Received'],
          rows: shown.map((t) => [
            t.account,
            t.servers,
            comma(t.conns),
            comma(t.leafnodes),
            comma(t.subs),
            comma(t.slow),
            `${comma(t.sent.msgs)} / ${humanBytes(t.sent.bytes)}`,
            `${comma(t.received.msgs)} / ${humanBytes(t.received.bytes)}`,
          ]),
        };
      },
    });
  },
});

function totalOf(all: readonly AccountConns[], now: bigint): Total {
  const servers = all.filter((s) => now - (tryParseRfc3339(s.server.time) ?? 0n) <= fresh);
  const sum = (pick: (s: AccountConns) => Int): bigint => servers.reduce((n, s) => n + BigInt(pick(s)), 0n);
  return {
    account: all[0]?.name || (all[0]?.acc ?? ''),
    servers: servers.length,
    conns: sum((s) => s.conns),
    leafnodes: sum((s) => s.leafnodes),
    subs: sum((s) => s.num_subscriptions),
    slow: sum((s) => s.slow_consumers),
    sent: { msgs: sum((s) => s.sent.msgs), bytes: sum((s) => s.sent.bytes) },
    received: { msgs: sum((s) => s.received.msgs), bytes: sum((s) => s.received.bytes) },
  };
}
