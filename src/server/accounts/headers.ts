/** Headers of messages that the server rewrites on their way. */
import { type Frame, makeFrame, replyOf } from '../core/frame.ts';

const LINE = 'NATS/1.0\r\n';

/** Value of a header as a binary string; null when the message has none of that name. */
export function headerOf(frame: Frame, key: string): string | null {
  return frame.hdr <= 0 ? null : headerOfText(frame.buf.latin1Slice(frame.body, frame.body + frame.hdr), key);
}

/** The same of a whole header block. */
export function headerOfText(block: string, key: string): string | null {
  const at = block.indexOf(`\r\n${key}:`);
  if (at < 0) return null;
  const start = at + key.length + 3;
  const end = block.indexOf('\r\n', start);
  return block.slice(start, end < 0 ? undefined : end).replace(/^ +/, '');
}

/** All headers by name, first line left out. */
export function headersOf(frame: Frame): Map<string, string[]> {
  const out = new Map<string, string[]>();
  if (frame.hdr <= 0) return out;
  const lines = frame.buf
    .latin1Slice(frame.body, frame.body + frame.hdr)
    .split('\r\n')
    .slice(1);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const key = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    const list = out.get(key);
    if (list === undefined) out.set(key, [value]);
    else list.push(value);
  }
  return out;
}

/**
 * The same message with one header set (an earlier one of that name removed) and another reply subject, or with the
 * one it has when `keepReply`.
 */
export function rewrite(
  frame: Frame,
  reply: string,
  header: { key: string; value: string } | null,
  keepReply = false,
): Frame {
  const made = rewritten(frame, keepReply ? replyOf(frame) : reply, header);
  made.path = frame.path;
  made.trace = frame.trace;
  return made;
}

function rewritten(frame: Frame, reply: string, header: { key: string; value: string } | null): Frame {
  if (header === null) {
    const body = frame.buf.subarray(frame.body, frame.end - 2);
    return makeFrame(reply, frame.hdr, body);
  }
  let block = frame.hdr > 0 ? frame.buf.latin1Slice(frame.body, frame.body + frame.hdr - 2) : LINE;
  const at = block.indexOf(`\r\n${header.key}:`);
  if (at >= 0) {
    const end = block.indexOf('\r\n', at + 2);
    block = block.slice(0, at + 2) + (end < 0 ? '' : block.slice(end + 2));
  }
  const head = Buffer.from(`${block}${header.key}: ${header.value}\r\n\r\n`, 'latin1');
  const payload = frame.buf.subarray(frame.body + Math.max(frame.hdr, 0), frame.end - 2);
  return makeFrame(reply, head.length, Buffer.concat([head, payload]));
}
