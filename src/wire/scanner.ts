import { CR, emptyBytes, LF, readNumber, SPACE, TAB } from './bytes.ts';
import { Frame, type FrameSink, lineOp, ProtocolError, possible } from './frame.ts';
import { Repeats } from './repeats.ts';

export interface ScannerLimits {
  /** Longest control line in bytes, line end not counted; 1 MiB when not given (INFO of a large cluster is long). */
  maxLine?: number;
  /** Largest header plus payload in bytes. May be changed while running. */
  maxSize?: number;
}

export interface Scanner {
  /**
   * Takes the next bytes and calls the sink for every complete frame. Keeps a copy of an incomplete one only.
   * Returns how many bytes were taken: fewer than given only when `stop` was called.
   */
  feed(chunk: Uint8Array): number;
  /** Ends the running `feed` behind the current frame. The next `feed` starts anew. */
  stop(): void;
  /** Forgets a half-received frame. */
  reset(): void;
  /** Bytes held of a frame that is not complete. */
  readonly held: number;
  setMaxSize(bytes: number): void;
}

const SPANS = 12;
/** Above this the buffer of a split frame is given back after use. */
const KEEP = 256 * 1024;

/** Reads one direction of the protocol: `peer` is who sends the bytes. */
export function createScanner(peer: 'server' | 'client', sink: FrameSink, limits: ScannerLimits = {}): Scanner {
  const maxLine = limits.maxLine ?? 1024 * 1024;
  let maxSize = limits.maxSize ?? 256 * 1024 * 1024;
  const frame = new Frame();
  const spans = new Int32Array(SPANS);
  const fromServer = peer === 'server';
  let carry: Uint8Array = emptyBytes;
  let carried = 0;
  /** Full length of the frame in the carry once its line is known, else 0. */
  let wanted = 0;
  let stopped = false;
  let repeats: Repeats | undefined;

  function hold(chunk: Uint8Array, from: number, to: number): void {
    const need = carried + to - from;
    if (carry.length < need) {
      // Grows with what has arrived, not with what a line promises: a liar costs us nothing.
      const bigger = new Uint8Array(Math.max(need, Math.min(carry.length * 2, Math.max(wanted, need)), 4096));
      bigger.set(carry.subarray(0, carried));
      carry = bigger;
    }
    if (from === 0 && to === chunk.length) carry.set(chunk, carried);
    else carry.set(chunk.subarray(from, to), carried);
    carried = need;
  }

  /** Subject and sid of a plain line whose subject begins at `at`; returns the offset behind the blank after them, or 0. */
  function plainFront(buf: Uint8Array, at: number, limit: number): number {
    let i = at;
    while (i < limit && buf[i]! > SPACE) i++;
    const subjectEnd = i;
    if (i === at || i >= limit || buf[i] !== SPACE) return 0;
    let sid = 0;
    let c = 0;
    for (i++; i < limit && (c = buf[i]!) > SPACE; i++) {
      if (c < 48 || c > 57) return 0;
      sid = sid * 10 + (c - 48);
    }
    if (i - subjectEnd < 2 || i - subjectEnd > 10 || c !== SPACE) return 0;
    frame.subjectAt = at;
    frame.subjectEnd = subjectEnd;
    frame.sid = sid;
    return i + 1;
  }

  /** The rest of a plain line: `[reply] size` of which the size begins at `sizeAt`. Returns the offset behind it, or 0. */
  function plainEnd(buf: Uint8Array, at: number, sizeAt: number, head: number, limit: number): number {
    let size = 0;
    let c = 0;
    let i = sizeAt;
    for (; i < limit && (c = buf[i]!) >= 48 && c <= 57; i++) size = size * 10 + (c - 48);
    if (c !== CR || i === sizeAt || i - sizeAt > 9 || i + 1 >= limit || buf[i + 1] !== LF) return 0;
    if (i - at > maxLine || size > maxSize || head > size) return 0;
    frame.buf = buf;
    frame.start = at;
    frame.head = i + 2;
    frame.body = i + 2 + head;
    frame.end = i + 2 + size;
    return i + 2;
  }

  /**
   * The line of nearly every message, `MSG subject sid [reply] size` or `HMSG subject sid [reply] head size`, with single
   * blanks as nats-server writes it: read in one pass without noting words. Returns 0 for anything else, which the patient
   * way then reads again.
   */
  function plainLine(buf: Uint8Array, at: number, limit: number, headers: boolean): number {
    const from = plainFront(buf, at + (headers ? 5 : 4), limit);
    if (from === 0) return 0;
    frame.replyAt = frame.replyEnd = 0;
    let i = from;
    while (i < limit && buf[i]! > SPACE) i++;
    if (i >= limit || i === from) return 0;
    if (!headers) {
      if (buf[i] === CR) return plainEnd(buf, at, from, 0, limit);
      if (buf[i] !== SPACE) return 0;
      frame.replyAt = from;
      frame.replyEnd = i;
      return plainEnd(buf, at, i + 1, 0, limit);
    }
    if (buf[i] !== SPACE) return 0;
    let headAt = from;
    let headEnd = i;
    let sizeAt = i + 1;
    for (i = sizeAt; i < limit && buf[i]! > SPACE; i++);
    if (i < limit && buf[i] === SPACE) {
      // A third word: the first one was the reply subject.
      frame.replyAt = headAt;
      frame.replyEnd = headEnd;
      headAt = sizeAt;
      headEnd = i;
      sizeAt = i + 1;
    }
    const head = readNumber(buf, headAt, headEnd);
    return head < 0 ? 0 : plainEnd(buf, at, sizeAt, head, limit);
  }

  /**
   * Reads the control line of a message at `at` (op and arguments) into `frame`.
   * Returns the offset behind the line, or -1 when the line end is not there yet.
   */
  function messageLine(buf: Uint8Array, at: number, limit: number, headers: boolean): number {
    if (fromServer) {
      const quick = plainLine(buf, at, limit, headers);
      if (quick > 0) return quick;
    }
    let i = at + (headers ? 4 : 3);
    let words = 0;
    let from = -1;
    let c = 0;
    for (; ; i++) {
      if (i >= limit) return -1;
      c = buf[i]!;
      if (c > SPACE) {
        if (from < 0) from = i;
      } else if (c === SPACE || c === TAB || c === CR || c === LF) {
        if (from >= 0) {
          if (words * 2 < SPANS) {
            spans[words * 2] = from;
            spans[words * 2 + 1] = i;
          }
          words++;
          from = -1;
        }
        if (c === LF) break;
      } else if (from < 0) from = i;
    }
    tooLong(i - at);
    const sids = fromServer ? 1 : 0;
    const least = 2 + sids + (headers ? 1 : 0);
    if (words !== least && words !== least + 1) throw new ProtocolError('bad arguments');
    const last = words * 2 - 2;
    const total = readNumber(buf, spans[last]!, spans[last + 1]!);
    const head = headers ? readNumber(buf, spans[last - 2]!, spans[last - 1]!) : 0;
    if (total < 0 || head < 0 || head > total) throw new ProtocolError('bad arguments');
    frame.buf = buf;
    frame.start = at;
    frame.subjectAt = spans[0]!;
    frame.subjectEnd = spans[1]!;
    frame.sid = sids ? readNumber(buf, spans[2]!, spans[3]!) : -1;
    if (words > least) {
      frame.replyAt = spans[2 + sids * 2]!;
      frame.replyEnd = spans[3 + sids * 2]!;
    } else frame.replyAt = frame.replyEnd = 0;
    frame.head = i + 1;
    frame.body = i + 1 + head;
    frame.end = i + 1 + total;
    if (total > maxSize) throw new ProtocolError('payload too large');
    return i + 1;
  }

  /** Hands the frame over, and those behind it in `[, limit)` that are the same; returns the offset behind all. */
  function deliver(buf: Uint8Array, limit: number): number {
    const end = frame.end;
    if (buf[end] !== CR || buf[end + 1] !== LF) throw new ProtocolError('payload not closed');
    if (sink.message(frame) !== true || stopped) return end + 2;
    return again(buf, end + 2, limit);
  }

  function again(buf: Uint8Array, behind: number, limit: number): number {
    repeats ??= new Repeats();
    const length = behind - frame.start;
    const times = repeats.find(buf, frame.start, length, limit);
    if (times > 0) sink.repeats?.(frame, times);
    return behind + times * length;
  }

  /** Handles a control line; `lf` is the offset of its end. */
  function controlLine(buf: Uint8Array, at: number, lf: number): void {
    const op = lineOp(buf, at, lf);
    if (op === undefined) throw new ProtocolError('unknown operation');
    let start = at + op.length;
    let end = lf;
    while (end > start && buf[end - 1]! <= SPACE) end--;
    while (start < end && buf[start]! <= SPACE) start++;
    sink.line(op, buf, start, end);
  }

  /** Length of the message op at `at` (3 or 4 letters and a blank), 0 for another op, -1 when more bytes are needed. */
  function messageOp(buf: Uint8Array, at: number, limit: number): number {
    const c = buf[at]! & 0xdf;
    if (c !== 77 && c !== 72 && c !== 80) return 0;
    if (at + 5 > limit) {
      // PING and PONG may be all there is: only say "more" where a message is still possible.
      if (c === 80 && at + 1 < limit && (buf[at + 1]! & 0xdf) !== 85) return 0;
      return -1;
    }
    const headers = c === 72;
    const p = headers ? at + 1 : at;
    const a = buf[p]! & 0xdf;
    const b = buf[p + 1]! & 0xdf;
    const d = buf[p + 2]! & 0xdf;
    const gap = buf[p + 3]!;
    if (gap !== SPACE && gap !== TAB) return 0;
    if (fromServer ? a === 77 && b === 83 && d === 71 : a === 80 && b === 85 && d === 66) return headers ? 4 : 3;
    return 0;
  }

  function tooLong(length: number): void {
    if (length > maxLine) throw new ProtocolError('control line too long');
  }

  /** Refuses a line without an end that can no longer become an operation, before it fills memory. */
  function refuseNoise(buf: Uint8Array, at: number, limit: number): void {
    if (messageOp(buf, at, limit) === 0 && !possible(buf, at, limit)) throw new ProtocolError('unknown operation');
  }

  /** Completes the frame in the carry from the chunk; returns the offset in the chunk behind it or its length. */
  function resume(chunk: Uint8Array): number {
    let at = 0;
    if (wanted === 0) {
      const lf = chunk.indexOf(LF);
      if (lf < 0) {
        tooLong(carried + chunk.length);
        hold(chunk, 0, chunk.length);
        refuseNoise(carry, 0, carried);
        return chunk.length;
      }
      tooLong(carried + lf);
      hold(chunk, 0, lf + 1);
      at = lf + 1;
      const op = messageOp(carry, 0, carried);
      if (op <= 0) {
        const length = carried;
        carried = 0;
        controlLine(carry, 0, length - 1);
        release();
        return at;
      }
      messageLine(carry, 0, carried, op === 4);
      wanted = frame.end + 2;
    }
    const take = Math.min(wanted - carried, chunk.length - at);
    hold(chunk, at, at + take);
    at += take;
    if (carried < wanted) return chunk.length;
    // The offsets were read from an older, smaller carry or for another frame: read the line again in place.
    messageLine(carry, 0, carried, messageOp(carry, 0, carried) === 4);
    carried = 0;
    wanted = 0;
    deliver(carry, 0);
    release();
    return at;
  }

  function release(): void {
    if (carry.length > KEEP) carry = emptyBytes;
  }

  function feed(given: Uint8Array): number {
    stopped = false;
    // A sink may call `slice` on `frame.buf`: on a Buffer that would be a view of bytes soon overwritten.
    const plain = given.constructor === Uint8Array;
    const chunk = plain ? given : new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    const length = chunk.length;
    let at = carried > 0 && length > 0 ? resume(chunk) : 0;
    while (at < length && !stopped) {
      const op = messageOp(chunk, at, length);
      if (op > 0) {
        if (messageLine(chunk, at, length, op === 4) >= 0) {
          if (frame.end + 2 <= length) {
            at = deliver(chunk, length);
            continue;
          }
          wanted = frame.end + 2 - at;
        } else tooLong(length - at);
      } else {
        const lf = chunk.indexOf(LF, at);
        if (lf >= 0) {
          tooLong(lf - at);
          controlLine(chunk, at, lf);
          at = lf + 1;
          continue;
        }
        tooLong(length - at);
        refuseNoise(chunk, at, length);
      }
      hold(chunk, at, length);
      at = length;
    }
    return at;
  }

  return {
    feed,
    stop: () => {
      stopped = true;
    },
    reset: () => {
      carried = 0;
      wanted = 0;
      release();
    },
    get held() {
      return carried;
    },
    setMaxSize: (bytes) => {
      maxSize = bytes;
    },
  };
}
