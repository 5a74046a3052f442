/**
 * Message tracing (ADR-41): a message whose headers ask for it, or that comes with a sampled W3C trace context in an
 * account that has a destination for such, is followed through the server, and what became of it is published once it
 * is through. Found by looking into header blocks only; a message without headers pays nothing.
 */
import { rewrite } from '../accounts/headers.ts';
import { literalSubject } from '../config/subjects.ts';
import { emptyFrame, type Frame } from './frame.ts';
import { sendErr } from './out.ts';
import { bytesOf, quote, toText } from './text.ts';
import type { Account, Client, Sub } from './types.ts';

export const TRACE_DEST = 'Nats-Trace-Dest';
/** Value of Nats-Trace-Dest in messages that must not be traced any further; no subject on purpose. */
export const TRACE_DISABLED = 'trace disabled';

/** What happened to the message, in the field order of nats-server. `ts` is epoch ms; subjects are text. */
export interface TraceStep {
  readonly type: 'in' | 'sm' | 'se' | 'si' | 'eg';
  readonly ts: number;
  [field: string]: unknown;
}

/** A message being traced. */
export interface Trace {
  /** Where the message came in; events are published there. */
  readonly account: Account;
  readonly dest: string;
  /** Nothing is delivered, only traced. */
  readonly only: boolean;
  readonly header: Readonly<Record<string, string[]>>;
  /** Bytes of headers and payload. */
  readonly size: number;
  readonly steps: TraceStep[];
}

export const NO_ECHO = 'Not delivered because of no echo';
export const SUB_DENY = 'Not delivered because subscription denies this subject';
export const SUB_CLOSED = 'Not delivered because subscription is closed';
export const CLIENT_CLOSED = 'Not delivered because client is closed';
export const EXCEEDED = 'Not delivered because auto-unsubscribe exceeded';

const DEST = bytesOf(`${TRACE_DEST}:`);
const PARENT = bytesOf('traceparent:');
/** Length of the first line of a header block without a status. */
const FIRST = 10;

/** Whether a line of the header block in `buf[start, end)` begins like one that asks for a trace. */
export function asksForTrace(buf: Uint8Array, start: number, end: number): boolean {
  for (let i = start + FIRST; i < end; i++) {
    const b = buf[i]!;
    if (b === 78 && begins(buf, i, end, DEST, 0)) return true;
    if ((b | 32) === 116 && begins(buf, i, end, PARENT, 32)) return true;
    while (i < end && buf[i] !== 10) i++;
  }
  return false;
}

/** `fold` is 32 when letters may be upper case. */
function begins(buf: Uint8Array, at: number, end: number, word: Uint8Array, fold: number): boolean {
  if (at + word.length > end) return false;
  for (let k = 0; k < word.length; k++) if ((buf[at + k]! | fold) !== word[k]) return false;
  return true;
}

interface Asked {
  readonly header: Record<string, string[]>;
  /** Only a trace context asks: destination and sampling are the account's. */
  readonly external: boolean;
}

/** All headers by name as written; null when none of them asks for a trace after all. Values are text. */
function readHeaders(block: string): Asked | null {
  if (!block.startsWith('NATS/1.0\r\n')) return null;
  const header: Record<string, string[]> = {};
  let dest = false;
  let parent = false;
  for (let i = FIRST; i < block.length; ) {
    const colon = block.indexOf(':', i);
    if (colon < 0) break;
    const key = block.slice(i, colon);
    const end = block.indexOf('\r\n', colon + 1);
    if (end < 0) break;
    const value = block.slice(colon + 1, end).replace(/^[ \t]+|[ \t]+$/g, '');
    i = end + 2;
    if (key === '' || value === '') continue;
    if (key.toLowerCase() === 'traceparent') parent ||= sampledParent(value);
    else if (key === TRACE_DEST && !dest) {
      if (value === TRACE_DISABLED) return null;
      dest = true;
    }
    const name = toText(key);
    if (!Object.hasOwn(header, name)) header[name] = [];
    header[name]!.push(toText(value));
  }
  return dest || parent ? { header, external: !dest } : null;
}

/** W3C trace context: the last of four parts holds the flags, its lowest bit says "sampled". */
function sampledParent(value: string): boolean {
  const flags = value.split('-');
  return flags.length === 4 && /^[0-7][0-9a-fA-F]$/.test(flags[3]!) && (Number.parseInt(flags[3]!, 16) & 1) === 1;
}

/** What to do with a message that may ask for a trace: go on with `frame`, or nothing at all. */
export interface TraceStart {
  readonly skip: boolean;
  readonly trace: Trace | null;
  readonly frame: Frame;
}

interface AccountTrace {
  readonly destination: string;
  readonly sampling: number;
}

/**
 * Begins a trace if the message may have one. `error` says why the message is refused before it was read: then the
 * header block may be cut short.
 */
export function startTrace(c: Client, subject: string, f: Frame, error = ''): TraceStart {
  const go = (skip: boolean, frame = f): TraceStart => ({ skip, trace: null, frame });
  const asked = readHeaders(f.buf.latin1Slice(f.body, Math.min(f.body + f.hdr, f.end)));
  if (asked === null) return go(false);
  const { header, external } = asked;
  const first = (key: string): string => header[key]?.[0] ?? '';
  const only = !external && ['1', 'true', 'on'].includes(first('Nats-Trace-Only').toLowerCase());
  const log = (text: string): void => c.srv.logger?.log('error', `${c.label} - ${text}`);
  const disabled = (): Frame => (error === '' ? rewrite(f, '', { key: TRACE_DEST, value: TRACE_DISABLED }, true) : f);
  let dest = first(TRACE_DEST);
  if (first('Nats-Trace-Origin-Account') !== '') {
    log(`Message tracing disabled because of header "Nats-Trace-Origin-Account"`);
    return only ? go(true) : go(false, disabled());
  }
  if (external) {
    const set = (c.account.more as { trace?: AccountTrace | null } | null)?.trace ?? null;
    if (set === null || set.destination === '') return go(false);
    const { sampling } = set;
    if (sampling > 0 && sampling < 100 && Math.floor(Math.random() * 100) > sampling) return go(false, disabled());
    dest = set.destination;
  }
  if (!literalSubject(dest)) {
    log(`Destination ${quote(dest)} is not valid, won't be able to trace events`);
    return go(only);
  }
  const reserved = dest.startsWith('_GR_.') || (dest.startsWith('$NRG.') && c.account !== c.srv.systemAccount);
  if (reserved || (c.permissions !== null && !c.permissions.canPublish(dest))) {
    sendErr(c, `Permissions Violation for Publish to ${quote(dest)}`);
    log(`Publish Violation - Subject ${quote(dest)}`);
    return go(true);
  }
  const step: TraceStep = {
    type: 'in',
    ts: c.srv.clock.now(),
    kind: 0,
    cid: c.cid,
    name: c.options.name || undefined,
    acc: c.account.name,
    subj: toText(subject),
    error: error || undefined,
  };
  return { skip: false, trace: { account: c.account, dest, only, header, size: f.size, steps: [step] }, frame: f };
}

/** A message that is refused for its size may still ask for a trace, as far as its headers are here. */
export function traceTooLarge(c: Client, subject: string, header: Buffer, size: number): void {
  const hdr = header.length;
  if (!asksForTrace(header, 0, hdr)) return;
  const frame: Frame = { ...emptyFrame(), buf: header, end: hdr, hdr, size };
  const { trace } = startTrace(c, subject, frame, 'maximum payload exceeded');
  if (trace !== null) c.srv.onTrace?.(trace);
}

/** The message itself was refused. */
export function traceRefused(f: Frame, error: string): void {
  const first = f.trace?.steps[0];
  if (first !== undefined) first.error = error;
}

/** The message left for a client, or did not: `error` says why. */
export function traceEgress(t: Trace, sub: Sub, error: string): void {
  const c = sub.client;
  t.steps.push({
    type: 'eg',
    ts: c.srv.clock.now(),
    kind: 0,
    cid: c.cid,
    name: c.options.name || undefined,
    acc: c.account === t.account ? undefined : c.account.name,
    sub: toText(sub.subject),
    queue: sub.queue === null ? undefined : toText(sub.queue),
    error: error || undefined,
  });
}

/** A mapping gave the message another subject. */
export function traceMapping(f: Frame, c: Client, to: string): void {
  f.trace?.steps.push({ type: 'sm', ts: c.srv.clock.now(), to: toText(to) });
}
