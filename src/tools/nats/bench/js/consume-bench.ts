// What the benchmarks that read a stream have in common.
import { fail } from '#base/errors.ts';
import { human } from '#base/human.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { createConsumer } from '#client/jetstream/consumers.ts';
import { purgeStream, streamInfo } from '#client/jetstream/streams.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { doing } from '../clients/client.ts';
import type { Kind, Plan } from '../plan.ts';
import { type CommonValues, jobOf, makePlan, sleepParameter } from '../prepare.ts';
import { type Job, runBench } from '../run.ts';

export interface ReadValues extends CommonValues {
  readonly stream: string;
  readonly batch?: number;
  readonly purge?: boolean;
  readonly filter?: readonly string[] | string;
  readonly consumer?: string;
  readonly acks?: string;
  readonly doubleack?: boolean;
}

/** The durable consumer that is made by itself. */
export const DURABLE = 'nats-bench';

/** Runs a benchmark that reads. */
export async function readBench(
  runtime: Runtime,
  kind: Kind,
  values: ReadValues,
  parameters: Record<string, string>,
  more: Partial<Job> & Pick<Job, 'word'>,
): Promise<void> {
  const { stream, batch, filter = [] } = values;
  if (batch !== undefined && batch < 1) throw fail('usage', '--batch must be at least 1');
  const plan = await makePlan(runtime, kind, values, {
    stream,
    batch: batch ?? 0,
    filters: typeof filter === 'string' ? [filter] : filter,
    consumer: values.consumer ?? '',
    acks: (values.acks ?? 'none') as Plan['acks'],
    doubleAck: values.doubleack === true,
  });
  await runBench(runtime, {
    ...jobOf(plan, values, { stream, sleep: sleepParameter(values), ...parameters }),
    changes: values.purge ? [`Would purge stream ${stream}`] : [],
    ...more,
    prepare: async (js) => {
      if (values.purge) await purge(js, stream);
      await more.prepare?.(js);
    },
  });
}

async function purge(js: JetStream, stream: string): Promise<void> {
  await streamInfo(js, stream).catch(doing(`getting stream '${stream}'`));
  await purgeStream(js, stream).catch(doing(`purging stream '${stream}'`));
}

/** `consume` and `fetch`: they share a durable consumer. */
export async function durableBench(
  runtime: Runtime,
  kind: Kind,
  values: ReadValues & Required<Pick<ReadValues, 'batch' | 'consumer' | 'acks' | 'doubleack' | 'filter' | 'purge'>>,
  word: string,
): Promise<void> {
  const { consumer, batch, acks } = values;
  const filters = [...values.filter];
  const parameters = {
    consumer,
    acks,
    'double-acked': String(values.doubleack),
    batch: human(batch),
    ...(filters.length > 0 ? { filter: filters.join(',') } : {}),
    purge: String(values.purge),
  };
  await readBench(runtime, kind, values, parameters, {
    word,
    prepare: async (js) => {
      if (consumer !== DURABLE) return;
      await createConsumer(js, values.stream, {
        name: consumer,
        durable_name: consumer,
        deliver_policy: 'all',
        ack_policy: acks as 'explicit',
        replay_policy: 'instant',
        max_ack_pending: batch * values.clients,
        inactive_threshold: 10_000_000_000n,
        ...(filters.length === 1 ? { filter_subject: filters[0] as string } : {}),
        ...(filters.length > 1 ? { filter_subjects: filters } : {}),
      }).catch(doing(`creating the durable consumer '${consumer}'`));
    },
  });
}
