/**
 * Messages through service imports: a request leaves the importing account for the exporter's with a reply subject
 * of our own; the answer to that subject comes back and is delivered to the original reply.
 */

import { type Frame, replyOf } from '../core/frame.ts';
import { randomText } from '../core/identity.ts';
import { inject } from '../core/publish.ts';
import { toText } from '../core/text.ts';
import { TRACE_DEST, TRACE_DISABLED } from '../core/trace.ts';
import type { Client } from '../core/types.ts';
import { headerOf, rewrite } from './headers.ts';
import { type ClientInfo, clientInfo, goJson } from './info.ts';
import { subscribeInternal } from './internal.ts';
import { badRequest, failedRequest, sampled, sendSample } from './latency.ts';
import type { ServiceImport, SharedAccount } from './model.ts';

const INFO_HEADER = 'Nats-Request-Info';

/** Handles a message that matched a service import of `account`. Returns whether it was delivered to someone. */
export function throughImport(
  si: ServiceImport,
  account: SharedAccount,
  from: Client,
  subject: string,
  f: Frame,
): boolean {
  const path = (f.path ?? []) as ServiceImport[];
  if (path.some((p) => p.serviceExport === si.serviceExport)) return false;
  const target = si.account.core;
  if (si.invalid || target === null) return false;
  const sample = sampled(si.latency, f);
  const reply = replyOf(f);
  let newReply = '';
  let response: ServiceImport | null = null;
  if (reply !== '') {
    if (reply.startsWith('$JS.ACK.')) newReply = reply;
    else {
      response = addResponse(si, account, reply, from, sample);
      newReply = response.from;
    }
  } else if (!si.isResponse && sample.yes) badRequest(si, from, sample.header);
  let sent = false;
  if (si.tracking && !si.delivered) {
    si.delivered = true;
    sent = sendSample(account, si, from);
  }
  let to = si.transform !== null ? si.transform.apply(subject) : si.usePublished ? subject : si.to;
  if (target.mapSubject !== null) to = target.mapSubject(to);
  const header = si.isResponse ? null : requestInfo(si, account, from, f, path);
  const frame = followed(rewrite(f, newReply, header), si, subject, to, from);
  let taken = false;
  if (frame !== null) {
    frame.path = [...path, si];
    taken = inject(from, target, to, frame);
  }
  const empty = f.size === 0;
  let over = !taken || (si.isResponse && (si.responseType === 'singleton' || empty));
  if (si.tracking && !sent) over = false;
  // Nothing was asked for, so nothing will be answered.
  if (response !== null && f.trace?.only === true) over = true;
  if (si.responseType !== 'singleton' && taken) si.startedAt = from.srv.clock.now();
  if (over) {
    const why = taken ? 'ok' : 'undelivered';
    if (si.isResponse) removeResponse(account, si, why);
    else if (response !== null) removeResponse(si.account, response, why);
  }
  return taken;
}

/**
 * The message as it enters the exporting account when it is being traced: written down, and either followed there or,
 * where the export does not allow that, not any more. Null when it was sent for its trace alone and that ends here.
 */
function followed(f: Frame, si: ServiceImport, from: string, to: string, c: Client): Frame | null {
  const t = f.trace;
  if (t === null) return f;
  const ts = c.srv.clock.now();
  t.steps.push({ type: 'si', ts, acc: si.account.name, from: toText(from), to: toText(to) });
  if (!si.isResponse && si.serviceExport?.allowTrace === true) {
    // Events of further servers would come back this way; there are none, so the name is for the receiver to see.
    const value = `${si.account.replyPrefix || `_R_.${nameToken()}.`}${nameToken()}`;
    return rewrite(f, '', { key: TRACE_DEST, value }, true);
  }
  if (t.only) return null;
  const made = rewrite(f, '', { key: TRACE_DEST, value: TRACE_DISABLED }, true);
  made.trace = null;
  return made;
}

/** Who asks, for the service to see: everything when the import shares it, else account and round trip. */
function requestInfo(
  si: ServiceImport,
  account: SharedAccount,
  from: Client,
  f: Frame,
  path: readonly ServiceImport[],
): { key: string; value: string } | null {
  const srv = from.srv;
  const chained = path.at(-1);
  const share = chained?.share ?? si.share;
  const system = si.account.core === srv.systemAccount;
  let info: ClientInfo | null = null;
  const given = headerOf(f, INFO_HEADER);
  if (chained !== undefined && given !== null) {
    try {
      info = JSON.parse(Buffer.from(given, 'latin1').toString('utf8')) as ClientInfo;
    } catch {
      info = null;
    }
    if (info !== null) {
      info.svc = account.name;
      if (!share && (si.share || system)) info.server = srv.options.name;
    }
  }
  if (info === null) {
    info = clientInfo(from, share);
    if (info !== null && !share && system) info.server = srv.options.name;
  }
  if (info === null) return null;
  return { key: INFO_HEADER, value: Buffer.from(goJson(info), 'utf8').latin1Slice() };
}

/** Answers to generated reply subjects of this account. */
function onResponse(account: SharedAccount, from: Client, subject: string, f: Frame): boolean {
  const si = account.responses.get(subject);
  if (account.expired || si === undefined || si.invalid) return true;
  throughImport(si, account, from, subject, f);
  return true;
}

/** Six letters and digits, for subjects. */
function nameToken(): string {
  return randomText(6).replace(/[-_]/g, 'x');
}

function addResponse(
  si: ServiceImport,
  requester: SharedAccount,
  reply: string,
  client: Client,
  sample: { yes: boolean; header: Record<string, string[]> | null },
): ServiceImport {
  const exporter = si.account;
  const srv = client.srv;
  if (exporter.replyPrefix === '') {
    exporter.replyPrefix = `_R_.${nameToken()}.`;
    subscribeInternal(srv, exporter, `${exporter.replyPrefix}>`, (_sub, from, subject, frame) =>
      onResponse(exporter, from, subject, frame),
    );
  }
  let from = exporter.replyPrefix + nameToken();
  const tracking = si.responseType === 'singleton' && sample.yes;
  if (sample.yes) from += `.${srv.id.slice(-8)}.T`;
  const made: ServiceImport = {
    account: requester,
    from,
    to: reply,
    transform: null,
    usePublished: false,
    serviceExport: si.serviceExport,
    responseType: si.responseType,
    latency: tracking ? si.latency : null,
    share: si.share,
    invalid: false,
    claim: null,
    sid: '',
    isResponse: true,
    startedAt: srv.clock.now(),
    tracking,
    delivered: false,
    requester: si.latency !== null ? client : null,
    trackingHeader: tracking ? sample.header : null,
  };
  exporter.responses.set(from, made);
  const waiting = requester.awaited.get(reply);
  if (waiting === undefined) requester.awaited.set(reply, new Map([[from, exporter]]));
  else waiting.set(from, exporter);
  startThreshold(si, client);
  return made;
}

/** Forgets a response: it came, cannot come any more, or took too long. */
export function removeResponse(account: SharedAccount, si: ServiceImport, why: 'ok' | 'undelivered' | 'timeout'): void {
  account.responses.delete(si.from);
  if (si.tracking && si.requester !== null && !si.delivered) failedRequest(account, si, why);
  const waiting = si.account.awaited.get(si.to);
  if (waiting !== undefined && waiting.delete(si.from) && waiting.size === 0) si.account.awaited.delete(si.to);
}

/** One timer per export while responses are outstanding. */
function startThreshold(si: ServiceImport, client: Client): void {
  const e = si.serviceExport;
  const { clock } = client.srv;
  if (e === null || e.timer !== null) return;
  const check = (): void => {
    e.timer = null;
    const limit = clock.now() - e.threshold;
    let left = 0;
    for (const r of [...e.account.responses.values()]) {
      if (r.serviceExport !== e) continue;
      if (r.startedAt <= limit) removeResponse(e.account, r, 'timeout');
      else left++;
    }
    client.srv.flush();
    if (left > 0 && client.srv.phase !== 'closed') e.timer = clock.after(e.threshold, check);
  };
  e.timer = clock.after(e.threshold, check);
}

/** Nobody listens on a reply subject any more: the responses meant for it are not awaited. */
export function interestLost(account: SharedAccount, subject: string): void {
  if (account.awaited.size === 0) return;
  if (subject.includes('*') || subject.includes('>')) {
    const pattern = subject.split('.');
    for (const reply of [...account.awaited.keys()]) if (matches(reply, pattern)) forget(account, reply);
  } else if (account.awaited.has(subject)) forget(account, subject);
}

function matches(subject: string, pattern: string[]): boolean {
  const tokens = subject.split('.');
  for (const [i, p] of pattern.entries()) {
    if (p === '>') return i < tokens.length;
    if (i >= tokens.length || (p !== '*' && p !== tokens[i])) return false;
  }
  return tokens.length === pattern.length;
}

function forget(account: SharedAccount, reply: string): void {
  if (account.core?.sublist.has(reply) === true) return;
  const waiting = account.awaited.get(reply);
  account.awaited.delete(reply);
  for (const [from, exporter] of waiting ?? []) {
    const r = exporter.responses.get(from);
    if (r === undefined || r.delivered) continue;
    exporter.responses.delete(from);
    if (r.tracking && r.requester !== null) failedRequest(exporter, r, 'interest');
  }
}
