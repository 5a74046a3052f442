// The short way from the socket to a pipe: no object and no string per message, bytes are copied once into a slab.
// While the reader of the pipe is behind, the connection is not read; so nothing is lost and nothing piles up, but for a
// reader that stands: then memory takes, up to a bound, what the server would give up.
import { human } from '#base/human.ts';
import { quote } from '#base/quote.ts';
import type { Bulk } from '#base/sink.ts';
import { formatDateTime } from '#base/time.ts';
import type { AckSubject } from '#client/jetstream/delivery.ts';
import type { BaseSubscription, Connection } from '#client/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { digitsOf, putBytes, putNumber, putRange, putText, textOf, utf8 } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { aborted, confirm, gate } from '../messaging/waiting.ts';
import type { Options } from './options.ts';
import { SecondText } from './second-text.ts';

/** Whether nothing is asked for that needs more than bytes, as text or as lines of JSON. A terminal always does. */
export function isFast(options: Options, runtime: Runtime): boolean {
  const { contract, globals, out } = runtime;
  const whole = contract.jq === undefined && contract.fields === undefined;
  const special = options.match || options.ack || options.graph || options.report || options.dump || options.translate;
  const filtered = options.where || options.ignore.length > 0;
  const plain = options.codec === undefined || options.codec === 'text';
  const ours = isLines(runtime) ? !(options.headersOnly || options.subjectsOnly) : options.stamp === undefined;
  const known = contract.as === 'text' || isLines(runtime);
  const simple = whole && known && ours && plain && !(special || filtered);
  return simple && !out.isTTY && out.bulk !== undefined && globals['trace'] !== true;
}

/** Whether messages are wanted as lines of JSON. */
export function isLines({ contract }: Runtime): boolean {
  return contract.as === 'ndjson';
}

export async function subscribeFast(options: Options, runtime: Runtime, connection: Connection): Promise<void> {
  const { opened, open } = gate();
  const { bulk, took } = patientBulk(runtime, connection);
  const put = isLines(runtime)
    ? (await import('./lines.ts')).lineWriter(bulk, runtime.clock.now)
    : writer(options, bulk);
  let count = 0;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const restart = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(open, options.waitMs);
  };
  const handle = (frame: Frame): void => {
    if (options.count > 0 && count >= options.count) return;
    put(frame, ++count);
    bulk.kick();
    took();
    if (options.waitMs > 0) restart();
    if (count === options.count) open();
  };
  const single = options.subjects.length === 1 && options.count > 0;
  const how = {
    ...(options.queue === '' ? {} : { queue: options.queue }),
    ...(single ? { max: options.count } : {}),
  };
  const subscriptions: BaseSubscription[] = options.subjects.map((s) => connection.subscribeRaw(s, how, handle));
  let failure: Error | undefined;
  void aborted(runtime.signal).then(open);
  void connection.closed.then((error) => {
    failure = error;
    open();
  });
  await confirm(connection);
  if (options.waitMs > 0) restart();
  await opened;
  clearTimeout(quiet);
  for (const subscription of subscriptions) subscription.unsubscribe();
  await bulk.end();
  if (failure) throw failure;
  runtime.signal.throwIfAborted();
}

const RECEIVED = utf8.encode('] Received on ');
const REPLY = utf8.encode(' with reply ');
const NIL = utf8.encode('nil body\n');
const LF = 10;
const QUOTE = 34;
const COMMA = 44;

/** The slab of stdout; while its reader is behind, the connection is not read. */
export function openBulk(runtime: Runtime, connection: Connection): Bulk {
  return (runtime.out.bulk as NonNullable<Runtime['out']['bulk']>)((behind) => {
    if (behind) connection.pauseReading();
    else connection.resumeReading();
  });
}

/** Milliseconds that the connection rests for a reader that is behind: a server cuts off who takes nothing for ten seconds. */
const REST = 2000;
/** Bytes that are taken into memory for it from then on, as many as the original holds. */
const HELD = 64 * 1024 * 1024;

/** The slab of stdout for messages that come whether they are read or not. `took` is told of each that was put there. */
function patientBulk(runtime: Runtime, connection: Connection): { readonly bulk: Bulk; took(): void } {
  let resting = false;
  let holding = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = (yes: boolean): void => {
    if (yes === resting) return;
    resting = yes;
    if (yes) connection.pauseReading();
    else connection.resumeReading();
  };
  const open = runtime.out.bulk as NonNullable<Runtime['out']['bulk']>;
  const bulk = open((behind) => {
    clearTimeout(timer);
    holding = false;
    rest(behind);
    if (!behind) return;
    timer = setTimeout(() => {
      holding = true;
      rest(false);
    }, REST);
  });
  const took = (): void => {
    if (holding && bulk.held > HELD) rest(true);
  };
  return { bulk, took };
}

/** Appends the line above message number `n`. */
export type HeadWriter = (bulk: Bulk, frame: Frame, n: number) => void;

/** Makes the function that appends one message to the slab. */
export function writer(
  options: Options,
  bulk: Bulk,
  head: HeadWriter = receivedHead,
): (frame: Frame, n: number) => void {
  const { raw, subjectsOnly, headersOnly } = options;
  return (frame, n) => {
    const { buf, body, end } = frame;
    if (!raw) head(bulk, frame, n);
    if (subjectsOnly && !raw) return;
    if (!raw && frame.hasHeaders) headers(bulk, frame);
    if (headersOnly && !raw) return;
    const length = end - body;
    let at = bulk.reserve(length + 16);
    const into = bulk.buf;
    if (length === 0) {
      into.set(NIL, at);
      at += NIL.length;
    } else {
      at = putRange(into, at, buf, body, end);
      if (into[at - 1] !== LF) into[at++] = LF;
    }
    if (!raw) {
      into[at++] = LF;
      // A body that brings its own newline gets one blank line, any other two.
      if (length === 0 || buf[end - 1] !== LF) into[at++] = LF;
    }
    bulk.tail = at;
  };
}

/** `[#n] Received on "subject"` with ` with reply "subject"` when there is one. */
function receivedHead(bulk: Bulk, frame: Frame, n: number): void {
  const size = (frame.subjectEnd - frame.subjectAt + frame.replyEnd - frame.replyAt) * 6 + digitsOf(n) + 64;
  let at = bulk.reserve(size);
  const into = bulk.buf;
  into[at++] = 91;
  into[at++] = 35;
  at = putNumber(into, at, n);
  into.set(RECEIVED, at);
  at = quoted(into, at + RECEIVED.length, frame.buf, frame.subjectAt, frame.subjectEnd);
  if (frame.hasReply) {
    into.set(REPLY, at);
    at = quoted(into, at + REPLY.length, frame.buf, frame.replyAt, frame.replyEnd);
  }
  into[at++] = LF;
  bulk.tail = at;
}

const STORED = utf8.encode('] Received JetStream message: stream: ');
const SEQ = utf8.encode(' seq: ');
const PENDING = utf8.encode(' / pending: ');
const SUBJECT = utf8.encode(' / subject: ');
const TIME = utf8.encode(' / time: ');

/** `[#n] Received JetStream message: ...` for what `place` knows as stored, as print.ts words it. */
export function storedHead(place: () => AckSubject | undefined): HeadWriter {
  const second = new SecondText((ns) => formatDateTime(ns));
  return (bulk, frame, n) => {
    const at = place();
    if (!at) return receivedHead(bulk, frame, n);
    const start = bulk.reserve(frame.subjectEnd - frame.subjectAt + (frame.replyEnd - frame.replyAt) * 2 + 192);
    const into = bulk.buf;
    into[start] = 91;
    into[start + 1] = 35;
    let to = putBytes(into, putNumber(into, start + 2, n), STORED);
    to = putRange(into, to, at.buf, at.startOf('stream'), at.endOf('stream'));
    to = putGrouped(into, putBytes(into, to, SEQ), at.buf, at.startOf('streamSeq'), at.endOf('streamSeq'));
    to = putGrouped(into, putBytes(into, to, PENDING), at.buf, at.startOf('pending'), at.endOf('pending'));
    to = putRange(into, putBytes(into, to, SUBJECT), frame.buf, frame.subjectAt, frame.subjectEnd);
    to = putBytes(into, putBytes(into, to, TIME), second.of(at.time));
    into[to++] = LF;
    bulk.tail = to;
  };
}

/** Digits with commas, as `human` sets them: which it does not for the largest. */
function putGrouped(into: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  if (end - start > 18) return putText(into, at, human(BigInt(textOf(from, start, end))));
  let to = at;
  for (let i = start; i < end; i++) {
    if (i > start && (end - i) % 3 === 0) into[to++] = COMMA;
    into[to++] = from[i]!;
  }
  return to;
}

function headers(bulk: Bulk, frame: Frame): void {
  const lines = MsgHeaders.parse(frame.headerBytes.slice()).entries();
  if (lines.length === 0) return;
  const text = `${lines.map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n`;
  const at = bulk.reserve(text.length * 3);
  bulk.tail = putText(bulk.buf, at, text);
}

/** A subject in double quotes. Plain ASCII is copied, anything else is escaped as Go does. */
function quoted(into: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  let to = at;
  into[to++] = QUOTE;
  for (let i = start; i < end; i++) {
    const c = from[i] as number;
    if (c < 0x20 || c > 0x7e || c === QUOTE || c === 92) {
      return putText(into, at, quote(new TextDecoder().decode(from.subarray(start, end))));
    }
    into[to++] = c;
  }
  into[to++] = QUOTE;
  return to;
}
