// Asking a RAFT leader to hand over, and waiting until another one leads.
import { formatDuration, MILLISECOND, roundDuration } from '#base/duration.ts';
import { fail, messageOf } from '#base/errors.ts';
import type { ClusterInfo } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';

export interface StepDown {
  /** `stream "ORDERS"`, for messages. */
  readonly what: string;
  readonly leader: string;
  /** Half seconds until it counts as failed. */
  readonly tries: number;
  ask(): Promise<void>;
  cluster(): Promise<ClusterInfo | undefined>;
}

/** Asks and waits. Fails when nobody leads in time; a leader that stays is only told. */
export async function stepDown(runtime: Runtime, job: StepDown): Promise<void> {
  await job.ask();
  const start = runtime.clock.mono();
  for (let i = 0; i < job.tries; i++) {
    await runtime.clock.sleep(500, runtime.signal);
    let cluster: ClusterInfo | undefined;
    try {
      cluster = await job.cluster();
    } catch (error) {
      runtime.log(`Failed to retrieve the state: ${messageOf(error)}`);
      continue;
    }
    if (!cluster?.leader) runtime.log('No leader elected');
    else if (cluster.leader === job.leader) {
      const took = roundDuration(runtime.clock.mono() - start, MILLISECOND);
      runtime.log(`Leader did not change after ${formatDuration(took)}`);
    } else return runtime.log(`New leader elected ${JSON.stringify(cluster.leader)}`);
  }
  throw fail('timeout', `${job.what} did not elect a new leader in time`, { retryable: true });
}

/** The leader to ask, or why nobody can be asked. */
export function leaderOf(cluster: ClusterInfo | undefined, what: string, force: boolean): string {
  if (!cluster?.replicas?.length) {
    throw fail('usage', `${what} is not clustered`, {
      hint: 'only replicated streams and consumers have leaders to move',
    });
  }
  if (cluster.leader) return cluster.leader;
  if (force) return '<unknown>';
  throw fail('error', `${what} has no current leader`, { hint: '--force asks all the same', retryable: true });
}
