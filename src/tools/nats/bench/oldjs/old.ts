// What the benchmarks of older clients have in common.

import type { JetStream } from '#client/jetstream/api.ts';
import { deleteConsumer } from '#client/jetstream/consumers.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { DURABLE } from '../js/consume-bench.ts';
import type { Plan } from '../plan.ts';
import { type CommonValues, jobOf, makePlan, sleepParameter } from '../prepare.ts';
import { type Job, runBench } from '../run.ts';

export interface OldValues extends CommonValues {
  readonly stream: string;
  readonly consumer?: string;
  readonly ack?: boolean;
  readonly doubleack?: boolean;
}

/** Runs one of them. */
export async function oldBench(
  runtime: Runtime,
  plan: Pick<Plan, 'kind' | 'subject'> & Partial<Plan>,
  values: OldValues,
  parameters: Record<string, string>,
  more: Partial<Job> & Pick<Job, 'word'>,
): Promise<void> {
  const { stream } = values;
  const { kind, ...rest } = plan;
  const made = await makePlan(runtime, kind, values, {
    stream,
    consumer: values.consumer ?? '',
    acks: values.ack ? 'explicit' : 'none',
    doubleAck: values.doubleack === true,
    ...rest,
  });
  await runBench(runtime, {
    ...jobOf(made, values, { stream, sleep: sleepParameter(values), ...parameters }),
    ...more,
  });
}

/** Removes the consumer that was made for the run. */
export function removal(
  runtime: Runtime,
  values: Required<Pick<OldValues, 'stream' | 'consumer'>>,
): Pick<Job, 'cleanup'> {
  if (values.consumer !== DURABLE) return {};
  return {
    cleanup: async (js: JetStream) => {
      await deleteConsumer(js, values.stream, values.consumer);
      runtime.log(`Deleted durable consumer: ${values.consumer}`);
    },
  };
}
