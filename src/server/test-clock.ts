/** A clock that stands still until a test moves it: hours of expiries, pings and time limits in an instant. */
import type { Clock } from './core/types.ts';

export interface TestClock extends Clock {
  /** Moves on by so many ms: timers that fall due run in their order, each followed by what it set in motion. */
  advance(ms: number): Promise<void>;
}

/** One turn of the event loop, so that connections within the process answer what they were asked. */
const turn = (): Promise<void> => new Promise<void>((done) => setImmediate(done));

/** `start` is what `now` says at first, epoch ms; the present when not given. */
export function createTestClock(start: number = Date.now()): TestClock {
  let time = start;
  let next = 1;
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();

  const earliest = (until: number): number | null => {
    let found: number | null = null;
    let at = until;
    for (const [id, timer] of timers) {
      if (timer.at > at || (found !== null && timer.at === at)) continue;
      found = id;
      at = timer.at;
    }
    return found;
  };

  return {
    now: () => time,
    after(ms, run) {
      const id = next++;
      timers.set(id, { at: time + Math.max(0, ms), run });
      return id;
    },
    cancel: (timer) => void timers.delete(timer as number),
    async advance(ms) {
      const until = time + ms;
      for (let id = earliest(until); id !== null; id = earliest(until)) {
        const { at, run } = timers.get(id)!;
        timers.delete(id);
        time = Math.max(time, at);
        run();
        await turn();
      }
      time = until;
      await turn();
    },
  };
}
