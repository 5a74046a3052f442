import { isNum } from '../exact.ts';
import type { Json } from '../json64.ts';
import { zoneName } from '../layout.ts';
import { type Civil, civil, daysFromCivil, fromCivil, offsetText, pad, tryParseRfc3339, type Zone } from '../time.ts';
import { type Builtins, type ValueBuiltin, value } from './builtin.ts';
import { describe, JqError } from './values.ts';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');

/** Seconds as nanoseconds, fractions kept to the microsecond a double still holds. */
function nanos(input: Json, done: string): bigint {
  if (!isNum(input) || !Number.isFinite(Number(input)))
    throw new JqError(`${done}() requires a number, not ${describe(input)}`);
  if (typeof input === 'bigint') return input * 1_000_000_000n;
  const seconds = Math.floor(input);
  return BigInt(seconds) * 1_000_000_000n + BigInt(Math.round((input - seconds) * 1e6)) * 1000n;
}

/** jq's broken down time: year, month from 0, day, hour, minute, seconds, weekday, day of the year from 0. */
function brokenDown(input: Json, zone: Zone, done: string): Json {
  const c = civil(nanos(input, done), zone);
  const fraction = Number(input) - Math.floor(Number(input));
  return [c.year, c.month - 1, c.day, c.hour, c.minute, c.second + fraction, c.weekday, c.yearDay - 1];
}

function fromBrokenDown(input: Json, done: string): bigint {
  if (!Array.isArray(input) || input.length < 3)
    throw new JqError(`${done} requires array of 6 numbers, not ${describe(input)}`);
  if (!input.every(isNum)) throw new JqError(`${done} requires parsed datetime inputs`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = input.map((n) => Math.floor(Number(n)));
  return fromCivil({ year, month: month + 1, day, hour, minute, second });
}

function seconds(ns: bigint): number {
  // Not divided as a whole: nanoseconds since 1970 are beyond what a double holds.
  return Number(ns / 1_000_000_000n) + Number(ns % 1_000_000_000n) / 1e9;
}

/** ISO 8601 week number and its year. */
function isoWeek(c: Civil): [number, number] {
  const weekday = (c.weekday + 6) % 7;
  // The week belongs to the year of its Thursday.
  const thursday = civil(BigInt(daysFromCivil(c.year, c.month, c.day - weekday + 3)) * 86_400_000_000_000n);
  return [thursday.year, Math.floor((thursday.yearDay - 1) / 7) + 1];
}

function formatOne(letter: string, c: Civil, ns: bigint, zone: Zone): string | undefined {
  const hour12 = c.hour % 12 === 0 ? 12 : c.hour % 12;
  const all = (format: string) => strftime(format, ns, zone);
  switch (letter) {
    case 'Y':
      return String(c.year);
    case 'C':
      return pad(Math.floor(c.year / 100), 2);
    case 'y':
      return pad(c.year % 100, 2);
    case 'm':
      return pad(c.month, 2);
    case 'd':
      return pad(c.day, 2);
    case 'e':
      return String(c.day).padStart(2);
    case 'H':
      return pad(c.hour, 2);
    case 'k':
      return String(c.hour).padStart(2);
    case 'I':
      return pad(hour12, 2);
    case 'l':
      return String(hour12).padStart(2);
    case 'M':
      return pad(c.minute, 2);
    case 'S':
      return pad(c.second, 2);
    case 'Z':
      return zoneName(ns, zone);
    case 'z':
      return offsetText(c.offset, '', '');
    case 'a':
      return days[c.weekday]?.slice(0, 3);
    case 'A':
      return days[c.weekday];
    case 'b':
    case 'h':
      return months[c.month - 1]?.slice(0, 3);
    case 'B':
      return months[c.month - 1];
    case 'j':
      return pad(c.yearDay, 3);
    case 'p':
      return c.hour < 12 ? 'AM' : 'PM';
    case 'P':
      return c.hour < 12 ? 'am' : 'pm';
    case 's':
      return String(ns / 1_000_000_000n);
    case 'u':
      return String(c.weekday === 0 ? 7 : c.weekday);
    case 'w':
      return String(c.weekday);
    case 'U':
      return pad(Math.floor((c.yearDay + 6 - c.weekday) / 7), 2);
    case 'W':
      return pad(Math.floor((c.yearDay + 6 - ((c.weekday + 6) % 7)) / 7), 2);
    case 'V':
      return pad(isoWeek(c)[1], 2);
    case 'G':
      return String(isoWeek(c)[0]);
    case 'g':
      return pad(isoWeek(c)[0] % 100, 2);
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case '%':
      return '%';
    case 'T':
    case 'X':
      return all('%H:%M:%S');
    case 'R':
      return all('%H:%M');
    case 'r':
      return all('%I:%M:%S %p');
    case 'F':
      return all('%Y-%m-%d');
    case 'D':
    case 'x':
      return all('%m/%d/%y');
    case 'c':
      return all('%a %b %e %H:%M:%S %Y');
    default:
      return undefined;
  }
}

/** Writes a time in the C library's format. Unknown letters stay as they are. */
function strftime(format: string, ns: bigint, zone: Zone): string {
  const c = civil(ns, zone);
  return format.replace(/%[-_0EO^]?([A-Za-z%])/g, (whole: string, letter: string) => {
    const text = formatOne(letter, c, ns, zone) ?? whole;
    // The GNU flag - leaves the padding off.
    return whole[1] === '-' ? text.replace(/^[0 ]+(?=.)/, '') : whole[1] === '^' ? text.toUpperCase() : text;
  });
}

function strftimeBuiltin(zone: Zone, done: string): ValueBuiltin {
  return value((input, format) => {
    if (typeof format !== 'string') throw new JqError(`${done} requires a string format`);
    if (Array.isArray(input)) return strftime(format, fromBrokenDown(input, done), 'utc');
    if (!isNum(input)) throw new JqError(`${done} requires parsed datetime inputs`);
    return strftime(format, nanos(input, done), zone);
  });
}

interface Parsed {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  offset: number;
  pm: boolean | undefined;
  epoch: bigint | undefined;
}

const composites: Record<string, string> = {
  T: '%H:%M:%S',
  R: '%H:%M',
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  c: '%a %b %e %H:%M:%S %Y',
};

function readField(letter: string, text: string, out: Parsed): number | undefined {
  const number = (width: number): [number, number] | undefined => {
    const digits = new RegExp(`^\\s*[+-]?\\d{1,${width}}`).exec(text)?.[0];
    return digits === undefined ? undefined : [Number(digits), digits.length];
  };
  const set = (
    key: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second',
    width: number,
    shift = 0,
  ): number | undefined => {
    const found = number(width);
    if (found) out[key] = found[0] + shift;
    return found?.[1];
  };
  const name = (names: readonly string[]): number | undefined => {
    const index = names.findIndex((n) => text.toLowerCase().startsWith(n.slice(0, 3).toLowerCase()));
    if (index < 0) return undefined;
    if (names === months) out.month = index + 1;
    const full = names[index] as string;
    return text.toLowerCase().startsWith(full.toLowerCase()) ? full.length : 3;
  };
  switch (letter) {
    case 'Y':
      return set('year', 4);
    case 'y': {
      const found = number(2);
      if (found) out.year = found[0] + (found[0] >= 69 ? 1900 : 2000);
      return found?.[1];
    }
    case 'm':
      return set('month', 2);
    case 'd':
    case 'e':
      return set('day', 2);
    case 'H':
    case 'k':
    case 'I':
    case 'l':
      return set('hour', 2);
    case 'M':
      return set('minute', 2);
    case 'S':
      return set('second', 2);
    case 'j': {
      out.month = 1;
      return set('day', 3);
    }
    case 'a':
    case 'A':
      return name(days);
    case 'b':
    case 'B':
    case 'h':
      return name(months);
    case 'p': {
      const half = /^\s*[ap]m/i.exec(text)?.[0];
      if (half) out.pm = /pm/i.test(half);
      return half?.length;
    }
    case 's': {
      const digits = /^\d+/.exec(text)?.[0];
      if (digits) out.epoch = BigInt(digits) * 1_000_000_000n;
      return digits?.length;
    }
    case 'z': {
      const zone = /^(?:Z|[+-]\d\d:?\d\d)/.exec(text)?.[0];
      return zone?.length;
    }
    case 'Z':
      return /^[A-Za-z]+/.exec(text)?.[0].length;
    default:
      return undefined;
  }
}

/** Reads a time in the C library's format as a broken down time. */
function strptime(input: Json, format: Json | undefined): Json {
  if (typeof input !== 'string')
    throw new JqError(`strptime/1 requires string inputs and arguments, not ${describe(input)}`);
  const out: Parsed = {
    year: 1900,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    offset: 0,
    pm: undefined,
    epoch: undefined,
  };
  const expanded = String(format).replace(/%([TRFDc])/g, (_, letter: string) => composites[letter] ?? '');
  let at = 0;
  for (const piece of expanded.match(/%[EO]?.|\s+|[\s\S]/g) ?? []) {
    let used: number | undefined;
    if (/^\s|^%[nt]/.test(piece)) used = /^\s*/.exec(input.slice(at))?.[0].length ?? 0;
    else if (piece === '%%') used = input[at] === '%' ? 1 : undefined;
    else if (piece.startsWith('%')) used = readField(piece.at(-1) ?? '', input.slice(at), out);
    else used = input[at] === piece ? 1 : undefined;
    if (used === undefined) throw new JqError(`date "${input}" does not match format "${String(format)}"`);
    at += used;
  }
  if (at < input.length) throw new JqError(`date "${input}" does not match format "${String(format)}"`);
  if (out.pm !== undefined) out.hour = (out.hour % 12) + (out.pm ? 12 : 0);
  const ns = out.epoch ?? fromCivil(out);
  return brokenDown(Number(ns / 1_000_000_000n), 'utc', 'strptime');
}

function fromDate(input: Json): Json {
  if (typeof input !== 'string')
    throw new JqError(`strptime/1 requires string inputs and arguments, not ${describe(input)}`);
  const ns = tryParseRfc3339(input);
  if (ns === undefined) throw new JqError(`date "${input}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
  return seconds(ns);
}

function toDate(input: Json): Json {
  const ns = Array.isArray(input) ? fromBrokenDown(input, 'strftime/1') : nanos(input, 'strftime/1');
  return strftime('%Y-%m-%dT%H:%M:%SZ', ns, 'utc');
}

/** Functions on dates. Unlike in jq, fromdate also takes fractions of seconds and offsets, as all times of NATS have. */
export const dateBuiltins: Builtins = {
  'now/0': {
    kind: 'value',
    run: ({ now }) => {
      if (!now) throw new JqError('there is no clock here');
      return seconds(now());
    },
  },
  'mktime/0': value((v) => Number(fromBrokenDown(v, 'mktime') / 1_000_000_000n)),
  'gmtime/0': value((v) => brokenDown(v, 'utc', 'gmtime')),
  'localtime/0': value((v) => brokenDown(v, 'local', 'localtime')),
  'strftime/1': strftimeBuiltin('utc', 'strftime/1'),
  'strflocaltime/1': strftimeBuiltin('local', 'strflocaltime/1'),
  'strptime/1': value(strptime),
  'todate/0': value(toDate),
  'todateiso8601/0': value(toDate),
  'date/0': value(toDate),
  'fromdate/0': value(fromDate),
  'fromdateiso8601/0': value(fromDate),
  'dateadd/2': value((v, _, n) => Number(v) + Number(n)),
  'datesub/2': value((v, _, n) => Number(v) - Number(n)),
};
