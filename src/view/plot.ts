import { toFixedEven } from '#base/fixed.ts';
import { paint, type Style, type TerminalFacts } from '#base/terminal.ts';

/** The size and the axis of a line plot. */
export interface PlotOptions {
  /** Points across; the series is stretched or shrunk to it. Default: one per value. */
  readonly width?: number;
  /** Rows of the plot less one. Default: one row per unit of the range. */
  readonly height?: number;
  readonly caption?: string;
  /** The axis reaches at least down to here. */
  readonly lowerBound?: number;
  /** The axis reaches at least up to here. */
  readonly upperBound?: number;
  /** How an axis value is written. Default: two decimals, more for small and none for large numbers. */
  readonly format?: (value: number) => string;
  /** Decimals of the axis values without `format`; default 2. */
  readonly precision?: number;
  /** Column of the axis; default 3. */
  readonly offset?: number;
}

/** Half away from zero, as the axis of the original rounds. */
function round(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/** Stretches or shrinks a series to `count` points by linear interpolation. */
function fit(series: readonly number[], count: number): number[] {
  const last = series.length - 1;
  if (count <= 1) return [series[last] ?? Number.NaN];
  return Array.from({ length: count }, (_, i) => {
    if (i === count - 1) return series[last] ?? Number.NaN;
    const at = (i * last) / (count - 1);
    const low = series[Math.floor(at)] ?? Number.NaN;
    return low + ((series[Math.ceil(at)] ?? Number.NaN) - low) * (at - Math.floor(at));
  });
}

/** Decimals that show the values well: more below 1, none from 100. */
function decimalsFor(minimum: number, maximum: number, wanted: number): number {
  const size = Math.max(Math.abs(minimum), Math.abs(maximum));
  const magnitude = size === 0 ? -1 : Math.log10(size);
  if (magnitude > 2) return 0;
  if (magnitude >= 0) return wanted;
  return Math.min(20, wanted + Math.trunc(Math.abs(magnitude)) - (Number.isInteger(magnitude) ? 1 : 0));
}

function rowsFor(interval: number): number {
  if (interval < 1e-300) return 1;
  if (interval >= 1) return Math.trunc(interval);
  const scaled = interval / 10 ** Math.floor(Math.log10(interval));
  return scaled < 2 ? Math.ceil(scaled) : Math.floor(scaled);
}

/**
 * A line plot with an axis, in the look of asciigraph: `┤` axis, `┼` where the first value lies, `╭╮╰╯│─` for the line.
 * NaN leaves a gap. Lines have no trailing blanks; the last one has no newline. Empty for an empty series.
 */
export function linePlot(series: readonly number[], options: PlotOptions = {}): string {
  if (series.length === 0) return '';
  const values = options.width && options.width > 0 ? fit(series, options.width) : [...series];
  const known = values.filter((value) => Number.isFinite(value));
  const lowest = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const highest = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const minimum = Math.min(known.length ? lowest : 0, options.lowerBound ?? Number.POSITIVE_INFINITY);
  const maximum = Math.max(known.length ? highest : 0, options.upperBound ?? Number.NEGATIVE_INFINITY);
  const interval = maximum - minimum;
  const height = options.height && options.height > 0 ? options.height : rowsFor(interval);
  const ratio = Number.isFinite(height / interval) ? height / interval : 1;
  const bottom = round(minimum * ratio);
  const flat = round(maximum * ratio) === bottom;
  const rows = flat ? height : round(maximum * ratio) - bottom;
  const offset = Math.max(1, options.offset ?? 3);

  const decimals = decimalsFor(minimum, maximum, options.precision ?? 2);
  const format = options.format ?? ((value: number) => toFixedEven(value, decimals));
  const labels = Array.from({ length: rows + 1 }, (_, row) => format(maximum - (row * interval) / rows));
  const labelWidth = Math.max(...labels.map((label) => label.length)) + 1;

  const canvas = labels.map(() => new Array<string>(values.length).fill(' '));
  const rowOf = (value: number): number => rows - (round(value * ratio) - bottom);
  drawLine(canvas, values, rowOf);

  const start = values[0] ?? Number.NaN;
  const lines = canvas.map((cells, row) => {
    const gap = ' '.repeat(Math.max(0, offset - 2 - labelWidth));
    const axis = Number.isFinite(start) && rowOf(start) === row ? '┼' : '┤';
    const label = (labels[row] ?? '').padStart(labelWidth);
    return `${gap}${label} ${axis}${cells.join('')}`.trimEnd();
  });
  if (options.caption) {
    const indent =
      Math.max(offset, labelWidth + 2) + Math.max(0, Math.trunc((values.length - options.caption.length) / 2));
    lines.push(' '.repeat(indent) + options.caption);
  }
  return lines.join('\n');
}

/** Column `x` of the canvas holds the step from value `x` to the next. */
function drawLine(canvas: string[][], values: readonly number[], rowOf: (value: number) => number): void {
  const put = (row: number, x: number, char: string) => {
    const cells = canvas[row];
    if (cells) cells[x] = char;
  };
  for (let x = 0; x < values.length - 1; x++) {
    const from = values[x] ?? Number.NaN;
    const to = values[x + 1] ?? Number.NaN;
    if (!Number.isFinite(from) && !Number.isFinite(to)) continue;
    if (!Number.isFinite(to)) put(rowOf(from), x, '╴');
    else if (!Number.isFinite(from)) put(rowOf(to), x, '╶');
    else if (rowOf(from) === rowOf(to)) put(rowOf(from), x, '─');
    else {
      const rising = rowOf(to) < rowOf(from);
      put(rowOf(to), x, rising ? '╭' : '╰');
      put(rowOf(from), x, rising ? '╯' : '╮');
      for (let row = Math.min(rowOf(from), rowOf(to)) + 1; row < Math.max(rowOf(from), rowOf(to)); row++)
        put(row, x, '│');
    }
  }
}

const ticks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const asciiTicks = ['_', '.', ':', '-', '=', '+', '*', '#'];

/** One character per value, scaled to the largest (or to `max`); the oldest values are dropped to fit `width`. */
export function sparkline(
  values: readonly number[],
  options: { width?: number; max?: number; unicode?: boolean } = {},
): string {
  const shown = options.width === undefined ? values : values.slice(Math.max(0, values.length - options.width));
  const top = options.max ?? shown.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
  const scale = options.unicode === false ? asciiTicks : ticks;
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const level = top > 0 ? Math.round((Math.max(0, value) / top) * (scale.length - 1)) : 0;
      return scale[Math.min(level, scale.length - 1)];
    })
    .join('');
}

/** One bar: its name and its length. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

/**
 * Bars of the values, smallest first, scaled so that the largest is `width` wide and the smallest is a sliver; a single
 * bar is full. Lines read `  label: ████ (value)`. `format` writes the value.
 */
export function barGraph(
  bars: readonly Bar[],
  options: {
    caption?: string;
    width?: number;
    format?: (value: number) => string;
    unicode?: boolean;
    sort?: boolean;
  } = {},
): string {
  const sorted = options.sort === false ? [...bars] : [...bars].sort((a, b) => a.value - b.value);
  const width = Math.max(1, options.width ?? 40);
  const values = sorted.map((bar) => bar.value);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const longest = Math.max(0, ...sorted.map((bar) => bar.label.length));
  const [full, sliver] = options.unicode === false ? ['#', '|'] : ['█', '▏'];
  const lines = sorted.map(({ label, value }) => {
    const share = least === most ? 1 : (value - least) / (most - least);
    const blocks = value === 0 || !Number.isFinite(share) ? 0 : Math.trunc(share * width);
    const bar = blocks === 0 ? sliver : full.repeat(blocks);
    return `${label.padStart(longest + 2)}: ${bar} (${options.format?.(value) ?? String(value)})\n`;
  });
  return (options.caption ? `${options.caption}\n\n` : '') + lines.join('');
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A gauge of `width` cells, filled by `share` (0 to 1). */
export function gauge(
  share: number,
  width: number,
  facts: Pick<TerminalFacts, 'unicode' | 'color'>,
  style: Style = '',
): string {
  const clean = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  if (!facts.unicode)
    return paint('#'.repeat(Math.round(clean * width)), style, facts).concat(
      '-'.repeat(width - Math.round(clean * width)),
    );
  const parts = Math.round(clean * width * 8);
  const filled = '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
  return paint(filled, style, facts) + '░'.repeat(width - Math.ceil(parts / 8));
}
