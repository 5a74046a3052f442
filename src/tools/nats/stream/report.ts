import { comma, humanBytes } from '#base/size.ts';
import { int, list, obj, str } from '#cli/schema.ts';
import { listStreams } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { clusterText, countLeaders, leaderTable, nameRows } from '../jetstream/leaders.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { replicates, replicationGraph, replicationTable } from './replication.ts';
import { policyText } from './show.ts';

/** `nats stream report` */
export const command = defineCommand({
  name: 'report',
  help: 'Show the sizes of all streams, and how they replicate',
  flags: {
    subject: { type: 'string', help: 'Only streams that carry this subject' },
    cluster: { type: 'string', help: 'Only streams in this cluster' },
    consumers: { type: 'bool', short: 'o', help: 'Order by number of consumers' },
    messages: { type: 'bool', short: 'm', help: 'Order by number of messages' },
    name: { type: 'bool', short: 'n', help: 'Order by name' },
    storage: { type: 'bool', short: 't', help: 'Order by kind of storage' },
    raw: { type: 'bool', short: 'r', help: 'Plain numbers' },
    dot: { type: 'string', help: 'Write mirrors and sources as a graph in the DOT language to this file' },
    leaders: { type: 'bool', short: 'l', help: 'Show which servers lead how many streams' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: list(
    obj({
      name: str,
      storage: str,
      'cluster?': str,
      'leader?': str,
      replicas: int,
      consumers: int,
      messages: int,
      bytes: int,
      lost: int,
      lost_bytes: int,
      deleted: int,
      api_level: int,
    }),
  ),
  async run(input, runtime) {
    const { flags } = input;
    const js = await setupJetStream(runtime);
    const missing: string[] = [];
    const all: StreamInfo[] = [];
    for await (const info of listStreams(js, flags.subject, missing)) {
      if (flags.cluster && info.cluster && info.cluster.name !== flags.cluster) continue;
      all.push(info);
    }
    all.sort(orderOf(flags));
    if (flags.dot && all.some(replicates)) {
      const { dotGraph } = await import('#view/dot.ts');
      await runtime.files.write(flags.dot, dotGraph(replicationGraph(all)), 0o600);
    }
    const text = () => reportText(runtime, all, missing, flags.raw, flags.leaders);
    await runtime.show({ data: all.map(row), text });
  },
});

interface Order {
  readonly consumers: boolean;
  readonly messages: boolean;
  readonly name: boolean;
  readonly storage: boolean;
}

/** By size unless a flag says otherwise; the smallest first. */
function orderOf(flags: Order): (a: StreamInfo, b: StreamInfo) => number {
  const by =
    <T extends string | bigint>(key: (s: StreamInfo) => T) =>
    (a: StreamInfo, b: StreamInfo) => {
      const [x, y] = [key(a), key(b)];
      return x < y ? -1 : x > y ? 1 : 0;
    };
  if (flags.consumers) return by((s) => BigInt(s.state.consumer_count));
  if (flags.messages) return by((s) => BigInt(s.state.messages));
  if (flags.name) return by((s) => s.config.name);
  if (flags.storage) return by((s) => policyText(s.config.storage));
  return by((s) => BigInt(s.state.bytes));
}

function deletedOf({ state }: StreamInfo): bigint {
  return BigInt(state.deleted?.length || state.num_deleted || 0);
}

function levelOf(info: StreamInfo): string {
  return info.config.metadata?.['_nats.req.level'] || '0';
}

function row(info: StreamInfo) {
  const { config, state, cluster } = info;
  return {
    name: config.name,
    storage: config.storage ?? 'file',
    ...(cluster?.name ? { cluster: cluster.name } : {}),
    ...(cluster?.leader ? { leader: cluster.leader } : {}),
    replicas: config.num_replicas ?? 1,
    consumers: state.consumer_count,
    messages: state.messages,
    bytes: state.bytes,
    lost: state.lost?.msgs?.length ?? 0,
    lost_bytes: state.lost?.bytes ?? 0,
    deleted: deletedOf(info),
    api_level: Number(levelOf(info)),
  };
}

async function reportText(
  runtime: Runtime,
  all: readonly StreamInfo[],
  missing: readonly string[],
  raw: boolean,
  leaders: boolean,
): Promise<string> {
  const head = 'Obtaining Stream stats\n\n';
  if (all.length === 0 && missing.length === 0) return `${head}No Streams defined\n`;
  const parts = [await streamsText(runtime, all, raw)];
  if (all.some(replicates)) parts.push(await tableText(runtime, replicationTable(all, raw)));
  const led = leaders ? countLeaders(all.map((s) => s.cluster)) : [];
  if (led.length > 0) parts.push(await tableText(runtime, leaderTable(led, 'Streams')));
  if (missing.length > 0) {
    const rows = nameRows([...missing].sort());
    parts.push(await tableText(runtime, { title: 'Inaccessible Streams', rows }));
  }
  return `${head}${parts.map((p) => `${p}\n`).join('')}`;
}

function placementText({ config }: StreamInfo): string {
  const { cluster, tags } = config.placement ?? {};
  return `${cluster ? `cluster: ${cluster} ` : ''}${tags?.length ? `tags: ${tags.join(', ')}` : ''}`;
}

function streamsText(runtime: Runtime, all: readonly StreamInfo[], raw: boolean): Promise<string> {
  const rows = all.map((s) => {
    const { state } = s;
    const lost = state.lost?.msgs?.length ?? 0;
    const lostBytes = state.lost?.bytes ?? 0;
    const head = [s.config.name, policyText(s.config.storage), placementText(s)];
    if (raw) {
      // The original's raw rows have no API level: what follows stands one column further left.
      const lostText = lost > 0 ? `${lost} (${lostBytes})` : '0';
      const numbers = [state.consumer_count, state.messages, state.bytes, lostText, deletedOf(s)];
      return [...head, ...numbers, clusterText(s.cluster)];
    }
    return [
      ...head,
      comma(state.consumer_count),
      comma(state.messages),
      humanBytes(state.bytes),
      lost > 0 ? `${comma(lost)} (${humanBytes(lostBytes)})` : '0',
      comma(deletedOf(s)),
      levelOf(s),
      clusterText(s.cluster),
    ];
  });
  return tableText(runtime, {
    title: 'Stream Report',
    headers: [
      'Stream',
      'Storage',
      'Placement',
      'Consumers',
      'Messages',
      'Bytes',
      'Lost',
      'Deleted',
      'API Level',
      'Replicas',
    ],
    rows,
  });
}
