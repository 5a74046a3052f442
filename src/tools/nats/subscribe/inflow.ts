import type { Connection } from '#client/types.ts';

/** Waiting items at which the socket rests, and at which it goes on. */
const HIGH = 8192;
const LOW = 1024;

/** A queue between callbacks and a loop. While it is long, the connection is not read. */
export interface Inflow<T> {
  push(item: T): void;
  /** The next item; undefined after `stop`, or when none came in `waitMs` milliseconds (0: for ever). */
  next(waitMs?: number): Promise<T | undefined>;
  /** The next item if it is there already. */
  poll(): T | undefined;
  /** Lets what waits be taken, then ends. */
  finish(): void;
  /** Ends now, with the error if there is one. */
  stop(error?: Error): void;
  readonly stopped: boolean;
}

export function createInflow<T>(connection: Pick<Connection, 'pauseReading' | 'resumeReading'>): Inflow<T> {
  let items: T[] = [];
  let head = 0;
  let paused = false;
  let ended = false;
  let failed: Error | undefined;
  let wake: (() => void) | undefined;

  function take(): T {
    const item = items[head++] as T;
    if (head === items.length || head >= 4096) {
      items = items.slice(head);
      head = 0;
    }
    if (paused && items.length - head < LOW) {
      paused = false;
      connection.resumeReading();
    }
    return item;
  }

  function discard(): void {
    items = [];
    head = 0;
    if (paused) connection.resumeReading();
    paused = false;
  }

  const finish = (): void => {
    ended = true;
    wake?.();
  };

  return {
    push: (item) => {
      if (ended) return;
      items.push(item);
      if (!paused && items.length - head >= HIGH) {
        paused = true;
        connection.pauseReading();
      }
      wake?.();
    },
    next: async (waitMs = 0) => {
      if (items.length === head && !ended) {
        await new Promise<void>((resolve) => {
          const timer = waitMs > 0 ? setTimeout(resolve, waitMs) : undefined;
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      if (failed) throw failed;
      return items.length > head ? take() : undefined;
    },
    poll: () => (failed || items.length === head ? undefined : take()),
    finish,
    stop: (error) => {
      discard();
      failed ??= error;
      finish();
    },
    get stopped() {
      return ended;
    },
  };
}
