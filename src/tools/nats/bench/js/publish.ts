// What the four ways to publish into a stream have in common.
import { humanDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { human } from '#base/human.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { createStream, purgeStream, streamInfo, updateStream } from '#client/jetstream/streams.ts';
import type { StreamConfig } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { doing } from '../clients/client.ts';
import { type Kind, listenSubject, type Plan } from '../plan.ts';
import { type CommonValues, jobOf, makePlan, sleepParameter, subjectParameters } from '../prepare.ts';
import { runBench } from '../run.ts';

export interface PublishValues extends CommonValues {
  readonly stream: string;
  readonly create: boolean;
  readonly storage: string;
  readonly replicas: number;
  readonly maxbytes: bigint;
  readonly dedup: boolean;
  readonly dedupwindow: bigint;
  readonly purge: boolean;
  readonly persistasync: boolean;
  readonly batch?: number;
}

/** Servers from this API level on know the way of publishing. */
const levels: Partial<Record<Kind, readonly [level: number, message: string]>> = {
  'js-pub-atomic': [
    2,
    'Atomic Batch Publishing requires NATS Server 2.12, specify --async for async publishing instead',
  ],
  'js-pub-fast': [4, 'Fast Batch Publishing requires NATS Server 2.14, specify --async for async publishing instead'],
};

/** Runs one of the publishing benchmarks. */
export async function publishBench(
  runtime: Runtime,
  kind: Kind,
  subject: string,
  values: PublishValues,
  more: Partial<Plan> = {},
): Promise<void> {
  const batch = values.batch ?? 0;
  if (values.batch !== undefined && batch < 1) throw fail('usage', '--batch must be at least 1');
  if (values.maxbytes <= 0n) {
    throw fail(
      'usage',
      `can not parse or invalid the value specified for the max stream/bucket size: ${values.maxbytes}`,
    );
  }
  if (values.persistasync && values.replicas !== 1 && kind === 'js-pub-atomic') {
    throw fail(
      'usage',
      'async persist mode is only supported for streams with 1 replica and incompatible with atomic batch publishing',
    );
  }
  const { stream, dedup } = values;
  const plan = await makePlan(runtime, kind, values, { subject, stream, dedup, batch, ...more });
  const parameters = {
    ...subjectParameters(plan),
    batch: human(batch),
    stream,
    sleep: sleepParameter(values),
    purge: String(values.purge),
    ...(values.create ? storageParameters(values) : {}),
  };
  const config = streamConfig(plan, values);
  await runBench(runtime, {
    ...jobOf(plan, values, parameters),
    word: kind === 'js-pub-sync' || kind === 'js-pub-async' ? 'Publishing' : 'Batching',
    failure: 'Fatal error',
    changes: [
      ...(values.create ? [`Would create or update stream ${stream}`] : []),
      ...(values.purge ? [`Would purge stream ${stream}`] : []),
    ],
    prepare: (js) => prepare(runtime, js, plan, values, config),
  });
}

function storageParameters(values: PublishValues): Record<string, string> {
  return {
    storage: values.storage,
    'max-bytes': human(values.maxbytes),
    replicas: human(values.replicas),
    deduplication: String(values.dedup),
    'dedup-window': humanDuration(values.dedupwindow),
  };
}

function streamConfig(plan: Plan, values: PublishValues): StreamConfig {
  const later = values.replicas === 1 && plan.kind !== 'js-pub-atomic' && values.persistasync;
  return {
    name: values.stream,
    subjects: [listenSubject(plan)],
    retention: 'limits',
    discard: 'new',
    storage: values.storage === 'memory' ? 'memory' : 'file',
    num_replicas: values.replicas,
    max_consumers: -1,
    max_msgs: -1,
    max_bytes: values.maxbytes,
    max_age: 0,
    max_msgs_per_subject: -1,
    max_msg_size: -1,
    duplicate_window: values.dedupwindow,
    allow_direct: true,
    allow_atomic: !later,
    allow_batched: true,
    ...(later ? { persist_mode: 'async' } : {}),
  };
}

async function prepare(
  runtime: Runtime,
  js: JetStream,
  plan: Plan,
  values: PublishValues,
  config: StreamConfig,
): Promise<void> {
  const { stream } = values;
  const needed = levels[plan.kind];
  if (needed && (js.connection.info.api_lvl ?? 0) < needed[0]) throw fail('error', needed[1]);
  if (values.create) await createOrUpdate(js, config);
  await streamInfo(js, stream).catch(doing(`could not access stream ${stream}`));
  runtime.log(`Using stream: ${stream}`);
  if (!values.purge) return;
  runtime.log('Purging the stream');
  await purgeStream(js, stream);
}

async function createOrUpdate(js: JetStream, config: StreamConfig): Promise<void> {
  const { name } = config;
  const what = doing(
    `could not create the stream. If you want to delete and re-define the stream use \`nats stream delete ${name}\``,
  );
  const there = await streamInfo(js, name).then(
    (info) => info.config,
    (error: { kind?: string }) => {
      if (error.kind === 'not-found') return undefined;
      return what(error);
    },
  );
  if (there === undefined) await createStream(js, config).catch(what);
  else await updateStream(js, { ...there, ...config }).catch(what);
}
