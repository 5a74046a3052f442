// How long operations took: a histogram for the percentiles, exact figures for the rest.
import { atPercent, type Bucket, histogram } from '#base/hdr.ts';

/** What a client measured; plain data. Nanoseconds. */
export interface LatencyData {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** Sum of the squares. */
  readonly squares: number;
  readonly buckets: readonly Bucket[];
}

/** Takes times in nanoseconds. */
export interface Recorder {
  /** `count` operations took this long each. */
  record(ns: number, count?: number): void;
  data(): LatencyData;
}

export function createRecorder(): Recorder {
  const h = histogram();
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  let sum = 0;
  let squares = 0;
  return {
    record: (ns, count = 1) => {
      h.record(ns, count);
      if (ns < min) min = ns;
      if (ns > max) max = ns;
      sum += ns * count;
      squares += ns * ns * count;
    },
    data: () => ({ count: h.total, min: h.total === 0 ? 0 : min, max, sum, squares, buckets: h.buckets() }),
  };
}

/** All times of several clients as one. */
export function mergeLatency(parts: readonly LatencyData[]): LatencyData {
  const h = histogram();
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  let sum = 0;
  let squares = 0;
  for (const part of parts) {
    for (const [from, to, count] of part.buckets) h.record(from + Math.floor((to - from + 1) / 2), count);
    if (part.count > 0) min = Math.min(min, part.min);
    max = Math.max(max, part.max);
    sum += part.sum;
    squares += part.squares;
  }
  return { count: h.total, min: h.total === 0 ? 0 : min, max, sum, squares, buckets: h.buckets() };
}

/** The figures of a report, in microseconds as the report has them. */
export interface LatencySummary {
  readonly min: number;
  readonly avg: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly p9999: number;
  readonly stddev: number;
}

/** Percentiles have three significant digits; smallest, largest, mean and deviation are exact. */
export function summarize(data: LatencyData): LatencySummary {
  const { buckets, count, min, max } = data;
  const mean = count === 0 ? 0 : data.sum / count;
  const at = (percent: number) => Math.min(max, Math.max(min, atPercent(buckets, count, percent))) / 1000;
  return {
    min: min / 1000,
    avg: mean / 1000,
    max: max / 1000,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    p9999: at(99.99),
    stddev: count === 0 ? 0 : Math.sqrt(Math.max(0, data.squares / count - mean * mean)) / 1000,
  };
}
