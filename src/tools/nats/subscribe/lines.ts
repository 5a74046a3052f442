// Messages as lines of JSON, put together from the bytes they came in. The records are those of print.ts, byte for byte.
import { stringifyJson } from '#base/json64.ts';
import type { Bulk } from '#base/sink.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import { validText } from '#base/utf8.ts';
import type { AckSubject } from '#client/jetstream/delivery.ts';
import { digitsOf, putBytes, putNumber, putRange, putText, textOf, utf8 } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { putQuoted } from '#wire/json-bytes.ts';
import { headerFields } from '../messaging/records.ts';
import { SecondText } from './second-text.ts';

const NUMBER = utf8.encode('{"n":');
const SUBJECT = utf8.encode(',"subject":"');
const REPLY = utf8.encode('","reply":"');
const DATA = utf8.encode(',"data":"');
const STREAM = utf8.encode(',"stream":"');
const SEQ = utf8.encode('","seq":');
const PENDING = utf8.encode(',"pending":');
const CONSUMER = utf8.encode(',"consumer":"');
const QUOTE = utf8.encode('"');
const TIME = utf8.encode(',"time":"');
const END = utf8.encode('"}\n');

/** More than all of the above, a number and a time take. */
const FIXED = 256;
/** Bytes in JSON for one byte that may be anything. */
const WORST = 6;

const DOT = 46;
const ZERO = 48;
const Z = 90;

/** Makes the function that appends message number `n`; `place` tells of a stored message where it is stored. */
export function lineWriter(
  bulk: Bulk,
  now: () => bigint,
  place: () => AckSubject | undefined = () => undefined,
): (frame: Frame, n: number) => void {
  const second = new SecondText((ns) => formatRfc3339Nano(ns).slice(0, -1));
  return (frame, n) => {
    const { buf, body, end } = frame;
    const headers = frame.hasHeaders ? headerText(frame) : '';
    const names = (frame.subjectEnd - frame.subjectAt + (frame.replyEnd - frame.replyAt) * 2) * WORST;
    const room = FIXED + digitsOf(n) + names + headers.length * 3;
    const from = bulk.reserve(room + (end - body) * 2);
    const at = putText(bulk.buf, putNames(bulk.buf, from, frame, n), headers);
    let behind = putQuoted(bulk.buf, putBytes(bulk.buf, at, DATA), buf, body, end);
    if (behind < 0) {
      bulk.tail = at;
      behind = putBody(bulk, room, frame.payload);
    }
    // The slab may be another one now.
    bulk.tail = putRest(bulk.buf, behind, place(), second, now);
  };
}

/** Appends a body that is more than plain text in ASCII, without its closing quote, and sees to it that there is `room` behind it. */
function putBody(bulk: Bulk, room: number, body: Uint8Array): number {
  const text = validText(body);
  const field =
    text === undefined
      ? `,"data_base64":"${Buffer.from(body).toString('base64')}`
      : `,"data":${JSON.stringify(text).slice(0, -1)}`;
  const at = bulk.reserve(room + field.length * 3);
  return putText(bulk.buf, at, field);
}

/** `,"headers":{...}`, with the block in base64 where that would lose something. */
function headerText(frame: Frame): string {
  const fields = headerFields(MsgHeaders.parse(frame.headerBytes.slice()));
  return `,${stringifyJson(fields, { escapeHtml: false }).slice(1, -1)}`;
}

function putNames(into: Uint8Array, from: number, frame: Frame, n: number): number {
  const { buf, subjectAt, subjectEnd, replyAt, replyEnd } = frame;
  let at = putNumber(into, putBytes(into, from, NUMBER), n);
  at = putName(into, putBytes(into, at, SUBJECT), buf, subjectAt, subjectEnd);
  if (frame.hasReply) at = putName(into, putBytes(into, at, REPLY), buf, replyAt, replyEnd);
  return putBytes(into, at, QUOTE);
}

/** The inside of a JSON string. */
function putName(into: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  const to = putQuoted(into, at, from, start, end);
  if (to >= 0) return to;
  return putText(into, at, JSON.stringify(textOf(from, start, end)).slice(1, -1));
}

/** The closing quote of the body, where the message is stored, and the time. */
function putRest(
  into: Uint8Array,
  from: number,
  place: AckSubject | undefined,
  second: SecondText,
  now: () => bigint,
): number {
  if (!place) {
    const at = putTime(into, putBytes(into, putBytes(into, from, QUOTE), TIME), second, now());
    return putBytes(into, at, END);
  }
  const { buf } = place;
  let at = putBytes(into, putBytes(into, from, QUOTE), STREAM);
  at = putName(into, at, buf, place.startOf('stream'), place.endOf('stream'));
  at = putBytes(into, at, SEQ);
  at = putRange(into, at, buf, place.startOf('streamSeq'), place.endOf('streamSeq'));
  at = putBytes(into, at, PENDING);
  at = putRange(into, at, buf, place.startOf('pending'), place.endOf('pending'));
  at = putBytes(into, at, CONSUMER);
  at = putName(into, at, buf, place.startOf('consumer'), place.endOf('consumer'));
  at = putBytes(into, putBytes(into, at, QUOTE), TIME);
  return putBytes(into, putTime(into, at, second, place.time), END);
}

/** Writes a time in UTC as RFC 3339. */
function putTime(into: Uint8Array, start: number, second: SecondText, ns: bigint): number {
  let at = putBytes(into, start, second.of(ns));
  let { nano } = second;
  if (nano > 0) {
    into[at++] = DOT;
    for (let unit = 100_000_000; nano > 0; unit /= 10) {
      const digit = Math.trunc(nano / unit);
      into[at++] = ZERO + digit;
      nano -= digit * unit;
    }
  }
  into[at++] = Z;
  return at;
}
