import { emptyBytes, SPACE, textOf } from './bytes.ts';

/** Operations that are one line without a payload. */
export type LineOp = 'INFO' | 'PING' | 'PONG' | '+OK' | '-ERR' | 'CONNECT' | 'SUB' | 'UNSUB';

/** What was wrong with a stream. `where` names the operation as far as it was known. */
export type ProtocolFault =
  | 'unknown operation'
  | 'control line too long'
  | 'payload too large'
  | 'bad arguments'
  | 'payload not closed';

/** A stream that cannot be read on; the scanner that threw it is spent. */
export class ProtocolError extends Error {
  readonly fault: ProtocolFault;
  constructor(fault: ProtocolFault, message: string = fault) {
    super(message);
    this.name = 'ProtocolError';
    this.fault = fault;
  }
}

/**
 * A message in the bytes it arrived in: MSG and HMSG at a client, PUB and HPUB at a server. One object is reused for
 * every message of a scanner, and `buf` is only good until the sink returns: copy what you keep.
 * All offsets count from the start of `buf`; header is `[head, body)`, payload is `[body, end)`.
 */
export class Frame {
  buf: Uint8Array = emptyBytes;
  /** First byte of the control line. */
  start = 0;
  subjectAt = 0;
  subjectEnd = 0;
  /** Number of the subscription (MSG, HMSG); -1 at a server or when the id is no number. */
  sid = -1;
  /** Equal when there is no reply subject. */
  replyAt = 0;
  replyEnd = 0;
  /** First byte behind the control line. */
  head = 0;
  body = 0;
  /** First byte behind the payload: its CR LF follows. */
  end = 0;

  /** Text of the subject, made at each call. */
  get subject(): string {
    return textOf(this.buf, this.subjectAt, this.subjectEnd);
  }
  get hasReply(): boolean {
    return this.replyEnd > this.replyAt;
  }
  get reply(): string {
    return textOf(this.buf, this.replyAt, this.replyEnd);
  }
  get hasHeaders(): boolean {
    return this.body > this.head;
  }
  /** Bytes of headers and payload together, what max_payload counts. */
  get size(): number {
    return this.end - this.head;
  }
  /** View; copy to keep. */
  get headerBytes(): Uint8Array {
    return this.buf.subarray(this.head, this.body);
  }
  /** View; copy to keep. */
  get payload(): Uint8Array {
    return this.buf.subarray(this.body, this.end);
  }
}

/** Where a scanner puts what it finds. An exception thrown by a sink leaves the scanner unusable. */
export interface FrameSink {
  /** True asks for the messages that follow and are byte for byte the same to be told of at once, by `repeats`. */
  message(frame: Frame): unknown;
  /** So many messages came that are the one handed over last, byte for byte. */
  repeats?(frame: Frame, times: number): void;
  /** Arguments of a line are `buf[start, end)` without the line end and the blanks around them; good until return. */
  line(op: LineOp, buf: Uint8Array, start: number, end: number): void;
}

const lineOps: readonly LineOp[] = ['PING', 'PONG', '+OK', '-ERR', 'INFO', 'SUB', 'UNSUB', 'CONNECT'];

function matches(op: string, buf: Uint8Array, at: number, limit: number): boolean {
  for (let i = 0; i < op.length && at + i < limit; i++) {
    const c = buf[at + i]!;
    const upper = c >= 97 && c <= 122 ? c - 32 : c;
    if (upper !== op.charCodeAt(i)) return false;
  }
  return true;
}

/** The op of a complete line: its letters must be followed by a blank or the line end. */
export function lineOp(buf: Uint8Array, at: number, lf: number): LineOp | undefined {
  for (const op of lineOps) {
    const end = at + op.length;
    if (end <= lf && matches(op, buf, at, lf) && (end === lf || buf[end]! <= SPACE)) return op;
  }
  return undefined;
}

/** Whether bytes without a line end can still become an operation that is a line. */
export function possible(buf: Uint8Array, at: number, limit: number): boolean {
  for (const op of lineOps) if (matches(op, buf, at, limit)) return true;
  return false;
}
