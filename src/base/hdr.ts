import { toFixedEven } from './fixed.ts';

/** Lowest value, highest value, count. */
export type Bucket = readonly [from: number, to: number, count: number];

/** The value that `percent` percent of the `total` counts in these buckets do not exceed; 0 where there are none. */
export function atPercent(buckets: readonly Bucket[], total: number, percent: number): number {
  const wanted = Math.max(1, Math.floor((Math.min(100, Math.max(0, percent)) / 100) * total + 0.5));
  let seen = 0;
  for (const [from, to, count] of buckets) {
    seen += count;
    if (seen >= wanted) return percent <= 0 ? from : to;
  }
  return 0;
}

/** A histogram that keeps a fixed number of significant digits over a wide range of whole numbers (HdrHistogram). */
export interface Histogram {
  /** Counts a value (whole, from 0), or several of them. Values above the highest count as the highest. */
  record(value: number, count?: number): void;
  /** Counts what another one holds. */
  merge(other: Histogram): void;
  readonly total: number;
  /** How many values were above the highest. */
  readonly clipped: number;
  /** The value that `percent` percent of the records do not exceed, at the upper end of its bucket; 0 for an empty histogram. */
  percentile(percent: number): number;
  min(): number;
  max(): number;
  mean(): number;
  stddev(): number;
  /** The filled buckets in order. */
  buckets(): Bucket[];
  reset(): void;
}

export interface HistogramRange {
  /** The smallest difference that matters; 1 unless given. */
  readonly lowest?: number;
  /** The largest value told apart; one hour in nanoseconds unless given. */
  readonly highest?: number;
  /** Significant digits, 1 to 5; 3 unless given. */
  readonly digits?: number;
}

/** The exponent of the highest bit of a positive whole number below 2^53. */
function highBit(value: number): number {
  return value >= 0x1_0000_0000 ? 63 - Math.clz32(Math.floor(value / 0x1_0000_0000)) : 31 - Math.clz32(value);
}

/**
 * Makes a histogram. Its memory is fixed: 8 bytes for each of about 2 * 10^digits * log2(highest / 10^digits) buckets, a
 * quarter megabyte for the defaults.
 */
export function histogram(range: HistogramRange = {}): Histogram {
  const digits = Math.min(5, Math.max(1, Math.trunc(range.digits ?? 3)));
  const highest = Math.max(2, Math.trunc(range.highest ?? 3.6e12));
  const unit = highBit(Math.max(1, Math.trunc(range.lowest ?? 1)));
  // One unit of resolution is needed up to twice 10^digits: 1999 and 2000 have to differ at three digits.
  const half = 2 ** (Math.ceil(Math.log2(2 * 10 ** digits)) - 1);
  const halfBits = highBit(half);
  const counts = new Float64Array(indexOf(highest) + 1);
  /** Nothing is counted outside of `[first, last]`, so that nothing else is looked through. */
  let first = counts.length;
  let last = -1;
  let total = 0;
  let clipped = 0;

  function indexOf(value: number): number {
    // Most values fit in 31 bits, where shifts do what powers of two would.
    if (value < 0x8000_0000) {
      const whole = value | 0;
      const bits = Math.max(0, 31 - Math.clz32(whole | 1) - unit - halfBits);
      return bits * half + (whole >>> (bits + unit));
    }
    const bucket = Math.max(0, highBit(Math.max(1, value)) - unit - halfBits);
    const sub = Math.floor(value / 2 ** (bucket + unit));
    return bucket * half + sub;
  }

  function bounds(index: number): [number, number] {
    const bucket = Math.max(0, Math.floor(index / half) - 1);
    const size = 2 ** (bucket + unit);
    const from = (index - bucket * half) * size;
    return [from, from + size - 1];
  }

  function record(value: number, count = 1): void {
    let kept = value > 0 ? Math.floor(value) : 0;
    if (kept > highest) {
      kept = highest;
      clipped += count;
    }
    const index = indexOf(kept);
    if (index < first) first = index;
    if (index > last) last = index;
    counts[index] = (counts[index] ?? 0) + count;
    total += count;
  }

  function buckets(): Bucket[] {
    const filled: Bucket[] = [];
    for (let i = first; i <= last; i++) {
      const count = counts[i] ?? 0;
      if (count > 0) filled.push([...bounds(i), count]);
    }
    return filled;
  }

  const percentile = (percent: number): number => atPercent(buckets(), total, percent);

  /** A mean over the buckets, each standing for the value in its middle. */
  function average(of: (middle: number) => number): number {
    let sum = 0;
    for (const [from, to, count] of buckets()) sum += of(from + Math.floor((to - from + 1) / 2)) * (count / total);
    return sum;
  }

  const mean = () => average((middle) => middle);

  function stddev(): number {
    const center = mean();
    return Math.sqrt(average((middle) => (middle - center) ** 2));
  }

  return {
    record,
    merge: (other) => {
      for (const [from, to, count] of other.buckets()) record(from + Math.floor((to - from + 1) / 2), count);
      clipped += other.clipped;
    },
    get total() {
      return total;
    },
    get clipped() {
      return clipped;
    },
    percentile,
    min: () => percentile(0),
    max: () => (total === 0 ? 0 : percentile(100)),
    mean,
    stddev,
    buckets,
    reset: () => {
      counts.fill(0);
      first = counts.length;
      last = -1;
      total = 0;
      clipped = 0;
    },
  };
}

/**
 * The percentile table that HdrHistogram's plotter reads, values multiplied by `scale`: a heading, an empty line, and a line
 * for each percentile.
 */
export function distributionTable(h: Histogram, percentiles: readonly number[], scale = 1): string {
  const rows = percentiles.map((percent) => {
    const share = percent / 100;
    const inverse = percent < 100 ? 1 / (1 - share) : 10_000_000;
    const count = Math.floor(share * h.total + 0.5);
    const fixed = (x: number) => toFixedEven(x, 6);
    return `${fixed(h.percentile(percent) * scale)}    ${fixed(share)}        ${count}            ${fixed(inverse)}\n`;
  });
  return `Value    Percentile    TotalCount    1/(1-Percentile)\n\n${rows.join('')}`;
}
