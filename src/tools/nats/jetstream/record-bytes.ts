// Stored messages as lines of JSON, and the lines above them, from the bytes they came in: no text is made of what is only
// passed on.
import { formatDateTime } from '#base/time.ts';
import type { DirectMessage } from '#client/jetstream/direct.ts';
import { putBytes, putRange, utf8 } from '#wire/bytes.ts';
import { putBase64, putQuoted } from '#wire/json-bytes.ts';

const ZERO = 48;
const Z = 90;

const SUBJECT = utf8.encode('{"subject":"');
const SEQ = utf8.encode('","seq":');
const TIME = utf8.encode(',"time":"');
const DATA = utf8.encode('","data":"');
const BASE64 = utf8.encode('","data_base64":"');
const END = utf8.encode('"}\n');
const FIXED = SUBJECT.length + SEQ.length + TIME.length + BASE64.length + END.length + 4;

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
  let to = putQuoted(into, putBytes(into, at, SUBJECT), block, message.factAt(0), message.factEnd(0));
  if (to < 0) return -1;
  to = putRange(into, putBytes(into, to, SEQ), block, message.factAt(1), message.factEnd(1));
  to = putRange(into, putBytes(into, to, TIME), block, time, timeEnd);
  to = data.includes(0)
    ? putBase64(into, putBytes(into, to, BASE64), data)
    : putQuoted(into, putBytes(into, to, DATA), data, 0, data.length);
  return to < 0 ? -1 : putBytes(into, to, END);
}

const OPEN = 91;
const NAME = utf8.encode('] Subject: ');
const RECEIVED = utf8.encode(' Received: ');
const NEWLINE = 10;
/** Characters of `2006-01-02T15:04:05`. */
const TO_SECOND = 19;

/** The most bytes that a `HeadWriter` takes. */
export function headRoom({ block }: DirectMessage): number {
  return NAME.length + RECEIVED.length + block.length + 32;
}

/**
 * Writes `[seq] Subject: ... Received: ...` and a newline at `at` and returns the offset behind it; -1 where it has to be made
 * the patient way: headers of the message's own, subjects that are more than plain ASCII.
 */
export type HeadWriter = (into: Uint8Array, at: number, message: DirectMessage) => number;

/** Messages of one second share the text of their time. */
export function headWriter(): HeadWriter {
  let known = new Uint8Array(0);
  let text = new Uint8Array(0);
  const timeOf = (message: DirectMessage, from: number): Uint8Array => {
    const { block } = message;
    let same = 0;
    while (same < known.length && known[same] === block[from + same]) same++;
    if (known.length === 0 || same < known.length) {
      known = block.slice(from, from + TO_SECOND);
      text = utf8.encode(formatDateTime(message.time));
    }
    return text;
  };
  return (into, at, message) => {
    if (!message.isPlain) return -1;
    const { block } = message;
    const time = message.factAt(2);
    const end = message.factEnd(2);
    if (end - time <= TO_SECOND || block[end - 1] !== Z) return -1;
    const [subject, subjectEnd] = [message.factAt(0), message.factEnd(0)];
    for (let i = subject; i < subjectEnd; i++) if (block[i]! < 32 || block[i]! > 126) return -1;
    into[at] = OPEN;
    let to = putRange(into, at + 1, block, message.factAt(1), message.factEnd(1));
    to = putRange(into, putBytes(into, to, NAME), block, subject, subjectEnd);
    to = putBytes(into, putBytes(into, to, RECEIVED), timeOf(message, time));
    into[to] = NEWLINE;
    return to + 1;
  };
}
