// The progress bars of a benchmark: one line for each client, redrawn in place; in a pipe only the last state.
import { formatDuration, SECOND } from '#base/duration.ts';
import type { Runtime } from '#runtime/runtime.ts';

export interface Bars {
  add(index: number, messages: number): void;
  /** Draws the last state and stops. */
  done(): void;
}

const REDRAW_MS = 100;

/** Bars for clients that have so many messages each. `doing` stands in front while they are at it. */
export function createBars(runtime: Runtime, totals: readonly number[], doing: string): Bars {
  const counts = totals.map(() => 0);
  const begin = runtime.clock.mono();
  const live = runtime.terminal.isTTY;
  const width = live ? Math.max(10, runtime.terminal.columns - 30) : 80;
  let drawn = false;
  let open = true;
  const draw = (word: string) => {
    const elapsed = runtime.clock.mono() - begin;
    const time = elapsed === 0n ? '---' : formatDuration(elapsed - (elapsed % SECOND));
    const lines = totals.map((total, i) => {
      const share = total === 0 ? 1 : Math.min(1, (counts[i] as number) / total);
      return `${word.padEnd(10)} ${time.padStart(5)} ${bar(share, width)} ${String(Math.floor(share * 100)).padStart(3)}%\n`;
    });
    runtime.out.write(`${drawn ? `\x1b[${totals.length}A\r\x1b[J` : ''}${lines.join('')}`);
    drawn = live;
    if (live) void runtime.out.flush();
  };
  const timer = live ? setInterval(() => draw(doing), REDRAW_MS) : undefined;
  timer?.unref?.();
  const stop = () => {
    open = false;
    clearInterval(timer);
  };
  runtime.onExit(stop);
  return {
    add: (index, messages) => {
      counts[index] = (counts[index] as number) + messages;
    },
    done: () => {
      if (!open) return;
      stop();
      draw('Finished');
    },
  };
}

function bar(share: number, width: number): string {
  const full = Math.floor(share * width);
  const fill = '='.repeat(full);
  const head = full > 0 && full < width ? `${fill.slice(0, -1)}>` : fill;
  const all = head.padEnd(width, '-');
  return `[${all.slice(1, -1)}]`;
}
