// Strings of JSON written straight from bytes.
import { utf8 } from './bytes.ts';

const QUOTE = 34;
const BACKSLASH = 92;

/** Letters behind the backslash for the controls that text holds: tab, newline, return. */
const SHORT: Readonly<Record<number, number>> = { 9: 116, 10: 110, 13: 114 };

/**
 * Writes `from[start, end)` as the inside of a JSON string at `at` and returns the offset behind it; -1 for bytes that are
 * no plain ASCII text. Takes two bytes for each at the most.
 */
export function putQuoted(into: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  let to = at;
  for (let i = start; i < end; i++) {
    const c = from[i]!;
    if (c > 126) return -1;
    if (c >= 32 && c !== QUOTE && c !== BACKSLASH) {
      into[to++] = c;
      continue;
    }
    const letter = c < 32 ? SHORT[c] : c;
    if (letter === undefined) return -1;
    into[to++] = BACKSLASH;
    into[to++] = letter;
  }
  return to;
}

const DIGITS = utf8.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 61;

/** Writes the bytes in base64 at `at` and returns the offset behind it. */
export function putBase64(into: Uint8Array, at: number, from: Uint8Array): number {
  const { length } = from;
  let to = at;
  for (let i = 0; i < length; i += 3) {
    // Behind the end stands nothing, which counts as zeros.
    const bits = (from[i]! << 16) | ((from[i + 1] ?? 0) << 8) | (from[i + 2] ?? 0);
    into[to] = DIGITS[bits >> 18]!;
    into[to + 1] = DIGITS[(bits >> 12) & 63]!;
    into[to + 2] = i + 1 < length ? DIGITS[(bits >> 6) & 63]! : PAD;
    into[to + 3] = i + 2 < length ? DIGITS[bits & 63]! : PAD;
    to += 4;
  }
  return to;
}
