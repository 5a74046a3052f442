import { BoxError } from '#base/errors.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** Milliseconds a cluster may take to find a new leader, or a client another server. */
const PATIENCE = 30_000;
/** Milliseconds between two tries. */
const PAUSE = 250;

const passing = new Set(['timeout', 'no-responders', 'unreachable']);

function isPassing({ kind, facts }: BoxError): boolean {
  return facts.retryable === true || passing.has(kind);
}

/** Does a step again while it fails as it does when a server goes and another takes its place; throws when that lasts. */
export async function steadily<T>(runtime: Runtime, step: () => Promise<T>): Promise<T> {
  const end = runtime.clock.mono() + BigInt(PATIENCE) * 1_000_000n;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      runtime.signal.throwIfAborted();
      if (!(error instanceof BoxError) || !isPassing(error) || runtime.clock.mono() > end) throw error;
      await runtime.clock.sleep(PAUSE, runtime.signal);
    }
  }
}
