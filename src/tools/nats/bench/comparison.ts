// Two results of a benchmark side by side.

/** What is read of a saved result. */
export interface Saved {
  readonly benchmark: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly total?: {
    readonly msgs_per_sec: number;
    readonly bytes_per_sec: number;
    readonly latency_us?: Readonly<Record<string, number>>;
  };
}

export interface Figure {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** As the number moved. */
  readonly change_percent: number;
  /** As it matters: positive is worse. */
  readonly worse_percent: number;
}

export interface Comparison {
  readonly benchmark: string;
  readonly figures: readonly Figure[];
  /** What makes the two hard to compare. */
  readonly notes: readonly string[];
}

/** Latencies that are compared; the largest one alone says little. */
const latencies = ['avg', 'p50', 'p90', 'p99', 'p999'] as const;

function change(before: number, after: number): number {
  if (before === 0) return after === 0 ? 0 : 100;
  return ((after - before) / before) * 100;
}

function figure(name: string, before: number, after: number, moreIsBetter: boolean): Figure {
  const moved = change(before, after);
  // Half the rate is twice as bad as a tenth less; a latency that doubled counts as 100 percent worse.
  return { name, before, after, change_percent: moved, worse_percent: moreIsBetter ? -moved : moved };
}

/** Rates, then latencies where both have them. */
export function compareResults(before: Saved, after: Saved): Comparison {
  const a = before.total;
  const b = after.total;
  const figures: Figure[] = [];
  if (a && b) {
    figures.push(figure('msgs/sec', a.msgs_per_sec, b.msgs_per_sec, true));
    for (const name of latencies) {
      const [x, y] = [a.latency_us?.[name], b.latency_us?.[name]];
      if (x !== undefined && y !== undefined) figures.push(figure(`latency ${name} us`, x, y, false));
    }
  }
  return { benchmark: after.benchmark, figures, notes: differences(before, after) };
}

function differences(before: Saved, after: Saved): string[] {
  const notes: string[] = [];
  if (before.benchmark !== after.benchmark) {
    notes.push(`The benchmarks differ: ${before.benchmark} and ${after.benchmark}`);
  }
  const places = [
    ['parameters', ['clients', 'msgs', 'size', 'batch', 'throughput', 'rate']],
    ['environment', ['natsbox', 'runtime', 'os', 'arch', 'cpus', 'server', 'tls']],
  ] as const;
  for (const [place, names] of places) {
    for (const name of names) {
      const [x, y] = [versionOf(before[place]?.[name]), versionOf(after[place]?.[name])];
      if (x !== y) notes.push(`${name} differs: ${x} and ${y}`);
    }
  }
  return notes;
}

/** Servers are told apart by their version: a name may change with every start. */
function versionOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return String((value as { version?: unknown }).version ?? '');
  return value === undefined ? 'nothing' : String(value);
}

/** The figure that got worse most. */
export function worst({ figures }: Comparison): Figure | undefined {
  return figures.reduce<Figure | undefined>(
    (bad, f) => (bad === undefined || f.worse_percent > bad.worse_percent ? f : bad),
    undefined,
  );
}
