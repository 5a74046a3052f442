import { fail } from './errors.ts';
import { toFixedEven } from './fixed.ts';
import { once } from './once.ts';

/** Durations are nanoseconds as bigint, in the range of Go's time.Duration (64-bit signed). */
export const NANOSECOND = 1n;
export const MICROSECOND = 1_000n;
export const MILLISECOND = 1_000_000n;
export const SECOND = 1_000_000_000n;
export const MINUTE = 60_000_000_000n;
export const HOUR = 3_600_000_000_000n;
export const DAY = 86_400_000_000_000n;
export const WEEK = 604_800_000_000_000n;
/** 30 days, as the `M` unit of the nats tool. */
export const MONTH = 2_592_000_000_000_000n;
/** 365 days, as the `y` unit of the nats tool. */
export const YEAR = 31_536_000_000_000_000n;
/** The largest duration; shown as "never". */
export const MAX_DURATION = 9_223_372_036_854_775_807n;

const goUnits = once(
  (): Record<string, bigint> => ({
    ns: NANOSECOND,
    us: MICROSECOND,
    µs: MICROSECOND, // U+00B5
    μs: MICROSECOND, // U+03BC
    ms: MILLISECOND,
    s: SECOND,
    m: MINUTE,
    h: HOUR,
  }),
);

const natsUnits = once(
  (): Record<string, bigint> => ({
    ...goUnits(),
    d: DAY,
    D: DAY,
    w: WEEK,
    W: WEEK,
    M: MONTH,
    y: YEAR,
    Y: YEAR,
  }),
);

/**
 * Parses a duration as the flags of the nats tool take it: Go units and d, w, M (30 days), y (365 days), with fractions
 * and a leading sign: `1.5h`, `1d12h`, `-2m`, `0`. Returns nanoseconds.
 * Throws a usage BoxError whose message begins with "invalid duration".
 */
export function parseDuration(text: string): bigint {
  const trimmed = text.trim();
  if (trimmed === '0') return 0n;
  let total = 0n;
  let negative = false;
  const part = /([-+]?)(\d*)(?:\.(\d*))?([a-zA-Zµμ]+)\s*/y;
  for (let at = 0; at < trimmed.length; at = part.lastIndex) {
    const match = part.exec(trimmed);
    if (!match) throw badDuration(text);
    const [, sign = '', whole = '', fraction = '', unit = ''] = match;
    if (whole === '' && fraction === '') throw badDuration(text);
    if (sign !== '' && at > 0) throw badDuration(text);
    if (sign === '-') negative = true;
    const size = natsUnits()[unit];
    if (size === undefined) throw badDuration(text, `unknown unit "${unit}"`);
    total += scale(whole, fraction, size);
    if (total > MAX_DURATION) throw badDuration(text, 'value too large');
  }
  if (trimmed === '') throw badDuration(text);
  return negative ? -total : total;
}

function badDuration(text: string, why?: string): Error {
  return fail('usage', `invalid duration "${text}"${why ? `: ${why}` : ''}`, {
    hint: 'write a number with a unit such as 500ms, 10s, 5m, 1.5h, 7d, 2w, 1M or 1y',
  });
}

function scale(whole: string, fraction: string, unit: bigint): bigint {
  const base = whole === '' ? 0n : BigInt(whole) * unit;
  return fraction === '' ? base : base + (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
}

/**
 * Parses a duration exactly as Go's time.ParseDuration: units ns us µs ms s m h only. Returns nanoseconds.
 * Throws a usage BoxError with Go's message, e.g. `time: unknown unit "d" in duration "1d"`.
 */
export function parseGoDuration(text: string): bigint {
  const negative = text.startsWith('-');
  const body = negative || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return 0n;
  if (body === '') throw fail('usage', `time: invalid duration "${text}"`);
  const goPart = /(\d*)(\.?)(\d*)([^\d.]*)/y;
  let total = 0n;
  for (let at = 0; at < body.length; at = goPart.lastIndex) {
    goPart.lastIndex = at;
    const [, whole = '', , fraction = '', unit = ''] = goPart.exec(body) ?? [];
    if (whole === '' && fraction === '') throw fail('usage', `time: invalid duration "${text}"`);
    if (unit === '') throw fail('usage', `time: missing unit in duration "${text}"`);
    const size = goUnits()[unit];
    if (size === undefined) throw fail('usage', `time: unknown unit "${unit}" in duration "${text}"`);
    total += scale(whole, fraction, size);
    if (total > MAX_DURATION + (negative ? 1n : 0n)) throw fail('usage', `time: invalid duration "${text}"`);
  }
  return negative ? -total : total;
}

/** Formats nanoseconds as Go does: `1h2m3.5s`, `1m0s`, `1.5ms`, `250µs`, `0s`. */
export function formatDuration(ns: bigint): string {
  if (ns < 0n) return `-${formatDuration(-ns)}`;
  if (ns === 0n) return '0s';
  if (ns < MICROSECOND) return `${ns}ns`;
  if (ns < MILLISECOND) return `${decimal(ns, MICROSECOND)}µs`;
  if (ns < SECOND) return `${decimal(ns, MILLISECOND)}ms`;
  const hours = ns / HOUR;
  const minutes = (ns / MINUTE) % 60n;
  const seconds = `${decimal(ns % MINUTE, SECOND)}s`;
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${minutes}m${seconds}` : seconds;
}

function decimal(ns: bigint, unit: bigint): string {
  const rest = ns % unit;
  if (rest === 0n) return String(ns / unit);
  const digits = String(rest).padStart(String(unit).length - 1, '0');
  return `${ns / unit}.${digits.replace(/0+$/, '')}`;
}

/** Rounds to the nearest multiple of `unit`, halves away from zero (Go's Duration.Round). */
export function roundDuration(ns: bigint, unit: bigint): bigint {
  if (unit <= 0n) return ns;
  const size = ns < 0n ? -ns : ns;
  const rounded = ((size * 2n + unit) / (unit * 2n)) * unit;
  return ns < 0n ? -rounded : rounded;
}

/**
 * How the nats tool shows a duration to people: `1y0d0h0m0s`, `1d0h0m0s`, `1h0m0s`, `2m0s`, `1.50s`, `12ms`, `250µs`;
 * the largest value is "never". Negative ones keep Go's form.
 */
export function humanDuration(ns: bigint): string {
  if (ns === MAX_DURATION) return 'never';
  if (ns < MILLISECOND) return formatDuration(roundDuration(ns, MICROSECOND));
  if (ns < SECOND) return formatDuration(roundDuration(ns, MILLISECOND));
  if (ns < MINUTE) return `${toFixedEven(Number(ns) / 1e9, 2)}s`;
  return uptime(ns);
}

/** How the server writes its uptime: whole seconds with days and years, `4m2s`, `1d0h0m0s`, `0s`. */
export function uptime(ns: bigint): string {
  const total = ns / SECOND;
  const s = total % 60n;
  const m = (total / 60n) % 60n;
  const h = (total / 3600n) % 24n;
  const days = total / 86_400n;
  if (days >= 365n) return `${days / 365n}y${days % 365n}d${h}h${m}m${s}s`;
  if (days > 0n) return `${days}d${h}h${m}m${s}s`;
  if (h > 0n) return `${h}h${m}m${s}s`;
  return m > 0n ? `${m}m${s}s` : `${s}s`;
}

const relativeYear = 31_104_000_000_000_000n;

/** Upper bound (exclusive), singular wording or unit with its plural. A year counts 360 days here, as in go-humanize. */
const steps = once((): readonly (readonly [bigint, string, bigint])[] => [
  [SECOND, 'now', 0n],
  [2n * SECOND, '1 second', 0n],
  [MINUTE, 'seconds', SECOND],
  [2n * MINUTE, '1 minute', 0n],
  [HOUR, 'minutes', MINUTE],
  [2n * HOUR, '1 hour', 0n],
  [DAY, 'hours', HOUR],
  [2n * DAY, '1 day', 0n],
  [WEEK, 'days', DAY],
  [2n * WEEK, '1 week', 0n],
  [MONTH, 'weeks', WEEK],
  [2n * MONTH, '1 month', 0n],
  [relativeYear, 'months', MONTH],
  [18n * MONTH, '1 year', 0n],
  [2n * relativeYear, '2 years', 0n],
  [37n * relativeYear, 'years', relativeYear],
]);

/**
 * A distance in words: `now`, `1 second ago`, `3 weeks ago`, `2 years from now`. `elapsed` is now minus then, in
 * nanoseconds, so negative means the future. Empty labels leave a trailing blank off.
 */
export function relativeTime(elapsed: bigint, past = 'ago', future = 'from now'): string {
  const size = elapsed < 0n ? -elapsed : elapsed;
  const label = elapsed < 0n ? future : past;
  const [, words, unit] = steps().find(([limit]) => size < limit) ?? [0n, 'a long while', 0n];
  if (words === 'now') return words;
  return `${unit === 0n ? words : `${size / unit} ${words}`} ${label}`.trimEnd();
}
