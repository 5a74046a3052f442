import type { LatencyData } from './latency.ts';

/** What a receiver of marked messages saw. */
export interface Counts {
  readonly lost: number;
  readonly duplicate: number;
  /** Places where numbers are missing, whether the messages came later or never. */
  readonly gaps: number;
}

/** What one client did; plain data. Times are milliseconds since 1970 with fractions. */
export interface Sample {
  readonly msgs: number;
  readonly bytes: number;
  /** Messages on the wire, both ways. */
  readonly wire: number;
  readonly start: number;
  readonly end: number;
  readonly latency?: LatencyData;
  readonly counts?: Counts;
  /** The stream had no more. */
  readonly drained?: boolean;
  /** Some batches were smaller than asked for. */
  readonly short?: boolean;
}

/** Several samples seen as one: the sums, from the first start to the last end. */
export function joined(samples: readonly Sample[]): Pick<Sample, 'msgs' | 'bytes' | 'start' | 'end'> {
  const of = (pick: (s: Sample) => number) => samples.map(pick);
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  return {
    msgs: sum(of((s) => s.msgs)),
    bytes: sum(of((s) => s.bytes)),
    start: Math.min(...of((s) => s.start)),
    end: Math.max(...of((s) => s.end)),
  };
}

/** The shortest time a rate is made from: one message alone takes none. */
const LEAST_SECONDS = 1e-6;

export function seconds(sample: Pick<Sample, 'start' | 'end'>): number {
  return Math.max(LEAST_SECONDS, (sample.end - sample.start) / 1000);
}

/** Messages per second, cut to a whole number. */
export function rateOf(sample: Pick<Sample, 'msgs' | 'start' | 'end'>): number {
  return Math.trunc(sample.msgs / seconds(sample));
}

/** Bytes per second. */
export function throughputOf(sample: Pick<Sample, 'bytes' | 'start' | 'end'>): number {
  return sample.bytes / seconds(sample);
}

/** Smallest, mean, largest and deviation of the clients' rates. */
export function rateSpread(samples: readonly Sample[]): { min: number; avg: number; max: number; stddev: number } {
  const rates = samples.map(rateOf);
  const avg = Math.trunc(rates.reduce((a, b) => a + b, 0) / rates.length);
  const variance = rates.reduce((sum, rate) => sum + (rate - avg) ** 2, 0) / rates.length;
  return { min: Math.min(...rates), avg, max: Math.max(...rates), stddev: Math.trunc(Math.sqrt(variance)) };
}
