import { formatDuration, humanDuration } from '#base/duration.ts';
import { comma } from '#base/size.ts';
import { int, list, nanos, obj, str } from '#cli/schema.ts';
import { listConsumers } from '#client/jetstream/consumers.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import type { ConsumerInfo, StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { clusterText, countLeaders, leaderTable } from '../jetstream/leaders.ts';
import { pickConsumerStream } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { missingText } from './ls.ts';
import { ackText } from './show.ts';

/** `nats consumer report` */
export const command = defineCommand({
  name: 'report',
  help: 'Show how far the consumers of a stream are',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    raw: { type: 'bool', short: 'r', help: 'Plain numbers' },
    leaders: { type: 'bool', short: 'l', help: 'Show which servers lead how many consumers' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: list(
    obj({
      name: str,
      mode: str,
      ack_policy: str,
      ack_wait: nanos,
      ack_pending: int,
      redelivered: int,
      unprocessed: int,
      ack_floor: int,
      api_level: int,
      'leader?': str,
    }),
  ),
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const name = await pickConsumerStream(runtime, js, args.stream, { all: flags.all });
    const stream = await streamInfo(js, name);
    const missing: string[] = [];
    const all: ConsumerInfo[] = [];
    for await (const info of listConsumers(js, name, missing)) all.push(info);
    const text = async () => {
      const leaders = flags.leaders ? countLeaders(all.map((c) => c.cluster)) : [];
      const second = leaders.length > 0 ? `${await tableText(runtime, leaderTable(leaders, 'Consumers'))}\n` : '';
      const table = await reportText(runtime, stream, all, flags.raw);
      return `${table}\n${second}${await missingText(runtime, missing)}`;
    };
    await runtime.show({ data: all.map(row), text });
  },
});

function level(info: ConsumerInfo): string {
  return info.config.metadata?.['_nats.req.level'] || '0';
}

function row(c: ConsumerInfo) {
  return {
    name: c.name,
    mode: c.config.deliver_subject ? 'push' : 'pull',
    ack_policy: c.config.ack_policy ?? 'none',
    ack_wait: c.config.ack_wait ?? 0,
    ack_pending: c.num_ack_pending,
    redelivered: c.num_redelivered,
    unprocessed: c.num_pending,
    ack_floor: c.ack_floor.stream_seq,
    api_level: Number(level(c)),
    ...(c.cluster?.leader ? { leader: c.cluster.leader } : {}),
  };
}

function unprocessedText(pending: bigint, messages: bigint): string {
  if (pending === 0n) return '0';
  const share = messages === 0n ? 100n : (pending * 100n) / messages;
  return `${comma(pending)} / ${share > 100n ? 100n : share}%`;
}

function reportText(runtime: Runtime, stream: StreamInfo, all: readonly ConsumerInfo[], raw: boolean): Promise<string> {
  const rows = all.map((c) => {
    const wait = BigInt(c.config.ack_wait ?? 0);
    const head = [c.name, c.config.deliver_subject ? 'Push' : 'Pull', ackText(c.config.ack_policy)];
    const tail = [level(c), clusterText(c.cluster)];
    if (raw) {
      const { num_ack_pending, num_redelivered, num_pending, ack_floor } = c;
      return [
        ...head,
        formatDuration(wait),
        num_ack_pending,
        num_redelivered,
        num_pending,
        ack_floor.stream_seq,
        ...tail,
      ];
    }
    return [
      ...head,
      humanDuration(wait),
      comma(c.num_ack_pending),
      comma(c.num_redelivered),
      unprocessedText(BigInt(c.num_pending), BigInt(stream.state.messages)),
      comma(c.ack_floor.stream_seq),
      ...tail,
    ];
  });
  return tableText(runtime, {
    title: `Consumer report for ${stream.config.name} with ${comma(stream.state.consumer_count)} consumers`,
    headers: [
      'Consumer',
      'Mode',
      'Ack Policy',
      'Ack Wait',
      'Ack Pending',
      'Redelivered',
      'Unprocessed',
      'Ack Floor',
      'API Level',
      'Cluster',
    ],
    rows,
  });
}
