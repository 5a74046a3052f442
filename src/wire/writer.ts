import { CR, digitsOf, emptyBytes, LF, putBytes, putNumber, putText, SPACE } from './bytes.ts';

const FIRST = 16 * 1024;
/** A drained slab larger than this is replaced by a small one. */
const KEEP = 1024 * 1024;

/**
 * Outgoing bytes of one connection: a growing slab that only ever gains whole frames, so that whoever appends -
 * a publisher, a PONG, a SUB - lands at a frame border however much of the slab has been sent already.
 * `[head, tail)` is still to be sent; the start of the slab is always a frame border.
 */
export class FrameQueue {
  buf: Uint8Array = emptyBytes;
  head = 0;
  tail = 0;
  /** The slab of this queue while it sends from an array that is lent to it. */
  #own: Uint8Array | undefined;

  /** Whether an array that was lent is being sent. */
  get lent(): boolean {
    return this.#own !== undefined;
  }

  /** Bytes waiting. */
  get length(): number {
    return this.tail - this.head;
  }

  /** Makes room for `bytes` more and returns the offset to write at. Advance `tail` afterwards. */
  reserve(bytes: number): number {
    if (this.tail + bytes > this.buf.length) this.#room(bytes);
    return this.tail;
  }

  /** Appends a whole frame. */
  push(frame: Uint8Array): void {
    const at = this.reserve(frame.length);
    this.tail = putBytes(this.buf, at, frame);
  }

  /**
   * Appends whole frames whose array nobody changes: an empty queue sends them from where they are. `frames` must be all
   * of its array that is lent, since what is appended next must not land in it.
   */
  lend(frames: Uint8Array): void {
    if (this.length > 0) {
      this.push(frames);
      return;
    }
    this.#own ??= this.buf;
    this.buf = frames;
    this.head = 0;
    this.tail = frames.length;
  }

  /** Appends `text` and CR LF. The text must not hold line breaks. */
  line(text: string): void {
    const at = this.reserve(text.length * 3 + 2);
    const end = putText(this.buf, at, text);
    this.buf[end] = CR;
    this.buf[end + 1] = LF;
    this.tail = end + 2;
  }

  /**
   * Appends PUB, or HPUB when `headers` has bytes. Subject and reply must have been checked: no blanks, no line breaks.
   * Returns the length of the frame.
   */
  publish(subject: string, reply: string, headers: Uint8Array, payload: Uint8Array): number {
    const size = headers.length + payload.length;
    const at = this.reserve((subject.length + reply.length) * 3 + size + 48);
    const end = putPublish(this.buf, at, subject, reply, headers, payload);
    this.tail = end;
    return end - at;
  }

  /** Appends PUB to the subject that is `buf[from, to)`. */
  answer(buf: Uint8Array, from: number, to: number, payload: Uint8Array): void {
    let at = this.reserve(to - from + payload.length + 32);
    const into = this.buf;
    into[at] = 80;
    into[at + 1] = 85;
    into[at + 2] = 66;
    into[at + 3] = SPACE;
    at += 4;
    for (let i = from; i < to; i++) into[at++] = buf[i]!;
    into[at++] = SPACE;
    at = putNumber(into, at, payload.length);
    into[at] = CR;
    into[at + 1] = LF;
    at = putBytes(into, at + 2, payload);
    into[at] = CR;
    into[at + 1] = LF;
    this.tail = at + 2;
  }

  /** Notes that `bytes` from `head` on have been sent. */
  sent(bytes: number): void {
    this.head += bytes;
    if (this.head < this.tail) return;
    this.clear();
    if (this.buf.length > KEEP) this.buf = emptyBytes;
  }

  /** View of what waits. */
  pending(): Uint8Array {
    return this.buf.subarray(this.head, this.tail);
  }

  clear(): void {
    this.head = this.tail = 0;
    if (this.#own === undefined) return;
    this.buf = this.#own;
    this.#own = undefined;
  }

  /**
   * Copies the PUB and HPUB frames that have not been sent completely: what a new connection has to send, a half-sent
   * frame again from its start.
   */
  unsentMessages(): Uint8Array {
    const out = new FrameQueue();
    let at = this.#borderBefore(this.head);
    while (at < this.tail) {
      const end = frameEnd(this.buf, at, this.tail);
      if (isMessage(this.buf, at)) out.push(this.buf.subarray(at, end));
      at = end;
    }
    return out.pending();
  }

  #borderBefore(offset: number): number {
    let at = 0;
    for (;;) {
      if (at >= this.tail) return this.tail;
      const end = frameEnd(this.buf, at, this.tail);
      if (end > offset) return at;
      at = end;
    }
  }

  #room(bytes: number): void {
    // Sent bytes may only go up to a frame border, or `unsentMessages` could not find its way.
    const border = this.head === 0 ? 0 : this.#borderBefore(this.head);
    const kept = this.tail - border;
    let size = Math.max(this.buf.length, FIRST);
    // At least half must come free, else every append would move the whole backlog.
    while (size < kept + bytes || (border > 0 && kept > size / 2)) size *= 2;
    if (size === this.buf.length && border > 0 && this.#own === undefined) this.buf.copyWithin(0, border, this.tail);
    else {
      const bigger = new Uint8Array(size);
      bigger.set(this.buf.subarray(border, this.tail));
      this.buf = bigger;
      this.#own = undefined;
    }
    this.head -= border;
    this.tail -= border;
  }
}

function isMessage(buf: Uint8Array, at: number): boolean {
  return buf[at] === 72 || (buf[at] === 80 && buf[at + 1] === 85);
}

/** Offset behind the frame at `at`: the line, and for PUB and HPUB also the payload whose size ends the line. */
function frameEnd(buf: Uint8Array, at: number, limit: number): number {
  const lf = buf.indexOf(LF, at);
  if (lf < 0 || lf >= limit) return limit;
  if (!isMessage(buf, at)) return lf + 1;
  let size = 0;
  let unit = 1;
  for (let i = lf - 2; i > at && buf[i] !== SPACE; i--, unit *= 10) size += (buf[i]! - 48) * unit;
  return Math.min(lf + 1 + size + 2, limit);
}

/** Writes one PUB or HPUB frame at `at` and returns the offset behind it; `into` has room (see `publishLength`). */
export function putPublish(
  into: Uint8Array,
  at: number,
  subject: string,
  reply: string,
  headers: Uint8Array,
  payload: Uint8Array,
): number {
  const head = headers.length;
  if (head > 0) into[at++] = 72;
  into[at] = 80;
  into[at + 1] = 85;
  into[at + 2] = 66;
  into[at + 3] = SPACE;
  at = putText(into, at + 4, subject);
  into[at++] = SPACE;
  if (reply !== '') {
    at = putText(into, at, reply);
    into[at++] = SPACE;
  }
  if (head > 0) {
    at = putNumber(into, at, head);
    into[at++] = SPACE;
  }
  at = putNumber(into, at, head + payload.length);
  into[at] = CR;
  into[at + 1] = LF;
  at += 2;
  if (head > 0) at = putBytes(into, at, headers);
  at = putBytes(into, at, payload);
  into[at] = CR;
  into[at + 1] = LF;
  return at + 2;
}

/** Upper bound of the bytes of a frame. */
export function publishLength(subject: string, reply: string, headers: Uint8Array, payload: Uint8Array): number {
  const size = headers.length + payload.length;
  return (subject.length + reply.length) * 3 + size + 16 + digitsOf(size) * 2;
}

/** One PUB or HPUB frame as bytes of its own: a template to append again and again, as benchmarks do. */
export function encodePublish(
  subject: string,
  payload: Uint8Array,
  reply = '',
  headers: Uint8Array = emptyBytes,
): Uint8Array {
  const frame = new Uint8Array(publishLength(subject, reply, headers, payload));
  return frame.slice(0, putPublish(frame, 0, subject, reply, headers, payload));
}
