// What was measured as a table, as judgements, as data, and as a page with plots.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ratioPlot } from './plot.ts';
import { median, type Run } from './process.ts';
import type { Row, Side } from './row.ts';

export interface Result {
  readonly row: Row;
  readonly runs: Readonly<Record<Side, readonly Run[]>>;
}

interface Figures {
  readonly cpu_us: number;
  readonly rate: number;
  readonly latency_us: number;
  readonly rss_mb: number;
  /** Largest by smallest CPU of the rounds. */
  readonly spread: number;
}

function figures(runs: readonly Run[], ops: number): Figures | undefined {
  if (runs.length === 0) return undefined;
  const of = (pick: (run: Run) => number | undefined) => median(runs.map((r) => pick(r) ?? 0));
  const cpu = runs.map((r) => r.cpu);
  return {
    cpu_us: (of((r) => r.cpu) / ops) * 1e6,
    rate: of((r) => r.rate),
    latency_us: of((r) => r.latency),
    rss_mb: of((r) => r.rss),
    spread: Math.max(...cpu) / Math.max(1e-6, Math.min(...cpu)),
  };
}

/** A row as data. */
export function summary({ row, runs }: Result) {
  const of = (side: Side) => figures(runs[side], row.ops);
  const [ours, go, bound] = [of('ours'), of('go'), of('bound')];
  const ratio = (x: number | undefined, y: number | undefined) => (x && y ? x / y : undefined);
  return {
    id: row.id,
    title: row.title,
    ops: row.ops,
    ours,
    go,
    bound,
    bars: row.bars,
    cpu_ratio: ratio(ours?.cpu_us, go?.cpu_us),
    rate_ratio: ratio(ours?.rate, go?.rate),
    latency_ratio: ratio(ours?.latency_us, go?.latency_us),
    of_bound: ratio(ours?.rate, bound?.rate),
    cpu_of_bound: ratio(ours?.cpu_us, bound?.cpu_us),
  };
}

type Summary = ReturnType<typeof summary>;

const fixed = (value: number | undefined, digits = 2, end = '') =>
  value === undefined ? '-' : `${value.toFixed(digits)}${end}`;

function cells(s: Summary): string[] {
  return [
    s.title,
    fixed(s.ours?.cpu_us, s.ops > 1000 ? 2 : 0),
    fixed(s.cpu_ratio, 2, 'x'),
    fixed(s.rate_ratio, 2, 'x'),
    fixed(s.latency_ratio, 2, 'x'),
    fixed(s.of_bound === undefined ? undefined : s.of_bound * 100, 0, ' %'),
    fixed(s.cpu_of_bound, 2, 'x'),
    fixed(s.ours?.rss_mb || undefined, 0),
    fixed(s.ours?.spread, 1, 'x'),
  ];
}

/** Lines for the terminal. */
export function tableText(results: readonly Result[]): string {
  const widths = [28, 10, 8, 8, 8, 8, 8, 6, 7];
  return results
    .map(
      (r) =>
        `${cells(summary(r))
          .map((c, i) => c.padStart(i ? (widths[i] ?? 8) : 0).padEnd(i ? 0 : 28))
          .join(' ')}\n`,
    )
    .join('');
}

/** A line for every bar that was not reached, with the figure that was. */
export function judge(result: Result): string[] {
  const s = summary(result);
  const { bars } = s;
  const misses: string[] = [];
  const most = (name: string, got: number | undefined, bar: number | undefined, unit = 'x') => {
    if (bar !== undefined && got !== undefined && got > bar)
      misses.push(`${name} ${got.toFixed(2)}${unit}, at most ${bar}${unit}`);
  };
  const least = (name: string, got: number | undefined, bar: number | undefined) => {
    if (bar !== undefined && got !== undefined && got < bar)
      misses.push(`${name} ${got.toFixed(2)}x, at least ${bar}x`);
  };
  most('CPU', s.cpu_ratio, bars.cpu);
  least('rate', s.rate_ratio, bars.rate);
  most('latency', s.latency_ratio, bars.latency);
  least('share of the bound', s.of_bound, bars.ofBound);
  if (s.ours && s.go) most('CPU over Go', (s.ours.cpu_us - s.go.cpu_us) / 1000, bars.overGo, ' ms');
  most('memory', s.ours?.rss_mb, bars.rss, ' MiB');
  return misses.map((m) => `missed: ${s.title}: ${m}`);
}

const begin = '<!-- measured: written by npm run bench -- --page -->';
const end = '<!-- /measured -->';

/** Puts the results between the marks of the page, and the plots beside it. */
export function writePage(
  root: string,
  facts: Readonly<Record<string, unknown>>,
  results: readonly Result[],
  page: string,
): void {
  const all = results.map(summary);
  const pictures = join(root, 'docs/plots');
  mkdirSync(pictures, { recursive: true });
  const plots = [
    ['cpu', 'CPU per operation, Go = 1', all.map((s) => [s.title, s.cpu_ratio, s.bars.cpu] as const)],
    ['rate', 'Rate, Go = 1', all.map((s) => [s.title, s.rate_ratio, s.bars.rate] as const)],
  ] as const;
  for (const [name, title, bars] of plots) {
    const known = bars.flatMap(([label, value, bar]) => (value === undefined ? [] : [{ label, value, bar }]));
    if (known.length > 0) writeFileSync(join(pictures, `${name}.svg`), ratioPlot(title, known));
  }
  const table = [
    '| row | CPU us/op | CPU : Go | rate : Go | latency : Go | rate of bound | CPU : bound | MiB | spread |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...all.map((s) => `| ${cells(s).join(' | ')} |`),
  ];
  const list = Object.entries(facts).map(
    ([k, v]) => `${k.replaceAll('_', ' ')} ${typeof v === 'number' ? Number(v.toFixed(1)) : v}`,
  );
  const missed = results.flatMap(judge);
  const text = [
    begin,
    '',
    `Measured: ${list.join(', ')}.`,
    '',
    ...table,
    '',
    ...(existsPlot(all) ? ['![CPU per operation](plots/cpu.svg)', '', '![Rate](plots/rate.svg)', ''] : []),
    ...missed.map((m) => `- ${m}`),
    ...(missed.length > 0 ? [''] : []),
    end,
  ].join('\n');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  const next =
    from < 0
      ? `${page.trimEnd()}\n\n## Measured\n\n${text}\n`
      : page.slice(0, from) + text + page.slice(to + end.length);
  writeFileSync(join(root, 'docs/performance.md'), next);
}

function existsPlot(all: readonly Summary[]): boolean {
  return all.some((s) => s.cpu_ratio !== undefined);
}
