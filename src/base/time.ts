import { fail } from './errors.ts';
import { once } from './once.ts';
import { localOffset, zoneChanges } from './zone.ts';

/** Points in time are nanoseconds since 1970-01-01T00:00:00Z as bigint (`now` gives milliseconds: use `fromMillis`). */

/** The year 1 of Go's zero time.Time, which the server sends for "never". */
export const GO_ZERO_TIME = -62_135_596_800_000_000_000n;

/** UTC, the zone of the machine (TZ), or minutes east of UTC. */
export type Zone = 'utc' | 'local' | number;

/** A point in time taken apart on the wall clock of a zone. Month is 1 to 12, weekday 0 (Sunday) to 6. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
  readonly weekday: number;
  /** Day of the year, from 1. */
  readonly yearDay: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

const BILLION = 1_000_000_000n;

/** Nanoseconds of a millisecond clock value, such as Date.now(). */
export function fromMillis(ms: number): bigint {
  return BigInt(Math.trunc(ms)) * 1_000_000n;
}

/** Whole milliseconds, rounded towards the past, for Date and timers. */
export function toMillis(ns: bigint): number {
  return Number(floorDiv(ns, 1_000_000n));
}

/** Whole unix seconds, rounded towards the past. */
export function toSeconds(ns: bigint): number {
  return Number(floorDiv(ns, BILLION));
}

export function fromSeconds(seconds: number): bigint {
  return BigInt(Math.trunc(seconds)) * BILLION;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b < 0n ? q - 1n : q;
}

/** Days since 1970-01-01 of a proleptic Gregorian date; month and day may lie outside their range and carry over. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const carried = year + Math.floor((month - 1) / 12);
  const m = ((((month - 1) % 12) + 12) % 12) + 1;
  // Years that begin in March put the leap day last (algorithm by H. Hinnant).
  const y = m <= 2 ? carried - 1 : carried;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** How far the zone is ahead of UTC at that time, in minutes. */
export function offsetAt(ns: bigint, zone: Zone): number {
  if (zone === 'utc') return 0;
  if (zone !== 'local') return zone;
  return Math.trunc(localOffset(toSeconds(ns)) / 60);
}

/** Takes a point in time apart on the zone's wall clock. */
export function civil(ns: bigint, zone: Zone = 'utc'): Civil {
  const offset = offsetAt(ns, zone);
  const seconds = toSeconds(ns) + offset * 60;
  const nano = Number(((ns % BILLION) + BILLION) % BILLION);
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return {
    year,
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    nano,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysFromCivil(year, 1, 1) + 1,
    offset,
  };
}

/** What `fromCivil` needs; everything but the date defaults to 0. */
export interface CivilInput {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly nano?: number;
}

/** The point in time of a wall clock reading; fields outside their range carry over, as in Go's time.Date. */
export function fromCivil(c: CivilInput, zone: Zone = 'utc'): bigint {
  const days = daysFromCivil(c.year, c.month, c.day);
  const seconds = days * 86_400 + (c.hour ?? 0) * 3600 + (c.minute ?? 0) * 60 + (c.second ?? 0);
  const wall = BigInt(seconds) * BILLION + BigInt(c.nano ?? 0);
  if (zone === 'utc') return wall;
  // The offset depends on the answer: guess with the offset of the wall time read as UTC, then correct once.
  const guess = wall - BigInt(offsetAt(wall, zone)) * 60n * BILLION;
  return wall - BigInt(offsetAt(guess, zone)) * 60n * BILLION;
}

/** Adds calendar years, months and days on the zone's wall clock, overflowing days carried over (Go's AddDate). */
export function addDate(ns: bigint, years: number, months: number, days: number, zone: Zone = 'utc'): bigint {
  const c = civil(ns, zone);
  return fromCivil({ ...c, year: c.year + years, month: c.month + months, day: c.day + days }, zone);
}

/** Pads a number with zeros on the left. */
export function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** `Z`, `+02:00` or, with an empty `colon`, `+0200`. */
export function offsetText(offset: number, utc = 'Z', colon = ':'): string {
  if (offset === 0 && utc !== '') return utc;
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}${colon}${pad(size % 60, 2)}`;
}

/** Go's time.RFC3339: whole seconds, `2024-05-06T07:08:09Z`. */
export function formatRfc3339(ns: bigint, zone: Zone = 'utc'): string {
  return rfc3339(civil(ns, zone), '');
}

/** Go's time.RFC3339Nano: up to nine decimals, without trailing zeros, exact: `2024-05-06T07:08:09.123456789Z`. */
export function formatRfc3339Nano(ns: bigint, zone: Zone = 'utc'): string {
  if (zone === 'utc') return utcNano(ns);
  const c = civil(ns, zone);
  return rfc3339(c, c.nano === 0 ? '' : `.${pad(c.nano, 9).replace(/0+$/, '')}`);
}

// Messages come in order: the next one is nearly always of the same second, whose text is known.
const written = { second: Number.NaN, text: '' };

function utcNano(ns: bigint): string {
  const second = toSeconds(ns);
  const nano = Number(ns - BigInt(second) * BILLION);
  if (second !== written.second) {
    written.text = rfc3339(civil(BigInt(second) * BILLION), '').slice(0, -1);
    written.second = second;
  }
  return nano === 0 ? `${written.text}Z` : `${written.text}.${pad(nano, 9).replace(/0+$/, '')}Z`;
}

function rfc3339(c: Civil, fraction: string): string {
  const date = `${pad(c.year, 4)}-${pad(c.month, 2)}-${pad(c.day, 2)}`;
  return `${date}T${pad(c.hour, 2)}:${pad(c.minute, 2)}:${pad(c.second, 2)}${fraction}${offsetText(c.offset)}`;
}

/** `2024-05-06 07:08:09`, the nats tool's form of a time, on the machine's wall clock unless told otherwise. */
export function formatDateTime(ns: bigint, zone: Zone = 'local'): string {
  const second = toSeconds(ns);
  const known = shown.second === second && shown.zone === zone && shown.zones === zoneChanges();
  if (known) return shown.text;
  const c = civil(ns, zone);
  const text = `${pad(c.year, 4)}-${pad(c.month, 2)}-${pad(c.day, 2)} ${formatClock(ns, zone)}`;
  Object.assign(shown, { second, zone, zones: zoneChanges(), text });
  return text;
}

const shown: { second: number; zone: Zone; zones: number; text: string } = {
  second: Number.NaN,
  zone: 'utc',
  zones: 0,
  text: '',
};

/** `15:04:05` on the machine's wall clock unless told otherwise. */
export function formatClock(ns: bigint, zone: Zone = 'local'): string {
  const c = civil(ns, zone);
  return `${pad(c.hour, 2)}:${pad(c.minute, 2)}:${pad(c.second, 2)}`;
}

const stamp = once(() => /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/);

/**
 * Reads an RFC 3339 time with up to nine decimals kept exactly (more are cut, as Go does); undefined when the text is no
 * such time. Ranges of fields are checked, including the days of the month.
 */
export function tryParseRfc3339(text: string): bigint | undefined {
  const fraction = plainFraction().exec(text)?.[1];
  if (fraction !== undefined && text.startsWith(read.text)) return read.ns + BigInt(fraction.padEnd(9, '0'));
  const ns = parseWhole(text);
  if (ns !== undefined && fraction !== undefined) {
    read.text = text.slice(0, 19);
    read.ns = ns - (((ns % BILLION) + BILLION) % BILLION);
  }
  return ns;
}

// As above: what is read is nearly always of the same second.
const read = { text: '\0', ns: 0n };
const plainFraction = once(() => /^.{19}\.(\d{1,9})Z$/);

function parseWhole(text: string): bigint | undefined {
  const m = stamp().exec(text);
  if (!m) return undefined;
  const [year, month, day, hour, minute, second] = m.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const nano = Number((m[7] ?? '').slice(0, 9).padEnd(9, '0'));
  const zoneHours = Number(m[9] ?? 0);
  const zoneMinutes = Number(m[10] ?? 0);
  if (zoneHours > 23 || zoneMinutes > 59) return undefined;
  const offset = (zoneHours * 60 + zoneMinutes) * (m[8] === '-' ? -1 : 1);
  return fromCivil({ year, month, day, hour, minute, second, nano }, offset);
}

/** Reads an RFC 3339 time as `tryParseRfc3339` does. Throws a usage BoxError when it is none. */
export function parseRfc3339(text: string): bigint {
  const ns = tryParseRfc3339(text);
  if (ns !== undefined) return ns;
  throw fail('usage', `cannot parse time "${text}"`, { hint: 'write a time such as 2024-05-06T07:08:09Z' });
}

/** Whether the day exists. */
export function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1);
}

/** Whether a time is absent: Go's zero time (or anything before) means "never happened". */
export function isZeroTime(ns: bigint): boolean {
  return ns <= GO_ZERO_TIME;
}
