import { fail } from './errors.ts';
import { plainFloat, toFixedEven } from './fixed.ts';
import { once } from './once.ts';

const shifts: Record<string, bigint> = { B: 0n, K: 10n, M: 20n, G: 30n, T: 40n };

/**
 * Parses a size as the flags of the nats tool take it: a whole number with nothing, B, K, KB, KiB, M, MB, MiB, G, GB, GiB,
 * T, TB or TiB in either case, always powers of 1024. Empty and negative text is -1, which means unlimited.
 * `bits` bounds the result to a signed integer of that many bits. Throws a usage BoxError.
 */
export function parseBytes(text: string, bits = 64): bigint {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.startsWith('-')) return -1n;
  const match = /^\+?(\d+)(?:(B)|([KMGT])(?:I?B)?)?$/i.exec(trimmed);
  if (!match) {
    throw fail('usage', `invalid bytes specification ${trimmed}: bytes must end in B, K, KB, M, MB, G, GB, T or TB`, {
      hint: 'write a whole number such as 512, 64KB, 1MB or 2GiB; use 1536KB for 1.5MB',
    });
  }
  const value = BigInt(match[1] ?? '0') << (shifts[(match[3] ?? 'B').toUpperCase()] ?? 0n);
  const largest = (1n << BigInt(bits - 1)) - 1n;
  if (value > largest) {
    throw fail('usage', `bytes value out of allowed range: maximum value ${comma(largest)}`);
  }
  return value;
}

// Every program loads this, few parse a number: arithmetic with big integers waits until one does.
const numberUnits = once(() => {
  const table: Record<string, bigint> = { '': 1n, b: 1n };
  let power = 0n;
  for (const letter of 'kmgtpe') {
    power += 1n;
    table[letter] = table[`${letter}b`] = 1000n ** power;
    table[`${letter}i`] = table[`${letter}ib`] = 1024n ** power;
  }
  return table;
});

/**
 * Parses a number as nsc takes it: an optional sign, digits with an optional fraction and commas, and a unit in either
 * case, where k m g t p e (or kb ...) are powers of 1000 and ki mi gi ti pi ei (or kib ...) powers of 1024; the result is
 * cut to a whole number. Empty text is 0. Throws a usage BoxError.
 */
export function parseNumber(text: string): bigint {
  if (text === '') return 0n;
  const match = /^(-?)([\d,]*)(?:\.(\d*))?\s*([a-z]*)\s*$/i.exec(text);
  const whole = match?.[2]?.replaceAll(',', '') ?? '';
  const fraction = match?.[3] ?? '';
  const unit = numberUnits()[(match?.[4] ?? '').toLowerCase()];
  if (!match || (whole === '' && fraction === '') || unit === undefined) {
    const name = match && unit === undefined ? `: unhandled size name "${match[4]}"` : '';
    throw fail('usage', `invalid number "${text}"${name}`, {
      hint: 'write a number such as 1000, 10k, 1.5M, 64Ki or -1',
    });
  }
  const value =
    (BigInt(whole || '0') * unit * 10n ** BigInt(fraction.length) + BigInt(fraction || '0') * unit) /
    10n ** BigInt(fraction.length);
  if (value >= 1n << 63n) throw fail('usage', `number "${text}" is too large`);
  return match[1] === '-' ? -value : value;
}

const binaryNames = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const decimalNames = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** A size in powers of 1024 with two leading digits: `0 B`, `512 B`, `1.0 KiB`, `10 MiB`, `1023 GiB`. */
export function humanBytes(value: number | bigint): string {
  return scaled(value, 1024n, binaryNames);
}

/** A size in powers of 1000, as nsc shows them: `1.0 kB`, `65 kB`, `2.5 GB`. */
export function humanBytesSI(value: number | bigint): string {
  return scaled(value, 1000n, decimalNames);
}

function scaled(value: number | bigint, base: bigint, names: readonly string[]): string {
  const size = typeof value === 'bigint' ? value : wholeOf(value);
  if (size < 0n) return `-${scaled(-size, base, names)}`;
  if (size < 10n) return `${size} B`;
  let unit = 1n;
  let step = 0;
  while (size >= unit * base && step < names.length - 1) {
    unit *= base;
    step += 1;
  }
  const tenths = (size * 20n + unit) / (unit * 2n);
  return `${tenths < 100n ? `${tenths / 10n}.${tenths % 10n}` : halfEven(tenths)} ${names[step]}`;
}

// The original rounds twice: to tenths, then to whole numbers with halves to even (65,536 bytes are 66 kB).
function halfEven(tenths: bigint): bigint {
  const whole = tenths / 10n;
  const rest = tenths % 10n;
  return rest > 5n || (rest === 5n && whole % 2n === 1n) ? whole + 1n : whole;
}

function wholeOf(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
}

/** Whole numbers with thousands separators: `1,234,567`. */
export function comma(value: number | bigint): string {
  if (typeof value === 'number') {
    if (value > -1000 && value < 1000) return String(Math.trunc(value) + 0);
    value = wholeOf(value);
  }
  return grouped(String(value));
}

function grouped(digits: string): string {
  if (digits.length <= 3) return digits;
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * A number with thousands separators and its decimals, cut (not rounded) to `decimals` of them: `1,234.567`. Without
 * `decimals` all shortest digits are kept.
 */
export function commaFloat(value: number | bigint, decimals?: number): string {
  if (typeof value === 'bigint') return comma(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const [whole = '0', fraction = ''] = plainFloat(value).split('.');
  const kept = decimals === undefined ? fraction : fraction.slice(0, Math.max(0, decimals));
  return kept === '' ? grouped(whole) : `${grouped(whole)}.${kept}`;
}

/** A number with thousands separators and exactly `decimals` decimals, rounded: `1,234.57`. */
export function commaFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return commaFloat(value);
  // Halves go up here, unlike %.2f: the original adds half a unit and cuts.
  const text =
    Math.abs(value) < 1e15
      ? (value + Math.sign(value) * 5 * 10 ** -(decimals + 1)).toFixed(12)
      : toFixedEven(value, 12);
  const dot = text.indexOf('.');
  const whole = text.slice(0, dot);
  const cut = text.slice(dot + 1, dot + 1 + decimals);
  const zero = /^-0*$/.test(whole) && /^0*$/.test(cut);
  return `${grouped(zero ? '0' : whole)}${decimals > 0 ? `.${cut}` : ''}`;
}
