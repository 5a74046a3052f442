// Records of stored messages as lines of JSON, from the bytes they came in: no text is made of what is only passed on.
import type { DirectMessage } from '#client/jetstream/direct.ts';
import { utf8 } from '#wire/bytes.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const ZERO = 48;
const Z = 90;

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

const SUBJECT = utf8.encode('{"subject":"');
const SEQ = utf8.encode('","seq":');
const TIME = utf8.encode(',"time":"');
const DATA = utf8.encode('","data":"');
const BASE64 = utf8.encode('","data_base64":"');
const END = utf8.encode('"}\n');
const FIXED = SUBJECT.length + SEQ.length + TIME.length + BASE64.length + END.length + 4;
const DIGITS = utf8.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 61;

function put(into: Uint8Array, at: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) into[at + i] = bytes[i]!;
  return at + bytes.length;
}

function copy(into: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) into[at + i - start] = from[i]!;
  return at + end - start;
}

function putBase64(into: Uint8Array, at: number, from: Uint8Array): number {
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

/** The most bytes that `putRecord` takes. */
export function recordRoom({ block, data }: DirectMessage): number {
  return FIXED + (block.length + data.length) * 2;
}

/**
 * Writes a message without headers of its own as `{"subject":...,"seq":...,"time":...,"data":...}` and a newline at `at` and
 * returns the offset behind it; with `data_base64` where a zero byte says that the body is no text. -1 where the record has
 * to be made the patient way: other text than ASCII, rare controls, a time that is not written as we write it.
 */
export function putRecord(into: Uint8Array, at: number, message: DirectMessage): number {
  if (!message.isPlain) return -1;
  const { block, data } = message;
  const [time, timeEnd] = [message.factAt(2), message.factEnd(2)];
  // 2006-01-02T15:04:05Z, or a fraction that does not end with a zero.
  const length = timeEnd - time;
  if (length < 20 || block[timeEnd - 1] !== Z || (length > 20 && block[timeEnd - 2] === ZERO)) return -1;
  let to = putQuoted(into, put(into, at, SUBJECT), block, message.factAt(0), message.factEnd(0));
  if (to < 0) return -1;
  to = copy(into, put(into, to, SEQ), block, message.factAt(1), message.factEnd(1));
  to = copy(into, put(into, to, TIME), block, time, timeEnd);
  to = data.includes(0)
    ? putBase64(into, put(into, to, BASE64), data)
    : putQuoted(into, put(into, to, DATA), data, 0, data.length);
  return to < 0 ? -1 : put(into, to, END);
}
