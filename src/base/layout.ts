import { fail } from './errors.ts';
import { type Civil, civil, fromCivil, isDate, offsetText, pad, toSeconds, type Zone } from './time.ts';
import { localName } from './zone.ts';

/** Layouts in Go's reference time (Mon Jan 2 15:04:05 MST 2006), as used by the tools. */
export const layouts = {
  ansic: 'Mon Jan _2 15:04:05 2006',
  rfc822: '02 Jan 06 15:04 MST',
  rfc850: 'Monday, 02-Jan-06 15:04:05 MST',
  rfc1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  rfc1123z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  rfc3339: '2006-01-02T15:04:05Z07:00',
  rfc3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
  kitchen: '3:04PM',
  stamp: 'Jan _2 15:04:05',
  stampMilli: 'Jan _2 15:04:05.000',
  stampMicro: 'Jan _2 15:04:05.000000',
  dateTime: '2006-01-02 15:04:05',
  dateOnly: '2006-01-02',
  timeOnly: '15:04:05',
  fileStamp: '20060102-150405',
  /** What Go prints for a time.Time. */
  goString: '2006-01-02 15:04:05.999999999 -0700 MST',
} as const;

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

// Longest first, where one element begins another.
const elements =
  /Monday|Mon|MST|January|Jan|2006|-07:00|-0700|-07|Z07:00|Z0700|002|__2|_2(?!006)|01|02|03|04|05|06|15|PM|pm|[.,]0+(?!\d)|[.,]9+(?!\d)|[1-5]/g;

/** Splits a layout into elements and literal text: odd entries are elements. */
function pieces(layout: string): string[] {
  const out: string[] = [];
  let at = 0;
  for (const match of layout.matchAll(elements)) {
    // Like Go, `Jan` in `January2` is the month but `Monkey` stays text.
    const next = layout[match.index + match[0].length] ?? '';
    if ((match[0] === 'Mon' || match[0] === 'Jan') && /[a-z]/.test(next)) continue;
    out.push(layout.slice(at, match.index), match[0]);
    at = match.index + match[0].length;
  }
  out.push(layout.slice(at));
  return out;
}

/** Writes a time in a Go layout on the wall clock of the zone. */
export function formatLayout(ns: bigint, layout: string, zone: Zone = 'local'): string {
  const c = civil(ns, zone);
  return pieces(layout)
    .map((piece, i) => (i % 2 === 0 ? piece : element(piece, c, ns, zone)))
    .join('');
}

function element(piece: string, c: Civil, ns: bigint, zone: Zone): string {
  const hour12 = c.hour % 12 === 0 ? 12 : c.hour % 12;
  switch (piece) {
    case 'Monday':
      return days[c.weekday] ?? '';
    case 'Mon':
      return (days[c.weekday] ?? '').slice(0, 3);
    case 'January':
      return months[c.month - 1] ?? '';
    case 'Jan':
      return (months[c.month - 1] ?? '').slice(0, 3);
    case 'MST':
      return zoneName(ns, zone);
    case '2006':
      return pad(c.year, 4);
    case '06':
      return pad(c.year % 100, 2);
    case '002':
      return pad(c.yearDay, 3);
    case '__2':
      return String(c.yearDay).padStart(3);
    case '15':
      return pad(c.hour, 2);
    case 'PM':
      return c.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return c.hour >= 12 ? 'pm' : 'am';
    case '-07:00':
      return offsetText(c.offset, '');
    case '-0700':
      return offsetText(c.offset, '', '');
    case '-07':
      return offsetText(c.offset, '').slice(0, 3);
    case 'Z07:00':
      return offsetText(c.offset);
    case 'Z0700':
      return offsetText(c.offset, 'Z', '');
  }
  if (piece.startsWith('.') || piece.startsWith(',')) return fraction(piece, c.nano);
  return number(piece, c, hour12);
}

function number(piece: string, c: Civil, hour12: number): string {
  const value = { '1': c.month, '2': c.day, '3': hour12, '4': c.minute, '5': c.second }[piece.at(-1) ?? ''] ?? 0;
  if (piece.startsWith('0')) return pad(value, 2);
  return piece.startsWith('_') ? String(value).padStart(2) : String(value);
}

function fraction(piece: string, nano: number): string {
  const digits = pad(nano, 9).slice(0, piece.length - 1);
  const kept = piece[1] === '9' ? digits.replace(/0+$/, '') : digits;
  return kept === '' ? '' : piece[0] + kept;
}

/** The zone's short name: `UTC`, `CET`, or the offset (`+0530`, `-03`) where it has none. */
export function zoneName(ns: bigint, zone: Zone): string {
  const { offset } = civil(ns, zone);
  if (zone === 'utc' || zone === 0) return 'UTC';
  const plain = offsetText(offset, '', '');
  const short = plain.endsWith('00') ? plain.slice(0, 3) : plain;
  if (zone !== 'local') return short;
  const known = localName(toSeconds(ns));
  if (known !== undefined) return known;
  // Each English locale knows the abbreviations of its own part of the world only.
  for (const locale of ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA']) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(Number(ns / 1_000_000n));
    const name = parts.find((p) => p.type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{3,5}$/.test(name)) return name === 'GMT' && offset === 0 ? 'UTC' : name;
  }
  return short;
}

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nano: number;
  pm: boolean | undefined;
  offset: number | undefined;
}

/**
 * Reads a time written in a Go layout. Without a zone in the text it is taken on the wall clock of `zone` (UTC unless
 * given, as Go does). Returns undefined when the text does not fit.
 */
export function tryParseLayout(text: string, layout: string, zone: Zone = 'utc'): bigint | undefined {
  const parts = pieces(layout);
  const f: Fields = {
    year: 0,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    nano: 0,
    pm: undefined,
    offset: undefined,
  };
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    const piece = parts[i] ?? '';
    if (i % 2 === 0) {
      if (!text.startsWith(piece, at)) return undefined;
      at += piece.length;
      continue;
    }
    const used = read(piece, text.slice(at), f);
    if (used === undefined) return undefined;
    at += used;
    // A fraction of seconds is taken even where the layout has none, as Go does.
    const seconds = piece === '05' || piece === '5';
    const more = seconds && !/^[.,]/.test(parts[i + 2] ?? '') ? /^[.,]\d+/.exec(text.slice(at))?.[0] : undefined;
    if (more !== undefined) at += read('.9', more, f) ?? 0;
  }
  if (at !== text.length) return undefined;
  if (f.pm === true && f.hour < 12) f.hour += 12;
  if (f.pm === false && f.hour === 12) f.hour = 0;
  if (!isDate(f.year, f.month, f.day) || f.hour > 23 || f.minute > 59 || f.second > 59) return undefined;
  return fromCivil(f, f.offset ?? zone);
}

const patterns: Record<string, RegExp> = {
  '2006': /^\d{4}/,
  '06': /^\d\d/,
  '002': /^\d{3}/,
  __2: /^[ \d]{2}\d/,
  '-07:00': /^[+-]\d\d:\d\d/,
  '-0700': /^[+-]\d{4}/,
  '-07': /^[+-]\d\d/,
  'Z07:00': /^(?:Z|[+-]\d\d:\d\d)/,
  Z0700: /^(?:Z|[+-]\d{4})/,
  MST: /^(?:[A-Z]{3,5}|[+-]\d\d)/,
  PM: /^(?:AM|PM)/,
  pm: /^(?:am|pm)/,
};

function read(piece: string, text: string, f: Fields): number | undefined {
  if (/^(?:Mon|Jan)/.test(piece)) return readName(piece, text, f);
  if (/^[.,]/.test(piece)) {
    const match = /^[.,]\d+/.exec(text)?.[0] ?? '';
    if (piece[1] === '0' && match.length !== piece.length) return undefined;
    f.nano = Number(match.slice(1, 10).padEnd(9, '0'));
    return match.length;
  }
  const pattern = patterns[piece] ?? (piece.startsWith('0') || piece === '15' ? /^\d\d/ : /^ ?\d\d?/);
  const match = pattern.exec(text)?.[0];
  if (match === undefined) return undefined;
  store(piece, match, f);
  return match.length;
}

function readName(piece: string, text: string, f: Fields): number | undefined {
  const names = piece.startsWith('Mon') ? days : months;
  const list = piece.length === 3 ? names.map((n) => n.slice(0, 3)) : names;
  const index = list.findIndex((n) => text.toLowerCase().startsWith(n.toLowerCase()));
  if (index < 0) return undefined;
  if (names === months) f.month = index + 1;
  return list[index]?.length;
}

function store(piece: string, text: string, f: Fields): void {
  if (piece === 'MST') {
    if (text === 'UTC' || text === 'GMT') f.offset ??= 0;
  } else if (piece === 'PM' || piece === 'pm') f.pm = text.toUpperCase() === 'PM';
  else if (/07/.test(piece)) f.offset = offsetOf(text);
  else if (piece === '2006') f.year = Number(text);
  else if (piece === '06') f.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000);
  else if (piece === '002' || piece === '__2') {
    f.month = 1;
    f.day = Number(text);
  } else if (piece === '15' || piece.endsWith('3')) f.hour = Number(text);
  else if (piece.endsWith('1')) f.month = Number(text);
  else if (piece.endsWith('2')) f.day = Number(text);
  else if (piece.endsWith('4')) f.minute = Number(text);
  else if (piece.endsWith('5')) f.second = Number(text);
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return text.startsWith('-') ? -minutes : minutes;
}

/** Reads a time in a Go layout as `tryParseLayout` does. Throws a usage BoxError that names the layout as an example. */
export function parseLayout(text: string, layout: string, zone: Zone = 'utc'): bigint {
  const ns = tryParseLayout(text, layout, zone);
  if (ns !== undefined) return ns;
  const example = formatLayout(1_714_979_289_000_000_000n, layout, 'utc');
  throw fail('usage', `cannot parse time "${text}"`, { hint: `write it like ${example}` });
}
