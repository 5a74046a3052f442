/** Forms that monitoring answers are written in. */
import { formatDuration, uptime } from '#base/duration.ts';

/** Wrong options of a monitoring request; the text goes to who asked. */
export class MonitorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MonitorError';
  }
}

/** Whole seconds with days and years. */
export function age(ms: number): string {
  return uptime(BigInt(Math.max(0, Math.floor(ms))) * 1_000_000n);
}

/** A round trip as Go prints a duration; what lies between a microsecond and a millisecond is cut to microseconds. */
export function rttText(ms: number): string {
  const ns = BigInt(Math.round(ms * 1e6));
  return formatDuration(ns > 1000n && ns < 1_000_000n ? ns - (ns % 1000n) : ns);
}

/** Milliseconds in ns; whole, as Go's durations are in JSON. */
export function nanos(ms: number): number {
  return Math.round(ms * 1e6);
}

/** A page of a list. */
export function page<T>(list: readonly T[], offset: number, limit: number): T[] {
  const from = Math.min(Math.max(offset, 0), list.length);
  return list.slice(from, from + limit);
}
