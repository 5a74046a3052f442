import { replicaDrift } from '#base/human.ts';
import { int, list, obj, str } from '#cli/schema.ts';
import type { StreamDetail } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { renderTable } from '#view/table.ts';
import { separator, type TableRow } from '#view/table-model.ts';
import { gatherReplicas, grouped, healthOf, peersText, replicaFlags } from './replicas.ts';

/** One replica of a stream. */
export interface StreamReplica {
  readonly server: string;
  readonly serverId: string;
  readonly account: string;
  readonly accountId: string;
  readonly group: string;
  readonly stream: StreamDetail;
}

/** `nats server stream-check` */
export const command = defineCommand({
  name: 'stream-check',
  help: 'Compare the replicas of streams with each other',
  hidden: true,
  flags: { stream: { type: 'string', help: 'Only this stream' }, ...replicaFlags },
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ stream: str, account: str, server: str, status: str, messages: int, bytes: int })),
  async run(input, runtime) {
    const { flags } = input;
    const { answers, heading, source, tellAbsent } = await gatherReplicas(runtime, flags, {
      streams: true,
      raft: true,
    });
    const all = answers.flatMap(({ server, data }) =>
      (data?.account_details ?? []).flatMap((account) =>
        (account.stream_detail ?? []).map(
          (stream): StreamReplica => ({
            server: server.name,
            serverId: server.id,
            account: account.name,
            accountId: account.id,
            group: stream.stream_raft_group || stream.cluster?.raft_group || '',
            stream,
          }),
        ),
      ),
    );
    const rows: { replica: StreamReplica; status: string; leader: StreamReplica | undefined; health: string }[] = [];
    const groups = grouped(all, (r) => `${r.account}|${r.stream.name}|${r.group}`);
    for (const key of [...groups.keys()].sort()) {
      const peers = (groups.get(key) ?? []).sort((a, b) => (a.server < b.server ? -1 : 1));
      for (const replica of peers) {
        if (flags['raft-group'] && replica.group !== flags['raft-group']) continue;
        if (flags.stream && replica.stream.name !== flags.stream) continue;
        const status = streamStatus(replica, peers);
        if (flags.unsynced && status === 'IN SYNC') continue;
        const leader = peers.find((p) => p.server === replica.stream.cluster?.leader);
        const what = { account: replica.account, stream: replica.stream.name };
        const health = flags.health ? await healthOf(source, replica.serverId, what) : '';
        rows.push({ replica, status, leader, health });
      }
    }
    const data = rows.map(({ replica, status, health }) => ({
      stream: replica.stream.name,
      raft_group: replica.group,
      account: replica.account,
      server: replica.server,
      leader: replica.stream.cluster?.leader ?? '',
      ...replica.stream.state,
      status,
      ...(flags.health ? { health } : {}),
    }));
    const text = async () => {
      const table: TableRow[] = [];
      rows.forEach(({ replica: r, status, leader, health }, i) => {
        const before = rows[i - 1]?.replica;
        if (before && (before.stream.name !== r.stream.name || before.account !== r.account)) table.push(separator);
        const isLeader = r.server === r.stream.cluster?.leader;
        const count = (
          key: 'messages' | 'bytes' | 'num_subjects' | 'num_deleted' | 'consumer_count' | 'first_seq' | 'last_seq',
        ) => {
          const own = r.stream.state[key] ?? 0;
          if (!flags.unsynced || isLeader || !leader) return own;
          return replicaDrift(Number(own), Number(leader.stream.state[key] ?? 0));
        };
        table.push([
          r.stream.name,
          r.group,
          r.account.slice(0, 10).replaceAll(' ', '_'),
          r.accountId,
          `${r.server}${isLeader ? '*' : ''}`,
          count('messages'),
          count('bytes'),
          count('num_subjects'),
          count('num_deleted'),
          count('consumer_count'),
          count('first_seq'),
          count('last_seq'),
          status,
          r.stream.cluster?.leader ?? '',
          peersText(r.stream.cluster),
          health,
        ]);
      });
      const headers = [
        ...['Stream Replica', 'Raft', 'Account', 'Account ID', 'Node', 'Messages', 'Bytes', 'Subjects', 'Deleted'],
        ...['Consumers', 'First', 'Last', 'Status', 'Leader', 'Peers', ...(flags.health ? ['Health'] : [])],
      ];
      if (flags.csv)
        return `${heading}${renderTable({ headers, rows: table.filter((row) => row !== separator) }, { format: 'csv' })}\n`;
      const view = { title: 'Streams', headers, rows: table };
      return `${heading}Streams: ${all.length}\n${await tableText(runtime, view)}\n`;
    };
    await runtime.show({ data, text });
    await tellAbsent();
  },
});

/** How a replica stands to its peers. */
export function streamStatus(replica: StreamReplica, peers: readonly StreamReplica[]): string {
  const own = replica.stream;
  const leader = own.cluster?.leader ?? '';
  let status = 'IN SYNC';
  for (const { stream } of peers) {
    const [a, b] = [stream.state, own.state];
    const differs = a.messages !== b.messages && a.bytes !== b.bytes;
    if (differs || a.first_seq !== b.first_seq || a.last_seq !== b.last_seq) status = 'UNSYNCED';
    const other = stream.cluster?.leader ?? '';
    if (other !== '' && leader !== '' && other !== leader) status = 'MULTILEADER';
  }
  if (replica.server !== leader) {
    if (leader === '') return 'LEADERLESS';
    // Servers that are no cluster have no groups, and are each their own leader.
    if (replica.group === '' && (own.cluster?.replicas ?? []).length > 0) return 'MISSING_GROUP';
    return status;
  }
  return (own.cluster?.replicas ?? []).some((r) => r.name === leader) ? 'LEADER_IS_FOLLOWER' : status;
}
