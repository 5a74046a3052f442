import { formatDuration } from '../duration.ts';
import { compareNums, isNum, type Num } from '../exact.ts';
import { byCodePoint } from '../json64.ts';
import { formatLayout } from '../layout.ts';
import { civil, formatRfc3339Nano, tryParseRfc3339 } from '../time.ts';

/** A point in time or a span, in nanoseconds, as the expression's date functions give them. */
export interface Temporal {
  readonly temporal: 'time' | 'duration';
  readonly ns: bigint;
}

export function isTemporal(value: unknown): value is Temporal {
  return (
    typeof value === 'object' && value !== null && 'temporal' in value && typeof (value as Temporal).ns === 'bigint'
  );
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTemporal(value);
}

export function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** The name of a value's type as `type()` gives it. */
export function typeOf(value: unknown): string {
  if (isNil(value)) return 'nil';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'string') return 'string';
  if (isTemporal(value)) return value.temporal === 'time' ? 'time.Time' : 'time.Duration';
  return Array.isArray(value) ? 'array' : 'map';
}

/** Equality by value, deep; numbers of different kinds by their amount, times also with their RFC 3339 text. */
export function sameValue(a: unknown, b: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: compares number and bigint by value
  if (isNum(a) && isNum(b)) return a == b;
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  if (isTemporal(a) || isTemporal(b)) return compareTemporal(a, b) === 0;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  if (isMap(a)) {
    if (!isMap(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
    );
  }
  return a === b;
}

/** The order of two values; undefined when they have none. */
export function order(a: unknown, b: unknown): number | undefined {
  if (isNum(a) && isNum(b)) return compareNums(a, b);
  if (typeof a === 'string' && typeof b === 'string') return byCodePoint(a, b);
  if (isTemporal(a) || isTemporal(b)) return compareTemporal(a, b);
  return undefined;
}

function compareTemporal(a: unknown, b: unknown): number | undefined {
  const kind = isTemporal(a) ? a.temporal : isTemporal(b) ? b.temporal : 'time';
  const x = nanos(a, kind);
  const y = nanos(b, kind);
  return x === undefined || y === undefined ? undefined : x < y ? -1 : x > y ? 1 : 0;
}

// JSON has times as text and durations as nanoseconds, so these compare with real ones.
function nanos(value: unknown, kind: Temporal['temporal']): bigint | undefined {
  if (isTemporal(value)) return value.temporal === kind ? value.ns : undefined;
  if (kind === 'time') return typeof value === 'string' ? tryParseRfc3339(value) : undefined;
  return isNum(value) && Number.isFinite(Number(value))
    ? BigInt(typeof value === 'bigint' ? value : Math.trunc(value))
    : undefined;
}

/** Times and durations added or subtracted; undefined when that means nothing. */
export function temporalSum(a: unknown, b: unknown, sign: 1n | -1n): Temporal | undefined {
  const left = isTemporal(a) ? a : asTime(a);
  const right = isTemporal(b) ? b : asTime(b);
  if (!left || !right) return undefined;
  const ns = left.ns + sign * right.ns;
  if (left.temporal === 'time' && right.temporal === 'time')
    return sign < 0n ? { temporal: 'duration', ns } : undefined;
  if (left.temporal === 'duration' && right.temporal === 'time')
    return sign > 0n ? { temporal: 'time', ns } : undefined;
  return { temporal: left.temporal, ns };
}

function asTime(value: unknown): Temporal | undefined {
  const ns = typeof value === 'string' ? tryParseRfc3339(value) : undefined;
  return ns === undefined ? undefined : { temporal: 'time', ns };
}

const durationMethods: Record<string, (ns: bigint) => unknown> = {
  Hours: (ns) => Number(ns) / 3.6e12,
  Minutes: (ns) => Number(ns) / 6e10,
  Seconds: (ns) => Number(ns) / 1e9,
  Milliseconds: (ns) => Number(ns / 1_000_000n),
  Microseconds: (ns) => Number(ns / 1000n),
  Nanoseconds: (ns) => ns as Num,
  String: (ns) => formatDuration(ns),
};

const timeMethods: Record<string, (ns: bigint, ...args: unknown[]) => unknown> = {
  Year: (ns) => civil(ns).year,
  Month: (ns) => civil(ns).month,
  Day: (ns) => civil(ns).day,
  Hour: (ns) => civil(ns).hour,
  Minute: (ns) => civil(ns).minute,
  Second: (ns) => civil(ns).second,
  Nanosecond: (ns) => civil(ns).nano,
  Weekday: (ns) => civil(ns).weekday,
  YearDay: (ns) => civil(ns).yearDay,
  Unix: (ns) => Number(ns / 1_000_000_000n),
  UnixNano: (ns) => ns,
  Format: (ns, layout) => formatLayout(ns, String(layout), 'utc'),
  String: (ns) => formatRfc3339Nano(ns),
};

/** The method of a time or duration, bound; undefined when there is none. */
export function temporalMethod(value: Temporal, name: string): ((...args: unknown[]) => unknown) | undefined {
  const methods = value.temporal === 'time' ? timeMethods : durationMethods;
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && ((...args) => method(value.ns, ...args));
}

/** A value as text: bare strings, JSON-like for the rest. */
export function display(value: unknown): string {
  if (isNil(value)) return 'nil';
  if (isTemporal(value)) return value.temporal === 'time' ? formatRfc3339Nano(value.ns) : formatDuration(value.ns);
  if (Array.isArray(value)) return `[${value.map(display).join(' ')}]`;
  if (isMap(value)) return `{${Object.keys(value).join(' ')}}`;
  return String(value);
}
