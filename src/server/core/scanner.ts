/**
 * Splits what a client sends into operations. Whole frames are handled where they lie in the read buffer; only a
 * frame that crosses the end of a read is completed in a buffer of its own (`carry`), so large payloads are copied
 * once and nothing else is. Accepts exactly what nats-server's parser accepts, lone line feeds and tabs included.
 */
import { closeClient } from './close.ts';
import { emptyFrame, type Frame, makeFrame } from './frame.ts';
import { authViolation, processConnect, processPing, processPong } from './handshake.ts';
import {
  BYTES,
  CONNECT,
  ERR,
  HAS_ARGUMENT,
  HPUB,
  INFO,
  NAMES,
  OK,
  PING,
  PONG,
  PUB,
  parseSize,
  recognise,
  SUB,
  split,
  UNSUB,
} from './operations.ts';
import { holdProducer, sendErr } from './out.ts';
import { publish } from './publish.ts';
import { fail, overLimit, parseError, refuse } from './refuse.ts';
import type { Match } from './sublist.ts';
import { subscribe, unsubscribeById } from './subs.ts';
import { quote } from './text.ts';
import { traceTooLarge } from './trace.ts';
import type { Client, Sub } from './types.ts';

/** Token boundaries of the current PUB or HPUB line: start, end, start, end... */
const T = new Int32Array(16);
let tokens = 0;
/** Whether the current line is exactly what a MSG line would hold: single blanks, CRLF. */
let canonical = true;

/** The frame of the current operation; nothing keeps it beyond the call. */
const F: Frame = emptyFrame();

/** Handles one read. Afterwards all output it produced is written. */
export function receive(c: Client, chunk: Buffer): void {
  const srv = c.srv;
  const msgs = c.inMsgs;
  const bytes = c.inBytes;
  const account = c.account;
  scan(c, chunk);
  const gained = c.inMsgs - msgs;
  if (gained > 0) {
    const size = c.inBytes - bytes;
    srv.inMsgs += gained;
    srv.inBytes += size;
    account.inMsgs += gained;
    account.inBytes += size;
    c.lastIn = c.lastActivity = srv.clock.now();
  }
  srv.flush();
  if (srv.stalled.length > 0) holdProducer(c);
}

function scan(c: Client, chunk: Buffer): void {
  let i = 0;
  if (c.carry !== null) {
    i = complete(c, chunk);
    if (i < 0) return;
  }
  const n = chunk.length;
  while (i < n) {
    if (c.phase !== 'open') {
      if (c.phase === 'held') hold(c, chunk, i);
      return;
    }
    i = operation(c, chunk, i, n);
    if (i < 0) return;
  }
}

/** Keeps what arrives while a login is being decided. */
export function hold(c: Client, chunk: Buffer, from: number): void {
  c.held ??= [];
  c.held.push(Buffer.from(chunk.subarray(from)));
}

/**
 * Adds to the unfinished frame of the last read. Returns where in `chunk` to go on, or -1 when nothing is left.
 */
function complete(c: Client, chunk: Buffer): number {
  for (let i = 0; ; ) {
    if (c.carryNeed > 0) {
      // The header is known: exactly this much is missing.
      const take = Math.min(c.carryNeed, chunk.length - i);
      chunk.copy(c.carry!, c.carryLen, i, i + take);
      c.carryLen += take;
      c.carryNeed -= take;
      if (c.carryNeed > 0) {
        const cr = c.carry!.length - 2;
        return c.carryLen > cr && c.carry![cr] !== 13 ? parseError(c, c.carry!, cr, c.carryLen) : -1;
      }
      i += take;
    } else {
      const lf = chunk.indexOf(10, i);
      const end = lf < 0 ? chunk.length : lf + 1;
      const joined = Buffer.allocUnsafe(c.carryLen + end - i);
      c.carry!.copy(joined, 0, 0, c.carryLen);
      chunk.copy(joined, c.carryLen, i, end);
      c.carry = joined;
      c.carryLen = joined.length;
      i = end;
    }
    const frame = c.carry!;
    const length = c.carryLen;
    c.carry = null;
    c.carryLen = 0;
    const done = operation(c, frame, 0, length);
    if (done === length) return i;
    if (c.carry === null || i >= chunk.length) return -1;
  }
}

/** Keeps an unfinished frame. `need` is how many bytes are missing, 0 when its line is not complete yet. */
function keep(c: Client, buf: Buffer, start: number, end: number, need: number): number {
  const have = end - start;
  const carry = Buffer.allocUnsafe(have + need);
  buf.copy(carry, 0, start, end);
  c.carry = carry;
  c.carryLen = have;
  c.carryNeed = need;
  return -1;
}

/** Handles the operation at `i`; returns the start of the next one, or -1 when the rest has to wait or the client is gone. */
function operation(c: Client, buf: Buffer, i: number, n: number): number {
  // The publish path first: nearly all operations are one of these two.
  if (c.connectReceived || !c.authRequired) {
    const b = buf[i]! | 32;
    if (b === 112 && n - i > 4 && (buf[i + 1]! | 32) === 117 && (buf[i + 2]! | 32) === 98 && buf[i + 3] === 32) {
      return publication(c, buf, i, i + 4, n, false);
    }
    if (
      b === 104 &&
      n - i > 5 &&
      (buf[i + 1]! | 32) === 112 &&
      (buf[i + 2]! | 32) === 117 &&
      (buf[i + 3]! | 32) === 98 &&
      buf[i + 4] === 32
    ) {
      return publication(c, buf, i, i + 5, n, true);
    }
  }
  return otherOperation(c, buf, i, n);
}

function otherOperation(c: Client, buf: Buffer, i: number, n: number): number {
  if (c.authRequired && !c.connectReceived && (buf[i]! | 32) !== 99) {
    if (!authViolation(c)) return -1;
  }
  const op = recognise(buf, i, n);
  if (op === -2) return keep(c, buf, i, n, 0);
  if (op < 0) return parseError(c, buf, i, n);
  let p = i + BYTES[op]!.length;
  if (HAS_ARGUMENT[op] === true) {
    if (p < n && buf[p] !== 32 && buf[p] !== 9) {
      return parseError(c, buf, p, n);
    }
    while (p < n && (buf[p] === 32 || buf[p] === 9)) p++;
  }
  if (op === PUB || op === HPUB) return publication(c, buf, i, p, n, op === HPUB);
  const lf = buf.indexOf(10, p);
  if (lf < 0 || lf >= n) {
    if (HAS_ARGUMENT[op] === true) {
      if (overLimit(c, n - p, buf, p, n)) return -1;
    } else if (n - i > c.maxControlLine) {
      // Nothing after PING, PONG or +OK counts: keep the operation alone.
      return keep(c, buf, i, p, 0);
    }
    return keep(c, buf, i, n, 0);
  }
  let end = lf;
  if (end > p && buf[end - 1] === 13) end--;
  if (HAS_ARGUMENT[op] === true && overLimit(c, end - p, buf, p, end)) return -1;
  if (c.srv.logger?.trace && op !== CONNECT) {
    const shown = HAS_ARGUMENT[op] === true ? ` ${buf.toString('utf8', p, end)}` : '';
    if (op < INFO) c.srv.logger.log('trace', `${c.label} - <<- [${NAMES[op]}${shown}]`);
  }
  const ok = perform(c, op, buf, p, end);
  return ok ? lf + 1 : -1;
}

function perform(c: Client, op: number, buf: Buffer, start: number, end: number): boolean {
  switch (op) {
    case PING:
      processPing(c);
      break;
    case PONG:
      processPong(c);
      break;
    case SUB: {
      const args = split(buf.latin1Slice(start, end));
      c.lastIn = c.lastActivity = c.srv.clock.now();
      if (args.length === 2) subscribe(c, args[0]!, null, args[1]!);
      else if (args.length === 3) subscribe(c, args[0]!, args[1]!, args[2]!);
      else return refuse(c, `processSub Parse Error: ${quote(buf.latin1Slice(start, end))}`);
      break;
    }
    case UNSUB: {
      const args = split(buf.latin1Slice(start, end));
      c.lastIn = c.lastActivity = c.srv.clock.now();
      if (args.length === 1) unsubscribeById(c, args[0]!, -1);
      else if (args.length === 2) unsubscribeById(c, args[0]!, parseSize(args[1]!));
      else return refuse(c, `processUnsub Parse Error: ${quote(buf.latin1Slice(start, end))}`);
      break;
    }
    case CONNECT:
      return processConnect(c, buf.toString('utf8', start, end));
    case ERR:
      c.srv.logger?.log('error', `${c.label} - Client Error ${buf.toString('utf8', start, end)}`);
      closeClient(c, 'Parse Error');
      return false;
    case INFO:
      try {
        JSON.parse(buf.toString('utf8', start, end));
      } catch (error) {
        return refuse(c, String(error));
      }
      break;
    case OK:
      break;
  }
  return c.phase !== 'closed';
}

function publication(c: Client, buf: Buffer, start: number, p: number, n: number, headers: boolean): number {
  // Subject: compared with the last one while its end is looked for.
  let e = p;
  let match: Match<Sub> | null = c.last;
  if (match !== null) {
    const known = match.subject;
    const length = known.length;
    if (p + length < n && buf[p + length] === 32) {
      let k = 0;
      while (k < length && buf[p + k] === known[k]) k++;
      if (k === length) e = p + length;
      else match = null;
    } else match = null;
  }
  const line = readTokens(buf, p, e, n);
  if (line < 0) {
    if (overLimit(c, n - p, buf, p, n)) return -1;
    return keep(c, buf, start, n, 0);
  }
  const lineEnd = line - 1;
  const argEnd = buf[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd;
  if (argEnd - p > c.maxControlLine && overLimit(c, argEnd - p, buf, p, argEnd)) return -1;
  const wanted = headers ? 3 : 2;
  if (tokens !== wanted && tokens !== wanted + 1) {
    const what = headers ? 'processHeaderPub' : 'processPub';
    return fail(c, `${what} Parse Error: ${quote(buf.latin1Slice(p, argEnd))}`);
  }
  const last = (tokens - 1) * 2;
  const size = digits(buf, T[last]!, T[last + 1]!);
  let hdr = -1;
  if (headers) {
    if (!c.headers) return fail(c, 'message headers not supported');
    hdr = digits(buf, T[last - 2]!, T[last - 1]!);
    const arg = (): string => quote(buf.latin1Slice(p, argEnd));
    if (hdr < 0) return fail(c, `processHeaderPub Bad or Missing Header Size: ${arg()}`);
    if (size < 0) return fail(c, `processHeaderPub Bad or Missing Total Size: ${arg()}`);
    if (hdr > size) return fail(c, `processHeaderPub Header Size larger then TotalSize: ${arg()}`);
  } else if (size < 0) {
    return fail(c, `processPub Bad or Missing Size: ${quote(buf.latin1Slice(p, argEnd))}`);
  }
  if (c.maxPayload >= 0 && size > c.maxPayload) {
    c.srv.logger?.log('error', `${c.label} - maximum payload exceeded: ${size} vs ${c.maxPayload}`);
    if (hdr > 0 && line + 10 < n)
      traceTooLarge(c, buf.latin1Slice(T[0], T[1]), buf.subarray(line, Math.min(n, line + hdr)), size);
    sendErr(c, 'Maximum Payload Violation');
    closeClient(c, 'Maximum Message Payload Exceeded');
    return -1;
  }
  const end = line + size + 2;
  if (end > n) {
    // Bytes that are there already must not contradict the size.
    if (line + size < n && buf[line + size] !== 13) return parseError(c, buf, line + size, n);
    return keep(c, buf, start, n, end - n);
  }
  if (buf[end - 2] !== 13 || buf[end - 1] !== 10) return parseError(c, buf, end - 2, n);
  const withReply = tokens > wanted;
  if (hdr === 0) {
    // An empty header block is none at all.
    hdr = -1;
    canonical = false;
  }
  if (canonical) {
    F.buf = buf;
    F.tail = T[2]!;
    F.reply = T[2]!;
    F.replyEnd = withReply ? T[3]! : 0;
  } else {
    const made = makeFrame(
      withReply ? buf.latin1Slice(T[2], T[3]) : '',
      hdr,
      buf.subarray(line, line + size),
      hdr >= 0
        ? `${buf.latin1Slice(T[last - 2], T[last - 1])} ${buf.latin1Slice(T[last], T[last + 1])}`
        : buf.latin1Slice(T[last], T[last + 1]),
    );
    F.buf = made.buf;
    F.tail = 0;
    F.reply = 0;
    F.replyEnd = made.replyEnd;
  }
  F.end = canonical ? end : F.buf.length;
  F.body = F.end - size - 2;
  F.hdr = hdr;
  F.size = size;
  F.plain = null;
  F.path = null;
  F.trace = null;
  publish(c, buf, T[0]!, T[1]!, match, F);
  return c.phase === 'closed' ? -1 : end;
}

/**
 * Finds the tokens of a publish line from `p`; bytes before `from` are known to be the subject. Returns the position
 * after the line feed, or -1 when it is not there yet.
 */
function readTokens(buf: Buffer, p: number, from: number, n: number): number {
  let count = 0;
  let start = -1;
  let clean = true;
  let q = from;
  if (from > p) start = p;
  for (; q < n; q++) {
    const b = buf[q]!;
    if (b > 32) {
      if (start < 0) start = q;
    } else if (b === 32 || b === 9) {
      if (start < 0) {
        if (count > 0) clean = false;
      } else {
        if (count < 8) {
          T[count * 2] = start;
          T[count * 2 + 1] = q;
        }
        count++;
        start = -1;
      }
      if (b === 9) clean = false;
    } else if (b === 10) {
      break;
    } else if (b === 13 && q + 1 < n && buf[q + 1] === 10) {
      if (start < 0) clean = false;
      else {
        if (count < 8) {
          T[count * 2] = start;
          T[count * 2 + 1] = q;
        }
        count++;
      }
      tokens = count;
      canonical = clean;
      return q + 2;
    } else if (b === 13 && q + 1 === n) {
      return -1;
    } else if (start < 0) start = q;
  }
  if (q >= n) return -1;
  // A lone line feed ends the line too.
  if (start >= 0) {
    if (count < 8) {
      T[count * 2] = start;
      T[count * 2 + 1] = q;
    }
    count++;
  }
  tokens = count;
  canonical = false;
  return q + 1;
}

/** Value of at most nine decimal digits, -1 otherwise. */
function digits(buf: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > 9) return -1;
  let v = 0;
  for (let i = start; i < end; i++) {
    const d = buf[i]! - 48;
    if (d < 0 || d > 9) return -1;
    v = v * 10 + d;
  }
  return v;
}
