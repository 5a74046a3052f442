/** From a published message to the slabs of everyone who wants it. */
import { broadcastOf, deliverBroadcast } from './broadcast.ts';
import { deliverTraced } from './deliver-traced.ts';
import { type Frame, replyOf, withoutHeaders } from './frame.ts';
import { markDirty, room, send } from './out.ts';
import type { Match } from './sublist.ts';
import { unsubscribe } from './subs.ts';
import { bytesOf, toText } from './text.ts';
import {
  type Account,
  type Client,
  OUT_CLOSED,
  OUT_DENY,
  OUT_NO_HEADERS,
  OUT_REPLIES,
  OUT_TRACE,
  type Sub,
} from './types.ts';

/** Copies up to this many bytes by loop; above, a typed-array copy is cheaper. */
const LOOP = 64;

let seed = (Math.random() * 0x7fffffff) | 1;

/** xorshift32 below `below`: picks queue members; needs no quality, only speed. */
export function random(below: number): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % below;
}

/** "MSG subject sid " (or HMSG) for one receiver. */
export function headFor(subject: string, sub: Sub, headers: boolean): Buffer {
  return bytesOf(`${headers ? 'HMSG' : 'MSG'} ${subject} ${sub.sid === '' ? '' : `${sub.sid} `}`);
}

/** Copies one delivery into the receiver's slab. */
export function put(c: Client, head: Uint8Array, f: Frame): void {
  const h = head.length;
  const tail = f.end - f.tail;
  const n = h + tail;
  let out = c.out;
  if (out === null || c.outLen + n > out.length) out = room(c, n);
  let p = c.outLen;
  for (let i = 0; i < h; i++) out[p++] = head[i]!;
  const buf = f.buf;
  if (tail <= LOOP) {
    for (let i = f.tail, e = f.end; i < e; i++) out[p++] = buf[i]!;
  } else {
    buf.copy(out, p, f.tail, f.end);
    p += tail;
  }
  c.outLen = p;
  if (!c.dirty) markDirty(c);
}

/** Writes head and message without keeping the head: for subjects seen once. */
function putOnce(c: Client, subject: Uint8Array, sub: Sub, f: Frame): void {
  const sid = sub.sidBytes;
  const s = subject.length;
  const tail = f.end - f.tail;
  const n = 6 + s + sid.length + tail;
  let out = c.out;
  if (out === null || c.outLen + n > out.length) out = room(c, n);
  let p = c.outLen;
  if (f.hdr >= 0) out[p++] = 72;
  out[p++] = 77;
  out[p++] = 83;
  out[p++] = 71;
  out[p++] = 32;
  for (let i = 0; i < s; i++) out[p++] = subject[i]!;
  out[p++] = 32;
  for (let i = 0; i < sid.length; i++) out[p++] = sid[i]!;
  const buf = f.buf;
  if (tail <= LOOP) {
    for (let i = f.tail, e = f.end; i < e; i++) out[p++] = buf[i]!;
  } else {
    buf.copy(out, p, f.tail, f.end);
    p += tail;
  }
  c.outLen = p;
  if (!c.dirty) markDirty(c);
}

/** The delivery prefix of a match's subscription, kept with the match. */
export function headOf(m: Match<Sub>, sub: Sub, index: number, headers: boolean): Buffer {
  const list = headers ? (m.headerHeads ??= []) : (m.heads ??= []);
  return (list[index] ??= headFor(m.text, sub, headers));
}

/**
 * Delivers to all plain subscriptions and one member of each queue group. Returns whether anyone took it.
 * `account` is where the match was made; `from` never receives its own message when it asked for no echo.
 */
export function deliver(from: Client, account: Account, m: Match<Sub>, f: Frame): boolean {
  if (f.trace !== null) return deliverTraced(from, account, m, f, f.trace);
  const plain = m.plain;
  // Who takes no headers gets a message without any like everybody else.
  const special = f.hdr > 0 ? ~0 : ~OUT_NO_HEADERS;
  let delivered = 0;
  let taken = false;
  const shared = m.used && plain.length > 1 ? broadcastOf(m, f.hdr >= 0) : null;
  if (shared !== null) delivered = deliverBroadcast(from, m, shared, f);
  else
    for (let i = 0; i < plain.length; i++) {
      const sub = plain[i]!;
      const c = sub.client;
      if (sub.special !== null || (c.outFlags & special) !== 0 || sub.max !== 0) {
        if (deliverCarefully(from, sub, m.text, f)) {
          taken = true;
          if (sub.special?.handler === undefined) delivered++;
        }
        continue;
      }
      if (sub.closed || (c === from && !c.echo)) continue;
      sub.nm++;
      c.outMsgs++;
      c.outBytes += f.size;
      delivered++;
      if (m.used) put(c, headOf(m, sub, i, f.hdr >= 0), f);
      else putOnce(c, m.subject, sub, f);
    }
  const queues = m.queues;
  for (let q = 0; q < queues.length; q++) {
    const members = queues[q]!;
    const n = members.length;
    const start = n > 1 ? random(n) : 0;
    for (let i = 0; i < n; i++) {
      const sub = members[start + i < n ? start + i : start + i - n]!;
      if (deliverCarefully(from, sub, m.text, f)) {
        taken = true;
        if (sub.special?.handler === undefined) delivered++;
        break;
      }
    }
  }
  if (delivered > 0) {
    const srv = from.srv;
    const bytes = delivered * f.size;
    account.outMsgs += delivered;
    account.outBytes += bytes;
    srv.outMsgs += delivered;
    srv.outBytes += bytes;
    return true;
  }
  return taken;
}

/** One delivery with every test: closed and unwilling receivers, imports, deny rules, limits, header support. */
export function deliverCarefully(from: Client, sub: Sub, subject: string, f: Frame): boolean {
  const c = sub.client;
  const special = sub.special;
  if (sub.closed || (c === from && !c.echo && special?.serviceImport !== true)) return false;
  let name = subject;
  if (special !== null) {
    if (special.handler !== undefined) {
      sub.nm++;
      return special.handler(sub, from, subject, f);
    }
    // A message that came through a service import is not exported again as a stream.
    if (f.path !== null) return false;
    if (special.rename !== undefined) name = special.rename(subject);
  }
  const flags = c.outFlags;
  if ((flags & OUT_CLOSED) !== 0) return false;
  if ((flags & OUT_DENY) !== 0 && !c.permissions!.canDeliver(name, sub.queue)) return false;
  sub.nm++;
  if (sub.max > 0) {
    if (sub.nm > sub.max) {
      unsubscribe(c, sub, true);
      return false;
    }
  }
  const sent = (flags & OUT_NO_HEADERS) !== 0 && f.hdr > 0 ? withoutHeaders(f) : f;
  c.outMsgs++;
  c.outBytes += sent.size;
  const head = headFor(name, sub, sent.hdr >= 0);
  put(c, head, sent);
  if ((flags & OUT_REPLIES) !== 0 && f.replyEnd > f.reply) c.permissions!.trackReply!(replyOf(f));
  if ((flags & OUT_TRACE) !== 0) traceDelivery(c, head, sent);
  if (sub.max > 0 && sub.nm >= sub.max) unsubscribe(c, sub, true);
  return true;
}

function traceDelivery(c: Client, head: Buffer, f: Frame): void {
  const line = toText(head.latin1Slice() + f.buf.latin1Slice(f.tail, f.body - 2));
  c.srv.logger?.log('trace', `${c.label} - ->> [${line}]`);
  tracePayload(c, f, '->>');
}

/** Logs a payload as Go's %q would show it, within max_traced_msg_len. */
export function tracePayload(c: Client, f: Frame, arrow: string): void {
  const options = c.srv.options;
  let end = f.body + f.size;
  if (options.traceHeadersOnly) {
    if (f.hdr <= 0) return;
    end = f.body + f.hdr - 2;
  }
  if (end <= f.body) return;
  const limit = options.maxTracedMessage;
  const cut = limit > 0 && end - f.body > limit;
  const shown = goBytes(f.buf, f.body, cut ? f.body + limit : end);
  c.srv.logger?.log('trace', `${c.label} - ${arrow} MSG_PAYLOAD: ["${shown}${cut ? '...' : ''}"]`);
}

/** Bytes between the quotes of Go's %q. */
function goBytes(buf: Buffer, start: number, end: number): string {
  let out = '';
  for (let i = start; i < end; i++) {
    const b = buf[i]!;
    if (b === 34) out += '\\"';
    else if (b === 92) out += '\\\\';
    else if (b === 10) out += '\\n';
    else if (b === 13) out += '\\r';
    else if (b === 9) out += '\\t';
    else if (b >= 32 && b < 127) out += String.fromCharCode(b);
    else out += `\\x${b.toString(16).padStart(2, '0')}`;
  }
  return out;
}

/** Tells a requester that nobody is there, when it asked to know. */
export function noResponders(c: Client, subject: string, reply: string): void {
  const { plain } = c.account.sublist.match(reply);
  const sub = plain.find((s) => s.client === c);
  if (sub === undefined) return;
  const size = 32 + subject.length;
  send(c, `HMSG ${reply} ${sub.sid} ${size} ${size}\r\nNATS/1.0 503\r\nNats-Subject: ${subject}\r\n\r\n\r\n`);
}
