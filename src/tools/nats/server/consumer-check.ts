import { toFixedEven } from '#base/fixed.ts';
import { replicaDrift } from '#base/human.ts';
import { int, list, obj, str } from '#cli/schema.ts';
import type { ConsumerDetail, StreamDetail } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { renderTable } from '#view/table.ts';
import { separator, type TableRow } from '#view/table-model.ts';
import { gatherReplicas, grouped, healthOf, peersText, replicaFlags } from './replicas.ts';

/** One replica of a consumer. */
export interface ConsumerReplica {
  readonly server: string;
  readonly serverId: string;
  readonly account: string;
  readonly accountId: string;
  readonly group: string;
  readonly stream: StreamDetail;
  readonly consumer: ConsumerDetail;
}

/** `nats server consumer-check` */
export const command = defineCommand({
  name: 'consumer-check',
  help: 'Compare the replicas of consumers with each other',
  hidden: true,
  flags: {
    stream: { type: 'string', help: 'Only consumers of this stream' },
    consumer: { type: 'string', help: 'Only this consumer' },
    ...replicaFlags,
  },
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ consumer: str, stream: str, account: str, server: str, status: str, pending: int })),
  async run(input, runtime) {
    const { flags } = input;
    const options = { streams: true, consumer: true, raft: true };
    const { answers, heading, source, tellAbsent } = await gatherReplicas(runtime, flags, options);
    const all = answers.flatMap(({ server, data }) =>
      (data?.account_details ?? []).flatMap((account) =>
        (account.stream_detail ?? []).flatMap((stream) =>
          (stream.consumer_detail ?? []).map((consumer): ConsumerReplica => {
            const known = (stream.consumer_raft_groups ?? []).find((g) => g.name === consumer.name)?.raft_group;
            const group = known || consumer.cluster?.raft_group || '';
            const where = { server: server.name, serverId: server.id, account: account.name, accountId: account.id };
            return { ...where, group, stream, consumer };
          }),
        ),
      ),
    );
    const rows: { replica: ConsumerReplica; status: string; leader: ConsumerReplica | undefined; health: string }[] =
      [];
    const groups = grouped(all, (r) => `${r.account}|${r.stream.name}|${r.consumer.name}|${r.group}`);
    for (const key of [...groups.keys()].sort()) {
      const peers = (groups.get(key) ?? []).sort((a, b) => (a.server < b.server ? -1 : 1));
      for (const replica of peers) {
        if (flags['raft-group'] && replica.group !== flags['raft-group']) continue;
        if (flags.consumer && replica.consumer.name !== flags.consumer) continue;
        if (flags.stream && replica.consumer.stream_name !== flags.stream) continue;
        const { status, unsynced } = consumerStatus(replica, peers);
        if (flags.unsynced && !unsynced) continue;
        const leader = peers.find((p) => p.server === replica.consumer.cluster?.leader);
        const what = { account: replica.account, stream: replica.stream.name, consumer: replica.consumer.name };
        const health = flags.health ? await healthOf(source, replica.serverId, what) : '';
        rows.push({ replica, status, leader, health });
      }
    }
    const data = rows.map(({ replica: r, status, health }) => ({
      consumer: r.consumer.name,
      stream: r.consumer.stream_name,
      raft_group: r.group,
      account: r.account,
      server: r.server,
      leader: r.consumer.cluster?.leader ?? '',
      delivered: r.consumer.delivered,
      ack_floor: r.consumer.ack_floor,
      ack_pending: r.consumer.num_ack_pending,
      redelivered: r.consumer.num_redelivered,
      waiting: r.consumer.num_waiting,
      pending: r.consumer.num_pending,
      status,
      ...(flags.health ? { health } : {}),
    }));
    const text = async () => {
      const table: TableRow[] = [];
      rows.forEach(({ replica, status, leader, health }, i) => {
        const before = rows[i - 1]?.replica;
        const isNew = before?.consumer.name !== replica.consumer.name || before.account !== replica.account;
        if (before && isNew) table.push(separator);
        const drift = flags.unsynced && leader && leader !== replica ? leader : undefined;
        table.push([...consumerRow(replica, status, drift), health]);
      });
      const headers = [
        ...['Consumer', 'Stream', 'Raft', 'Account', 'Account ID', 'Node', 'Delivered (S,C)', 'ACK Floor (S,C)'],
        ...['Counters', 'Status', 'Leader', 'Stream Cluster Leader', 'Peers', ...(flags.health ? ['Health'] : [])],
      ];
      if (flags.csv)
        return `${heading}${renderTable({ headers, rows: table.filter((row) => row !== separator) }, { format: 'csv' })}\n`;
      const view = { title: 'Consumers', headers, rows: table };
      return `${heading}Consumers: ${all.length}\n${await tableText(runtime, view)}\n`;
    };
    await runtime.show({ data, text });
    await tellAbsent();
  },
});

/** The cells of a replica; counters with their distance from `leader` when it is given. */
function consumerRow(r: ConsumerReplica, status: string, leader: ConsumerReplica | undefined): (string | number)[] {
  const { consumer: c, stream } = r;
  const { first_seq: first, last_seq: last } = stream.state;
  const progress =
    Number(last) > 0 ? `${toFixedEven((Number(c.delivered.stream_seq) / Number(last)) * 100, 0).padEnd(3)}%` : '0%';
  const number = (part: 'delivered' | 'ack_floor', key: 'stream_seq' | 'consumer_seq'): string =>
    leader ? replicaDrift(Number(c[part][key]), Number(leader.consumer[part][key])) : String(c[part][key]);
  const isLeader = c.cluster !== undefined && c.cluster.leader === r.server;
  return [
    c.name,
    c.stream_name,
    r.group,
    r.account.slice(0, 10).replaceAll(' ', '_'),
    r.accountId,
    `${r.server}${isLeader ? '*' : ''}`,
    `${number('delivered', 'stream_seq')} [${first}, ${last}] ${progress.padEnd(3)} | ${number('delivered', 'consumer_seq')}`,
    `${number('ack_floor', 'stream_seq')} | ${number('ack_floor', 'consumer_seq')}`,
    `(ap:${c.num_ack_pending}, nr:${c.num_redelivered}, nw:${c.num_waiting}, np:${c.num_pending})`,
    status,
    c.cluster?.leader ?? '',
    stream.cluster?.leader ?? '',
    peersText(c.cluster),
  ];
}

/** How a replica stands to its peers and to its stream. */
export function consumerStatus(
  replica: ConsumerReplica,
  peers: readonly ConsumerReplica[],
): { status: string; unsynced: boolean } {
  const { consumer: own, stream } = replica;
  const found = new Set<string>();
  const last = BigInt(stream.state.last_seq);
  if (last < BigInt(own.delivered.stream_seq)) found.add('UNSYNCED:DELIVERED_AHEAD_OF_STREAM_SEQ');
  if (last < BigInt(own.ack_floor.stream_seq)) found.add('UNSYNCED:ACKFLOOR_AHEAD_OF_STREAM_SEQ');
  const differs = (part: 'delivered' | 'ack_floor', other: ConsumerDetail) =>
    other[part].stream_seq !== own[part].stream_seq || other[part].consumer_seq !== own[part].consumer_seq;
  for (const { consumer: other } of peers) {
    if (differs('delivered', other)) found.add('UNSYNCED:DELIVERED');
    if (differs('ack_floor', other)) found.add('UNSYNCED:ACK_FLOOR');
    const [a, b] = [other.cluster?.leader ?? '', own.cluster?.leader ?? ''];
    if (a !== '' && b !== '' && a !== b) found.add('MULTILEADER');
  }
  const unsynced = found.size > 0;
  if (!own.cluster) return { status: 'NO_CLUSTER', unsynced: true };
  const { leader } = own.cluster;
  if (!leader) return { status: 'LEADERLESS', unsynced: true };
  if (leader !== replica.server && replica.group === '') return { status: 'MISSING_GROUP', unsynced: true };
  const seqs = [
    own.delivered.stream_seq,
    own.delivered.consumer_seq,
    own.ack_floor.stream_seq,
    own.ack_floor.consumer_seq,
  ];
  if (seqs.some((seq) => BigInt(seq) === 0n)) found.add('EMPTY');
  const status = found.size > 0 ? [...found].map((word) => `${word},`).join('') : 'IN SYNC';
  const meets = leader === replica.server && leader === stream.cluster?.leader;
  return { status: meets ? `${status} / INTERSECT` : status, unsynced };
}
