import type { Style } from '#base/terminal.ts';
import { visibleLine } from '#base/visible.ts';
import { truncate } from '#base/width.ts';
import type { TermIO } from './io.ts';
import { type ProgressState, progressLine, progressNumbers } from './progress-line.ts';

/** Milliseconds that only grow. */
export type Clock = () => number;

/** What is counted, and how often it is drawn. */
export interface ProgressOptions {
  /** Undefined when nobody knows how much there is. */
  readonly total?: number | undefined;
  readonly unit?: 'count' | 'bytes';
  readonly label?: string;
  readonly now: Clock;
  /** Least time between two drawings; default 100 ms on a terminal, 1 s in a pipe. */
  readonly intervalMs?: number;
  /** What a pipe gets: nothing (the default), a plain line now and then and one at the end, or only that one. */
  readonly piped?: 'quiet' | 'lines' | 'end';
  readonly style?: Style;
}

/** A bar or spinner on the cursor's line. Drawing happens in `add` and `set`, no timer runs. */
export interface Progress {
  add(amount: number): void;
  set(value: number): void;
  setTotal(total: number): void;
  setLabel(label: string): void;
  /** Writes a line of text above the bar. */
  log(line: string): void;
  /** Leaves ` done! [...]` in the place of the bar, or `text` and the numbers. Only the first end counts. */
  done(text?: string): void;
  /** Takes the bar off the screen. */
  clear(): void;
}

type Output = Pick<TermIO, 'write' | 'size' | 'facts' | 'onExit'>;

/** Shows progress on a terminal; in files and pipes it is quiet unless told otherwise. */
export function createProgress(io: Output, options: ProgressOptions): Progress {
  const { now } = options;
  const live = io.facts.isTTY;
  const silent = !live && options.piped !== 'lines' && options.piped !== 'end';
  const interval = options.intervalMs ?? (live ? 100 : 1000);
  const start = now();
  let value = 0;
  let total = options.total;
  let label = options.label;
  let tick = 0;
  let drawnAt = live ? Number.NEGATIVE_INFINITY : start;
  let shown = false;
  let open = true;

  const state = (): ProgressState => ({
    value,
    total,
    unit: options.unit ?? 'count',
    elapsed: now() - start,
    tick,
    ...(label ? { label } : {}),
  });
  const line = (): string =>
    progressLine(
      state(),
      live ? { ...io.facts, columns: io.size().columns } : { ...io.facts, columns: 100 },
      options.style ?? '',
    );

  const offExit = live
    ? io.onExit(() => {
        if (shown) io.write('\n\x1b[?25h');
        shown = false;
      })
    : () => {};

  const draw = (): void => {
    if (!open || silent || (!live && options.piped === 'end')) return;
    const at = now();
    if (at - drawnAt < interval) return;
    drawnAt = at;
    tick++;
    if (live) io.write(`${shown ? '' : '\x1b[?25l'}\r${line()}\x1b[K`);
    else io.write(`${line()}\n`);
    shown = live;
  };

  const end = (last: string): void => {
    if (!open) return;
    open = false;
    offExit();
    if (live && (shown || last !== '')) io.write(`${shown ? '\r\x1b[K' : ''}${last}${shown ? '\x1b[?25h' : ''}`);
    else if (!live && !silent) io.write(last);
    shown = false;
  };

  return {
    add(amount) {
      value += amount;
      draw();
    },
    set(next) {
      value = next;
      draw();
    },
    setTotal(next) {
      total = next;
    },
    setLabel(next) {
      label = next;
    },
    log(text) {
      const safe = live ? visibleLine(text) : text;
      if (shown) io.write(`\r\x1b[K${safe}\n${line()}\x1b[K`);
      else io.write(`${safe}\n`);
    },
    done(text) {
      const words = visibleLine(text ?? label ?? '');
      const last = `${text === undefined ? `${words} done!` : words} ${progressNumbers(state())}`;
      end(`${live ? truncate(last, Math.max(1, io.size().columns - 1)) : last}\n`);
    },
    clear: () => end(''),
  };
}
