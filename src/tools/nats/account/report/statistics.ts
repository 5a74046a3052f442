import { fail } from '#base/errors.ts';
import { comma, humanBytes } from '#base/size.ts';
import { any, int, list, obj, str } from '#cli/schema.ts';
import { gather, noPrivileges } from '#client/system/gather.ts';
import { answerOf } from '#client/system/source.ts';
import type { Answer, ServerIdentity, Traffic } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';
import { tableText } from '#runtime/text.ts';
import { group } from './group.ts';

/** What one server says about the account (`server.AccountStat`). */
interface AccountStat {
  readonly acc: string;
  readonly conns: number;
  readonly leafnodes: number;
  readonly num_subscriptions: number;
  readonly sent: Traffic;
  readonly received: Traffic;
  readonly slow_consumers: number | bigint;
}

type Row = AccountStat & { readonly server: ServerIdentity };

/** `nats account report statistics` */
export const command = defineCommand({
  name: 'statistics',
  aliases: ['stats', 'statsz'],
  help: 'Connections and traffic of the account on each server',
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: list(obj({ server: obj({ name: str }), conns: int, sent: any, received: any })),
  async run(_input, runtime) {
    const { rows, servers } = await fetchStats(runtime);
    await runtime.show({
      data: rows,
      rows: () => rows.map(flat),
      text: async () => `${await tableText(runtime, statsTable(rows, servers))}\n`,
    });
  },
});

async function fetchStats(runtime: Runtime): Promise<{ rows: Row[]; servers: number }> {
  const [settings, connection] = await Promise.all([loadSettings(runtime), runtime.connect()]);
  const tracing = runtime.globals['trace'] === true;
  const answers = await gather(connection, '$SYS.REQ.ACCOUNT.PING.STATZ', '{}', {
    timeout: Number(settings.timeout / 1_000_000n),
    signal: runtime.signal,
    ...(tracing
      ? { trace: (way, subject, body) => runtime.log(`${way === 'request' ? '>>>' : '<<<'} ${subject}: ${body}`) }
      : {}),
  });
  if (answers.length === 0) throw fail('timeout', 'did not get results from any servers');
  const rows: Row[] = [];
  for (const msg of answers) {
    const { error, data, server } = answerOf<Answer<{ account_statz?: AccountStat[] | null }>>(msg);
    if (error) throw fail('error', `invalid response received: ${error.description ?? 'unknown error'}`);
    if (!data || !server) throw noPrivileges('no data received in response');
    const [stat] = data.account_statz ?? [];
    if (stat) rows.push({ ...stat, server });
  }
  return { rows, servers: answers.length };
}

function flat({ server, sent, received, ...rest }: Row) {
  return {
    server: server.name,
    cluster: server.cluster ?? '',
    version: server.ver,
    ...rest,
    sent_bytes: sent.bytes,
    sent_msgs: sent.msgs,
    received_bytes: received.bytes,
    received_msgs: received.msgs,
  };
}

function statsTable(rows: readonly Row[], servers: number) {
  const sum = (pick: (row: Row) => number | bigint) => rows.reduce((n, row) => n + BigInt(pick(row)), 0n);
  const traffic = (pick: (row: Row) => Traffic) => [
    humanBytes(sum((r) => pick(r).bytes)),
    comma(sum((r) => pick(r).msgs)),
  ];
  return {
    title: 'Server Statistics',
    headers: [
      ...['Server', 'Cluster', 'Version', 'Tags', 'Connections', 'Subscriptions', 'Leafnodes'],
      ...['Sent Bytes', 'Sent Messages', 'Received Bytes', 'Received Messages', 'Slow Consumers'],
    ],
    rows: rows.map((r) => [
      r.server.host,
      r.server.cluster ?? '',
      r.server.ver,
      (r.server.tags ?? []).join(', '),
      comma(r.conns),
      comma(r.num_subscriptions),
      comma(r.leafnodes),
      humanBytes(r.sent.bytes),
      comma(r.sent.msgs),
      humanBytes(r.received.bytes),
      comma(r.received.msgs),
      comma(r.slow_consumers),
    ]),
    footer: [
      ...[servers, '', '', '', comma(sum((r) => r.conns)), comma(sum((r) => r.num_subscriptions))],
      comma(sum((r) => r.leafnodes)),
      ...traffic((r) => r.sent),
      ...traffic((r) => r.received),
      comma(sum((r) => r.slow_consumers)),
    ],
  };
}
