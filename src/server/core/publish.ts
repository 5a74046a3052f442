/** What happens between a complete PUB and its deliveries. */
import { deliver, noResponders, tracePayload } from './deliver.ts';
import { type Frame, replyOf } from './frame.ts';
import { sendErr } from './out.ts';
import { hashBytes, type Match } from './sublist.ts';
import { sendOk } from './subs.ts';
import { bytesOf, quote, toText } from './text.ts';
import { asksForTrace, startTrace, traceMapping, traceRefused } from './trace.ts';
import {
  type Account,
  type Client,
  IN_MAPPED,
  IN_PEDANTIC,
  IN_PERMS,
  IN_TRACE,
  IN_VERBOSE,
  type Sub,
} from './types.ts';

/**
 * Routes one message. The subject lies in `buf[start, end)`; `known` is its match when it equals the last subject
 * of this client.
 */
export function publish(c: Client, buf: Buffer, start: number, end: number, known: Match<Sub> | null, f: Frame): void {
  c.inMsgs++;
  c.inBytes += f.size;
  if (f.hdr > 0 && asksForTrace(f.buf, f.body, f.body + f.hdr)) {
    const { skip, trace, frame } = startTrace(c, buf.latin1Slice(start, end), f);
    if (skip) return;
    frame.trace = trace;
    route(c, buf, start, end, known, frame);
    if (trace !== null) c.srv.onTrace?.(trace);
    return;
  }
  route(c, buf, start, end, known, f);
}

function route(c: Client, buf: Buffer, start: number, end: number, known: Match<Sub> | null, f: Frame): void {
  const account = c.account;
  const list = account.sublist;
  let m = known;
  if (m === null || m.generation !== list.generation) {
    m = list.find(buf, start, end, m === null ? hashBytes(buf, start, end) : m.hash);
    c.last = m;
  } else m.used = true;
  if (c.inFlags !== 0) {
    const careful = publishCarefully(c, m, buf, start, f);
    if (careful === null) return;
    m = careful;
  }
  const first = buf[start]!;
  // Reserved subjects start with "_GR_." or "$NRG.", reserved replies with "_R_.", "_GR_." or "$JS.ACK.".
  if ((first === 95 || first === 36) && reservedSubject(c, m.text, f)) return;
  if (f.replyEnd > f.reply) {
    const r = f.buf[f.reply]!;
    if ((r === 95 || r === 36) && reservedReply(c, f)) return;
  }
  if ((c.inFlags & IN_VERBOSE) !== 0) sendOk(c);
  const taken = m.plain.length > 0 || m.queues.length > 0 ? deliver(c, account, m, f) : false;
  if (!taken && c.noResponders && f.replyEnd > f.reply) noResponders(c, m.text, replyOf(f));
}

/** Delivers a frame the server made or rewrote, under a subject given as a binary string. Returns whether anyone took it. */
export function inject(from: Client, account: Account, subject: string, f: Frame): boolean {
  const bytes = bytesOf(subject);
  const m = account.sublist.find(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
  return m.plain.length > 0 || m.queues.length > 0 ? deliver(from, account, m, f) : false;
}

/** The tests of clients with permissions, mappings or tracing. Null when the message ends here. */
function publishCarefully(c: Client, m: Match<Sub>, buf: Buffer, start: number, f: Frame): Match<Sub> | null {
  const flags = c.inFlags;
  let match = m;
  if ((flags & IN_TRACE) !== 0) tracePublish(c, buf, start, f);
  if ((flags & IN_PEDANTIC) !== 0 && !(m.literal ??= validLiteral(m.text))) sendErr(c, 'Invalid Publish Subject');
  if ((flags & IN_MAPPED) !== 0 && c.account.mapSubject !== null) {
    const mapped = c.account.mapSubject(m.text);
    if (mapped !== m.text) {
      traceMapping(f, c, mapped);
      const bytes = bytesOf(mapped);
      match = c.account.sublist.find(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
      if ((flags & IN_TRACE) !== 0) {
        c.srv.logger?.log('trace', `${c.label} - <<- [MAPPING ${toText(m.text)} -> ${toText(mapped)}]`);
      }
    }
  }
  if ((flags & IN_PERMS) !== 0 && !c.permissions!.canPublish(match.text)) {
    publishViolation(c, match.text, f);
    return null;
  }
  return match;
}

/** Whether a subject may be published to in pedantic mode: no empty token, no wildcard. */
function validLiteral(subject: string): boolean {
  for (const t of subject.split('.')) if (t === '' || t === '*' || t === '>') return false;
  return true;
}

function publishViolation(c: Client, subject: string, f: Frame): void {
  const error = `Permissions Violation for Publish to ${quote(subject)}`;
  traceRefused(f, error);
  sendErr(c, error);
  c.srv.logger?.log('error', `${c.label} - Publish Violation - Subject ${quote(subject)}`);
}

function reservedSubject(c: Client, subject: string, f: Frame): boolean {
  const reserved =
    (subject.startsWith('_GR_.') && subject.length > 5) ||
    (subject.startsWith('$NRG.') && c.account !== c.srv.systemAccount);
  if (reserved) publishViolation(c, subject, f);
  return reserved;
}

function reservedReply(c: Client, f: Frame): boolean {
  const reply = replyOf(f);
  const reserved =
    reply.startsWith('_R_.') ||
    (reply.startsWith('$JS.ACK.') && reply.length > 8) ||
    (reply.startsWith('_GR_.') && reply.length > 5);
  if (!reserved) return false;
  const error = `Permissions Violation for Publish with Reply of ${quote(reply)}`;
  traceRefused(f, error);
  sendErr(c, error);
  c.srv.logger?.log('error', `${c.label} - Publish Violation - Reply ${quote(reply)}`);
  return true;
}

function tracePublish(c: Client, buf: Buffer, start: number, f: Frame): void {
  let end = start;
  while (end < buf.length && buf[end] !== 13 && buf[end] !== 10) end++;
  const op = f.hdr >= 0 ? 'HPUB' : 'PUB';
  c.srv.logger?.log('trace', `${c.label} - <<- [${op} ${buf.toString('utf8', start, end)}]`);
  tracePayload(c, f, '<<-');
}
