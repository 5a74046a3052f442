import { bytesOf } from './text.ts';
import type { Trace } from './trace.ts';

/**
 * A message on its way. Everything after the subject is byte-identical in PUB and MSG (and HPUB and HMSG), so a
 * delivery is a cached "MSG subject sid " followed by `buf[tail, end)`: two copies and no number formatting.
 */
export interface Frame {
  buf: Buffer;
  /** Start of "[reply ]size\r\n..." */
  tail: number;
  /** Start of headers or payload. */
  body: number;
  /** End, the closing CRLF included. */
  end: number;
  /** Bytes of headers, -1 when there are none. */
  hdr: number;
  /** Headers and payload, without CRLF. */
  size: number;
  /** Reply subject as a range of `buf`; replyEnd 0 when there is none. */
  reply: number;
  replyEnd: number;
  /** Set when `tail` was also built without headers, for receivers that do not take them. */
  plain: Frame | null;
  /** Service imports already passed, to stop cycles; null on every ordinary message. */
  path: object[] | null;
  /** Set while the message is being traced, see trace.ts. */
  trace: Trace | null;
}

export function emptyFrame(): Frame {
  return {
    buf: Buffer.alloc(0),
    tail: 0,
    body: 0,
    end: 0,
    hdr: -1,
    size: 0,
    reply: 0,
    replyEnd: 0,
    plain: null,
    path: null,
    trace: null,
  };
}

/** Builds a frame from its parts; for messages the server itself makes or rewrites. `sizeText` keeps odd digits like "04". */
export function makeFrame(reply: string, hdr: number, body: Uint8Array, sizeText?: string): Frame {
  const size = body.length;
  const text = sizeText ?? (hdr >= 0 ? `${hdr} ${size}` : `${size}`);
  const head = reply === '' ? `${text}\r\n` : `${reply} ${text}\r\n`;
  const buf = Buffer.allocUnsafe(head.length + size + 2);
  buf.set(bytesOf(head), 0);
  buf.set(body, head.length);
  buf[head.length + size] = 13;
  buf[head.length + size + 1] = 10;
  const frame = emptyFrame();
  frame.buf = buf;
  frame.body = head.length;
  frame.end = buf.length;
  frame.hdr = hdr;
  frame.size = size;
  frame.replyEnd = reply.length;
  return frame;
}

export function replyOf(frame: Frame): string {
  return frame.replyEnd > frame.reply ? frame.buf.latin1Slice(frame.reply, frame.replyEnd) : '';
}

/** The same message for a receiver without header support: headers cut off, size adjusted. */
export function withoutHeaders(frame: Frame): Frame {
  if (frame.plain === null) {
    const body = frame.buf.subarray(frame.body + frame.hdr, frame.end - 2);
    frame.plain = makeFrame(replyOf(frame), -1, body);
  }
  return frame.plain;
}
