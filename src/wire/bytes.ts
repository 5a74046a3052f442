import { shortAscii } from '#base/utf8.ts';

/**
 * Byte helpers shared by the two ends of the protocol. Everything here works on `Uint8Array` and byte offsets;
 * none of it keeps a reference to what it is given.
 */

export const utf8: TextEncoder = new TextEncoder();

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

export const CR = 13;
export const LF = 10;
export const SPACE = 32;
export const TAB = 9;

export const emptyBytes: Uint8Array = new Uint8Array(0);

/** Text of `bytes[start, end)`. Invalid UTF-8 becomes U+FFFD; a byte order mark is kept. */
export function textOf(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  const length = end - start;
  if (length <= 0) return '';
  const ascii = shortAscii(bytes, start, end);
  if (ascii !== undefined) return ascii;
  return lenient.decode(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
}

/** Whether the two ranges hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Joins parts into one new array. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Writes `text` as UTF-8 at `at` and returns the offset behind it. The caller has made room for
 * three bytes per UTF-16 unit.
 */
export function putText(into: Uint8Array, at: number, text: string): number {
  const length = text.length;
  if (length > 256) return at + utf8.encodeInto(text, into.subarray(at)).written;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c > 127) return at + i + utf8.encodeInto(text.slice(i), into.subarray(at + i)).written;
    into[at + i] = c;
  }
  return at + length;
}

/** Copies `bytes` to `at` and returns the offset behind them. Short runs go by loop: a call costs more. */
export function putBytes(into: Uint8Array, at: number, bytes: Uint8Array): number {
  const length = bytes.length;
  if (length > 48) into.set(bytes, at);
  else for (let i = 0; i < length; i++) into[at + i] = bytes[i]!;
  return at + length;
}

const copyTo = (
  Buffer.prototype as unknown as {
    copy(this: Uint8Array, into: Uint8Array, at: number, start: number, end: number): number;
  }
).copy;

/** Copies `from[start, end)` to `at` and returns the offset behind it, without making a view of the source. */
export function putRange(into: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  if (end - start > 48) return at + copyTo.call(from, into, at, start, end);
  for (let i = start; i < end; i++) into[at++] = from[i]!;
  return at;
}

/** How many decimal digits a whole number of 0 to 2^53 takes. */
export function digitsOf(n: number): number {
  if (n < 10) return 1;
  if (n < 100) return 2;
  if (n < 1000) return 3;
  if (n < 10_000) return 4;
  if (n < 100_000) return 5;
  let digits = 6;
  for (let bound = 1_000_000; n >= bound; bound *= 10) digits++;
  return digits;
}

/** Writes a whole number of 0 to 2^53 in decimal at `at` and returns the offset behind it. */
export function putNumber(into: Uint8Array, at: number, n: number): number {
  const end = at + digitsOf(n);
  let i = end - 1;
  for (; n > 0x7fffffff; i--) {
    const rest = Math.floor(n / 10);
    into[i] = 48 + (n - rest * 10);
    n = rest;
  }
  let m = n | 0;
  for (; i >= at; i--) {
    const rest = (m / 10) | 0;
    into[i] = 48 + (m - rest * 10);
    m = rest;
  }
  return end;
}

/**
 * Reads the decimal digits in `[start, end)`. Returns -1 when there is none, when another byte is among
 * them, or when there are more than nine: the protocol's sizes never need more, and the real server refuses them too.
 */
export function readNumber(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length <= 0 || length > 9) return -1;
  let n = 0;
  for (let i = start; i < end; i++) {
    const d = bytes[i]! - 48;
    if (d < 0 || d > 9) return -1;
    n = n * 10 + d;
  }
  return n;
}

/**
 * Splits the arguments of a control line at runs of blanks and tabs. Writes start and end offsets in pairs into
 * `spans` and returns how many words there are; words that do not fit into `spans` are counted but not noted.
 */
export function splitWords(bytes: Uint8Array, start: number, end: number, spans: Int32Array): number {
  let count = 0;
  let i = start;
  while (i < end) {
    let c = bytes[i]!;
    if (c === SPACE || c === TAB || c === CR) {
      i++;
      continue;
    }
    const from = i;
    while (i < end && (c = bytes[i]!) !== SPACE && c !== TAB && c !== CR) i++;
    if (count * 2 + 1 < spans.length) {
      spans[count * 2] = from;
      spans[count * 2 + 1] = i;
    }
    count++;
  }
  return count;
}
