import { messageOf } from '#base/errors.ts';
import type { ConsumerInfo, Int, StreamInfo } from '#client/jetstream/types.ts';
import { consumerLimits, judgeConsumer } from '../../server/checks/consumer.ts';
import { isMonitored, judgeStream, noStreamLimits, streamLimits } from '../../server/checks/stream.ts';
import { newVerdict, type Verdict } from '../../server/checks/verdict.ts';
import { type AuditCheck, type CheckWorld, documents, type Outcome, verdict } from './check.ts';
import { share } from './servers.ts';

const suite = 'jetstream';

/** A stream as one server tells it. */
interface Replica {
  readonly account: string;
  readonly stream: string;
  readonly server: string;
  readonly info: StreamInfo & { readonly consumer_detail?: readonly ConsumerInfo[] };
}

async function* replicas(world: CheckWorld): AsyncGenerator<Replica> {
  for (const account of world.archive.accounts) {
    for (const stream of world.archive.streams(account)) {
      for (const server of world.archive.replicas(account, stream)) {
        const tags = { account, stream, server, artifact_type: 'stream_info' };
        for await (const info of documents<Replica['info']>(world.archive, tags)) {
          yield { account, stream, server, info };
        }
      }
    }
  }
}

const limitOf = (what: string) =>
  ({ description: `Highest use of the limit of ${what}`, default: 90, unit: '%' }) as const;

export const streamChecks: readonly AuditCheck[] = [
  {
    code: 'JETSTREAM_001',
    suite,
    name: 'Stream Lagging Replicas',
    description: 'No replica of a stream is far behind the others',
    thresholds: {
      last_seq: { description: 'How far a replica may be behind the highest sequence', default: 10, unit: '%' },
    },
    run: checkReplicas,
  },
  {
    code: 'JETSTREAM_002',
    suite,
    name: 'Stream High Cardinality',
    description: 'No stream holds too many subjects',
    thresholds: { subjects: { description: 'Most subjects of a stream', default: 1_000_000, unit: 'int' } },
    run: async (world) => {
      const most = world.threshold('subjects');
      for await (const { account, stream, info } of replicas(world)) {
        const subjects = info.state.num_subjects ?? 0;
        if (Number(subjects) > most) world.examples.add(`${account}/${stream}: ${subjects} subjects`);
      }
      return verdict(world.examples, 'WARN');
    },
  },
  {
    code: 'JETSTREAM_003',
    suite,
    name: 'Stream Limits',
    description: 'Streams stay below their limits',
    thresholds: { bytes: limitOf('bytes'), consumers: limitOf('consumers'), messages: limitOf('messages') },
    run: checkLimits,
  },
  {
    code: 'JETSTREAM_004',
    suite,
    name: 'Stream Metadata based monitoring',
    description: "Streams pass the checks their metadata asks for, as 'nats server check stream' does them",
    run: checkMonitoredStreams,
  },
  {
    code: 'JETSTREAM_005',
    suite,
    name: 'Consumer Metadata based monitoring',
    description: "Consumers pass the checks their metadata asks for, as 'nats server check consumer' does them",
    run: checkMonitoredConsumers,
  },
];

async function checkReplicas(world: CheckWorld): Promise<Outcome> {
  const percent = world.threshold('last_seq');
  let group: Replica[] = [];
  const judge = (): void => {
    const last = (r: Replica): bigint => BigInt(r.info.state.last_seq);
    const highest = group.reduce<Replica | undefined>((a, b) => (!a || last(b) > last(a) ? b : a), undefined);
    if (!highest || last(highest) === 0n) return;
    const allowed = BigInt(Math.trunc(Number(last(highest)) * (percent / 100)));
    for (const replica of group) {
      if (last(replica) >= last(highest) - allowed) continue;
      const { account, stream, server } = replica;
      world.examples.add(
        `${account}/${stream} server ${server} lastSequence: ${last(replica)} is behind highest lastSequence: ${last(highest)} on server: ${highest.server}`,
      );
    }
  };
  for await (const replica of replicas(world)) {
    const [first] = group;
    if (first && (first.account !== replica.account || first.stream !== replica.stream)) {
      judge();
      group = [];
    }
    group.push(replica);
  }
  judge();
  return verdict(world.examples, 'FAIL');
}

async function checkLimits(world: CheckWorld): Promise<Outcome> {
  for await (const { account, stream, server, info } of replicas(world)) {
    const look = (what: string, value: Int | undefined, limit: Int | undefined): void => {
      const [used, most] = [Number(value ?? 0), Number(limit ?? 0)];
      if (most <= 0 || used <= Math.trunc(most * (world.threshold(what) / 100))) return;
      world.examples.add(
        `stream ${stream} (in ${account} on ${server}) using ${share(used, most)} of ${what} limit (${used}/${most})`,
      );
    };
    look('messages', info.state.messages, info.config?.max_msgs);
    look('bytes', info.state.bytes, info.config?.max_bytes);
    look('consumers', info.state.consumer_count, info.config?.max_consumers);
  }
  return verdict(world.examples, 'WARN');
}

/** Adds what a check found to the examples; true when something was critical. */
function report(world: CheckWorld, what: string, found: Verdict): boolean {
  const { warnings, criticals } = found.result();
  for (const text of warnings) world.examples.add(`WARNING: ${what}: ${text}`);
  for (const text of criticals) world.examples.add(`CRITICAL: ${what}: ${text}`);
  return criticals.length > 0;
}

/** Followers know less than the leader: where there is one, only it is asked. */
function speaks(cluster: { readonly leader?: string } | undefined, server: string): boolean {
  return !cluster?.leader || cluster.leader === server;
}

async function checkMonitoredStreams(world: CheckWorld): Promise<Outcome> {
  let bad = false;
  for await (const { account, stream, server, info } of replicas(world)) {
    if (!speaks(info.cluster, server) || !isMonitored(info.config?.metadata)) continue;
    const found = newVerdict('stream', `${account}.${stream}`);
    judged(found, () => judgeStream(info, found, streamLimits(info, noStreamLimits)));
    if (report(world, `stream ${stream} in ${account}`, found)) bad = true;
  }
  return bad ? 'FAIL' : verdict(world.examples, 'WARN');
}

async function checkMonitoredConsumers(world: CheckWorld): Promise<Outcome> {
  let bad = false;
  for await (const { account, stream, server, info } of replicas(world)) {
    for (const consumer of info.consumer_detail ?? []) {
      if (!speaks(consumer.cluster, server) || !isMonitored(consumer.config?.metadata)) continue;
      const found = newVerdict('consumer', `${account}.${stream}.${consumer.name}`);
      judged(found, () => judgeConsumer(consumer, found, consumerLimits(consumer, {}), world.captured));
      if (report(world, `consumer ${consumer.name} in stream ${stream} in ${account}`, found)) bad = true;
    }
  }
  return bad ? 'FAIL' : verdict(world.examples, 'WARN');
}

/** Metadata that cannot be read is a finding of its own. */
function judged(found: Verdict, judge: () => void): void {
  try {
    judge();
  } catch (error) {
    found.critical(`could not configure based on metadata: ${messageOf(error)}`);
  }
}
