// Plots of a stream or consumer, drawn again every second until interrupted.
import { fail } from '#base/errors.ts';
import { comma } from '#base/size.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { linePlot } from '#view/plot.ts';

export interface Series {
  readonly caption: string;
  /** Rates are the difference to the last sample over its age. */
  readonly kind: 'value' | 'rate';
  readonly format?: (value: number) => string;
}

function noTerminal() {
  const hint = 'info --json gives the numbers to scripts';
  return fail('usage', 'can only graph data on an interactive terminal', { hint });
}

/** Fails where nothing can be drawn, before anything is asked. */
export function requireTerminal(runtime: Runtime): void {
  if (!runtime.terminal.isTTY || !runtime.stdin.isTTY) throw noTerminal();
}

/** Draws `series` of what `sample` gives, one value each, under a heading. Needs a terminal. */
export async function watchGraph(
  runtime: Runtime,
  heading: string,
  series: readonly Series[],
  sample: () => Promise<readonly bigint[]>,
): Promise<void> {
  const io = (await import('#runtime/term-io.ts')).systemTermIO(runtime);
  if (!io) throw noTerminal();
  const { createScreen } = await import('#term/screen.ts');
  const small = () => io.size().columns < 20 || io.size().rows < 20;
  if (small()) throw fail('usage', 'please increase terminal dimensions');
  const data = series.map((): number[] => []);
  let last = await sample();
  let at = runtime.clock.mono();
  const screen = createScreen(io);
  runtime.onExit(() => screen.stop());
  try {
    while (!runtime.signal.aborted) {
      await runtime.clock.sleep(1000, runtime.signal).catch(() => undefined);
      if (runtime.signal.aborted) break;
      const next = await sample().catch(() => undefined);
      if (!next) continue;
      const now = runtime.clock.mono();
      const seconds = Number(now - at) / 1e9;
      series.forEach((s, i) => {
        const value = next[i] ?? 0n;
        const rate = Math.max(0, Number(value - (last[i] ?? 0n)) / seconds);
        data[i]?.push(s.kind === 'rate' ? rate : Number(value));
        data[i]?.splice(0, Math.max(0, (data[i]?.length ?? 0) - io.size().columns));
      });
      [last, at] = [next, now];
      screen.draw({
        lines: small() ? ['please increase terminal dimensions'] : frame(heading, series, data, io.size()),
      });
    }
  } finally {
    screen.stop();
  }
}

function frame(
  heading: string,
  series: readonly Series[],
  data: readonly (readonly number[])[],
  size: { columns: number; rows: number },
): string[] {
  const width = size.columns > 15 ? size.columns - 10 : size.columns;
  const height = Math.max(1, Math.floor((size.rows - 5) / series.length) - 2);
  const lines = [heading, ''];
  series.forEach((s, i) => {
    const points = data[i] ?? [];
    const padded = [...Array.from({ length: Math.max(0, width - points.length) }, () => 0), ...points].slice(-width);
    const format = s.format ?? ((v: number) => comma(BigInt(Math.round(v))));
    lines.push(...linePlot(padded, { caption: s.caption, width, height, lowerBound: 0, format }).split('\n'), '');
  });
  return lines;
}
