// From callbacks to batches: what a socket read brought is taken together, with one promise for all of it.
import type { Connection } from '../types.ts';

/** What may wait before the connection is not read any more. */
const HIGH_ITEMS = 8192;
const HIGH_BYTES = 4 * 1024 * 1024;

/** Gives an item to the batch; `bytes` is about what it holds. */
export type Push<T> = (item: T, bytes: number) => void;

/**
 * Runs `read` and yields what it pushes, never an empty batch. While the taker is slow and much waits, the connection
 * rests. Ends when `read` has ended and everything was taken, throws what it throws. Leaving the iteration aborts the
 * signal that `read` got, as `signal` does, and waits for its end.
 */
export async function* batchesOf<T>(
  connection: Pick<Connection, 'pauseReading' | 'resumeReading'>,
  read: (push: Push<T>, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): AsyncGenerator<T[]> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  let items: T[] = [];
  let bytes = 0;
  let paused = false;
  let ended = false;
  let wake: (() => void) | undefined;
  const rest = (wanted: boolean) => {
    if (wanted === paused) return;
    paused = wanted;
    if (wanted) connection.pauseReading();
    else connection.resumeReading();
  };
  const push: Push<T> = (item, size) => {
    items.push(item);
    bytes += size;
    if (items.length >= HIGH_ITEMS || bytes >= HIGH_BYTES) rest(true);
    wake?.();
  };
  const reading = read(push, stop.signal).finally(() => {
    ended = true;
    wake?.();
  });
  reading.catch(() => undefined);
  try {
    for (;;) {
      if (items.length === 0) {
        if (ended) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
        continue;
      }
      const batch = items;
      items = [];
      bytes = 0;
      yield batch;
      rest(false);
    }
    await reading;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    rest(false);
    stop.abort();
    await reading.catch(() => undefined);
  }
}
