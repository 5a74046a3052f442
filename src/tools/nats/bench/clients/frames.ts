// Messages as frames, encoded once where they are all alike.
import { emptyBytes, putBytes, putNumber, utf8 } from '#wire/bytes.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { encodePublish, publishLength, putPublish } from '#wire/writer.ts';
import type { HeaderLine } from '../../messaging/headers.ts';
import { type Plan, publishSubject } from '../plan.ts';
import { type Client, checkMessage } from './client.ts';

/** Bytes handed to the connection at once: best of 64, 128 and 512 K in trials. */
const SLAB = 128 * 1024;
/** The same where nothing is copied: as much as so many messages are, since they share one time, within bounds. */
const LENT_MESSAGES = 1000;
const LENT_LEAST = 256 * 1024;
const LENT_MOST = 1024 * 1024;

/** A block of headers as bytes; empty without any. */
export function headerBlock(lines: readonly HeaderLine[], extra: readonly HeaderLine[] = []): Uint8Array {
  if (lines.length + extra.length === 0) return emptyBytes;
  const all = new MsgHeaders();
  for (const [name, value] of lines) all.append(name, value);
  for (const [name, value] of extra) all.set(name, value);
  return all.encode();
}

/** The frames of a client's messages, written one behind the other into a slab. */
export interface Frames {
  readonly slab: Uint8Array;
  /** How many fit in the slab. */
  readonly room: number;
  /** Writes messages from number `i` on at `at`; returns the offset behind them. `many` is at most `group`. */
  put(at: number, i: number, many: number): number;
  /** How many messages `put` takes at once: more than one where all are alike. */
  readonly group: number;
  /** Offset of the payload in the frame that was put last, from its end. */
  readonly tail: number;
  /** The one frame of messages that are all alike. */
  readonly alike?: Uint8Array;
}

/** As many copies of a frame as one write of the kernel is best fed with. */
export function copiesOf(frame: Uint8Array, most: number): Uint8Array {
  const lent = Math.min(LENT_MOST, Math.max(LENT_LEAST, LENT_MESSAGES * frame.length));
  const copies = Math.max(1, Math.min(most, Math.floor(lent / frame.length)));
  const all = new Uint8Array(copies * frame.length);
  all.set(frame);
  for (let filled = frame.length; filled < all.length; filled *= 2) all.copyWithin(filled, 0, filled);
  return all;
}

/** Messages that are handed over, and timed, together: reading the clock costs more than a short message. */
const GROUP = 16;

/** Messages without a reply subject. Checks that the server would take them. */
export function plainFrames(client: Client): Frames {
  const { plan, offset } = client;
  const headers = headerBlock(plan.headers);
  const { payload } = plan;
  const longest = publishSubject({ ...plan, multiRandom: false }, Math.max(0, offset + client.count - 1));
  checkMessage(client, longest, headers.length + payload.length);
  const size = publishLength(`${longest}00`, '', headers, payload);
  const room = Math.max(1, Math.floor(SLAB / size));
  const slab = new Uint8Array(room * size);
  const tail = payload.length + 2;
  if (plan.multi) {
    const put = (at: number, i: number, many: number) => {
      let end = at;
      for (let n = i; n < i + many; n++) {
        end = putPublish(slab, end, publishSubject(plan, offset + n), '', headers, payload);
      }
      return end;
    };
    return { slab, room, tail, group: GROUP, put };
  }
  const frame = encodePublish(plan.subject, payload, '', headers);
  const templates = new Uint8Array(frame.length * GROUP);
  for (let i = 0; i < GROUP; i++) templates.set(frame, i * frame.length);
  const put = (at: number, _i: number, many: number) => {
    const length = frame.length * many;
    slab.set(many === GROUP ? templates : templates.subarray(0, length), at);
    return at + length;
  };
  return { slab, room, tail, group: GROUP, put, alike: frame };
}

/** Messages that want an answer: reply subjects are `inbox` and a number of fixed width. */
export interface AskFrames {
  /** Frames of messages `from` up to `from + count`, answers numbered from `first` on. Good until the next call. */
  batch(from: number, count: number, first: number): Uint8Array;
}

/** Digits of the number in a reply subject. */
export const REPLY_DIGITS = 9;

/** Subjects that differ in the number they end with. */
export interface Numbered {
  readonly front: string;
  /** Whole, from 0. */
  number(i: number): number;
}

export interface AskOptions {
  /** Ends with a dot. */
  readonly inbox: string;
  /** Headers of one message beside those of the plan. */
  readonly extra?: (i: number) => readonly HeaderLine[];
  /** In place of the subjects of the plan. */
  readonly subject?: string | Numbered;
  /** The same for the payload. */
  readonly payload?: Uint8Array | ((i: number) => Uint8Array);
}

export function askFrames(client: Client, options: AskOptions): AskFrames {
  const { plan, offset } = client;
  const { extra, payload = plan.payload, subject } = options;
  const payloadOf = typeof payload === 'function' ? payload : () => payload;
  const subjectOf =
    typeof subject === 'string'
      ? () => subject
      : subject
        ? (i: number) => `${subject.front}${subject.number(i)}`
        : (i: number) => publishSubject(plan, offset + i);
  const fixed = headerBlock(plan.headers);
  checkMessage(client, subjectOf(0), fixed.length + payloadOf(0).length);
  let slab = new Uint8Array(SLAB);
  let view = emptyBytes;
  const numbered = typeof subject === 'object' ? subject : undefined;
  const alike = !extra && typeof payload !== 'function' && (subject !== undefined || !plan.multi);
  const template = alike
    ? templateOf(numbered ? numbered.front : subjectOf(0), options.inbox, fixed, payload)
    : undefined;
  const room = (at: number, bytes: number) => {
    if (at + bytes <= slab.length) return;
    const bigger = new Uint8Array(Math.max(slab.length * 2, at + bytes));
    bigger.set(slab.subarray(0, at));
    slab = bigger;
  };
  /** What is filled; questions that go one by one have mostly the same length. */
  const filled = (length: number) => {
    if (view.length !== length || view.buffer !== slab.buffer) view = slab.subarray(0, length);
    return view;
  };
  return {
    batch(from, count, first) {
      let at = 0;
      for (let i = 0; i < count; i++) {
        if (template) {
          room(at, template.length);
          at = putBytes(slab, at, template.front);
          if (numbered) at = putNumber(slab, at, numbered.number(from + i));
          const end = putBytes(slab, at, template.rest);
          putDigits(slab, at + template.digits, first + i);
          at = end;
          continue;
        }
        const subject = subjectOf(from + i);
        const headers = extra ? headerBlock(plan.headers, extra(from + i)) : fixed;
        const reply = options.inbox + String(first + i).padStart(REPLY_DIGITS, '0');
        const body = payloadOf(from + i);
        room(at, publishLength(subject, reply, headers, body));
        at = putPublish(slab, at, subject, reply, headers, body);
      }
      return filled(at);
    },
  };
}

/** The parts of a frame before and after the number that ends its subject. */
function templateOf(subject: string, inbox: string, headers: Uint8Array, payload: Uint8Array) {
  const frame = encodePublish(subject, payload, inbox + '0'.repeat(REPLY_DIGITS), headers);
  const split = (headers.length > 0 ? 5 : 4) + utf8.encode(subject).length;
  return {
    front: frame.slice(0, split),
    rest: frame.slice(split),
    /** Offset in `rest` of the digits that end the reply subject: a blank and the inbox stand before them. */
    digits: 1 + utf8.encode(inbox).length,
    /** The most that a frame takes. */
    length: frame.length + 16,
  };
}

/** Writes a number in REPLY_DIGITS digits. */
function putDigits(into: Uint8Array, at: number, value: number): void {
  let rest = value;
  for (let i = at + REPLY_DIGITS - 1; i >= at; i--) {
    into[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** The header that lets a stream know a message it has already. */
export function dedupHeader(plan: Plan, index: number, number: number): HeaderLine {
  return ['Nats-Msg-Id', `${plan.runId}-${index}-${number}`];
}
