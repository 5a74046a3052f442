/** Latency samples of exported services: who asked, who answered, and where the time went. */
import { type Frame, makeFrame } from '../core/frame.ts';
import { randomText } from '../core/identity.ts';
import { inject } from '../core/publish.ts';
import type { Client } from '../core/types.ts';
import { headersOf } from './headers.ts';
import { type ClientInfo, clientInfo, jsonBytes, rttOf, timeText } from './info.ts';
import { internalClient } from './internal.ts';
import type { Latency, ServiceImport, SharedAccount } from './model.ts';

const TYPE = 'io.nats.server.metric.v1.service_latency';

type Header = Record<string, string[]>;

interface Sample {
  readonly yes: boolean;
  readonly header: Header | null;
}

const NO: Sample = { yes: false, header: null };

/** Whether this request is measured: by chance, or because its tracing headers ask for it. */
export function sampled(latency: Latency | null, f: Frame): Sample {
  if (latency === null) return NO;
  if (latency.sampling >= 100 || (latency.sampling > 0 && Math.random() * 100 <= latency.sampling)) {
    return { yes: true, header: null };
  }
  const headers = new Map([...headersOf(f)].map(([k, v]) => [canonical(k), v]));
  return headers.size === 0 ? NO : byHeaders(headers);
}

/** Go's canonical form of a header name: traceparent, TRACEPARENT and Traceparent are one. */
function canonical(key: string): string {
  return key
    .toLowerCase()
    .split('-')
    .map((w) => w.charAt(0).toUpperCase() + w.slice(1))
    .join('-');
}

function pick(headers: ReadonlyMap<string, string[]>, keys: readonly string[]): Header {
  const out: Header = {};
  for (const k of keys) {
    const v = headers.get(k);
    if (v !== undefined) out[k] = v;
  }
  return out;
}

/** Jaeger, Zipkin (B3, many and one header) and W3C trace context. */
function byHeaders(headers: ReadonlyMap<string, string[]>): Sample {
  const uber = headers.get('Uber-Trace-Id');
  if (uber !== undefined) {
    const parts = uber[0]!.split(':');
    const flags = parts[3] ?? '';
    if (parts.length !== 4 || !/^[0-9a-fA-F]{1,2}$/.test(flags) || (Number.parseInt(flags, 16) & 1) === 0) return NO;
    const baggage = [...headers.keys()].filter((k) => k.startsWith('Uberctx-'));
    return { yes: true, header: pick(headers, ['Uber-Trace-Id', ...baggage]) };
  }
  const b3 = ['X-B3-Traceid', 'X-B3-Sampled', 'X-B3-Parentspanid', 'X-B3-Spanid'];
  const chosen = headers.get('X-B3-Sampled')?.[0];
  if (chosen === '1') return { yes: true, header: pick(headers, b3) };
  if (chosen === '0') return NO;
  if (headers.has('X-B3-Traceid')) return { yes: true, header: pick(headers, b3) };
  const single = headers.get('B3')?.[0];
  if (single !== undefined) {
    const parts = single.split('-');
    if ((parts.length > 2 && parts[2] === '0') || (parts.length === 1 && parts[0] === '0')) return NO;
    return { yes: true, header: pick(headers, ['B3']) };
  }
  const parent = headers.get('Traceparent')?.[0];
  if (parent !== undefined) {
    const parts = parent.split('-');
    if (parts.length !== 4 || !/^[0-9a-fA-F]{2}$/.test(parts[3]!) || (Number.parseInt(parts[3]!, 16) & 1) === 0)
      return NO;
    return { yes: true, header: pick(headers, ['Traceparent', 'Tracestate']) };
  }
  return NO;
}

interface Report {
  readonly status: number;
  readonly description?: string;
  readonly requestor: ClientInfo | null;
  readonly responder?: ClientInfo | null;
  readonly header: Header | null;
  /** Epoch ms. */
  readonly start: number;
  /** ns */
  readonly service?: number;
  readonly system?: number;
  readonly total?: number;
}

function send(account: SharedAccount, si: ServiceImport, srv: Client['srv'], r: Report): void {
  if (account.core === null || si.latency === null) return;
  const body = {
    type: TYPE,
    id: randomText(22).replace(/[-_]/g, 'x'),
    timestamp: timeText(srv.clock.now()),
    status: r.status,
    description: r.description,
    requestor: r.requestor ?? undefined,
    responder: r.responder ?? undefined,
    header: r.header ?? undefined,
    start: timeText(r.start),
    service: Math.max(0, Math.round(r.service ?? 0)),
    system: Math.max(0, Math.round(r.system ?? 0)),
    total: Math.round(r.total ?? 0),
  };
  si.requester = null;
  inject(internalClient(srv, account), account.core, si.latency.subject, makeFrame('', -1, jsonBytes(body)));
}

/** The answer came: sends the sample. True when nothing more is awaited for it. */
export function sendSample(account: SharedAccount, si: ServiceImport, responder: Client): boolean {
  const requester = si.requester;
  if (requester === null) return true;
  const srv = responder.srv;
  const took = (srv.clock.now() - si.startedAt) * 1e6;
  const there = rttOf(responder);
  const here = rttOf(requester);
  send(account, si, srv, {
    status: 200,
    requestor: clientInfo(requester, si.share),
    responder: clientInfo(responder, true),
    header: si.trackingHeader,
    start: si.startedAt - here / 1e6,
    service: took - there,
    total: here + took,
  });
  return true;
}

/** A request without reply subject cannot be measured; the service's owner is told so. */
export function badRequest(si: ServiceImport, from: Client, header: Header | null): void {
  const info = clientInfo(from, si.share);
  send(si.account, si, from.srv, {
    status: 400,
    description: 'Bad Request',
    requestor: info,
    header,
    start: from.srv.clock.now() - from.rtt,
  });
}

const FAILURES = {
  ok: [0, undefined],
  undelivered: [503, 'Service Unavailable'],
  timeout: [504, 'Service Timeout'],
  interest: [408, 'Request Timeout'],
} as const;

/** No answer: nobody served it, it took too long, or the requester gave up. */
export function failedRequest(account: SharedAccount, si: ServiceImport, why: keyof typeof FAILURES): void {
  const requester = si.requester;
  if (requester === null) return;
  const [status, description] = FAILURES[why];
  send(account, si, requester.srv, {
    status,
    ...(description === undefined ? {} : { description }),
    requestor: clientInfo(requester, si.share),
    header: si.trackingHeader,
    start: si.startedAt - requester.rtt,
  });
}
