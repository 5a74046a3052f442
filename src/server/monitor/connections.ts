/** The list of connections, open and closed. */
import { timeText } from '../accounts/info.ts';
import { collide } from '../config/subjects.ts';
import { toBinary } from '../core/text.ts';
import type { Running } from '../running.ts';
import { type ConnectionFacts, closedConnections, connectionFacts } from './closed.ts';
import { age, MonitorError, page, rttText } from './form.ts';

export interface ConnzOptions {
  readonly sort?: string;
  readonly auth?: boolean;
  readonly subscriptions?: boolean;
  readonly subscriptions_detail?: boolean;
  readonly offset?: number;
  readonly limit?: number;
  readonly cid?: number;
  readonly mqtt_client?: string;
  /** 0 open, 1 closed, 2 all. */
  readonly state?: number;
  readonly user?: string;
  readonly acc?: string;
  readonly filter_subject?: string;
}

type Order = (a: ConnectionFacts, b: ConnectionFacts, now: number) => number;

const idle = (c: ConnectionFacts, now: number): number => now - c.lastActivity;
const lifetime = (c: ConnectionFacts, now: number): number => (c.stop === 0 ? now : c.stop) - c.start;

const ORDERS: Record<string, Order> = {
  cid: (a, b) => a.cid - b.cid,
  start: (a, b) => a.cid - b.cid,
  subs: (a, b) => b.subs.length - a.subs.length,
  pending: (a, b) => b.pending - a.pending,
  msgs_to: (a, b) => b.outMsgs - a.outMsgs,
  msgs_from: (a, b) => b.inMsgs - a.inMsgs,
  bytes_to: (a, b) => b.outBytes - a.outBytes,
  bytes_from: (a, b) => b.inBytes - a.inBytes,
  last: (a, b) => b.lastActivity - a.lastActivity,
  idle: (a, b, now) => idle(b, now) - idle(a, now),
  uptime: (a, b, now) => lifetime(a, now) - lifetime(b, now),
  stop: (a, b) => b.stop - a.stop,
  reason: (a, b) => (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : 0),
  rtt: (a, b) => b.rtt - a.rtt,
};

const OPEN = 0;
const CLOSED = 1;

/** The connections of a server. Throws MonitorError for options that contradict each other. */
export function connz(run: Running, o: ConnzOptions): Record<string, unknown> {
  const { srv } = run;
  const now = srv.clock.now();
  const sort = o.sort || 'cid';
  const state = o.state ?? OPEN;
  const order = ORDERS[sort];
  if (order === undefined) throw new MonitorError(`invalid sorting option: ${sort}`);
  if (sort === 'stop' && state !== CLOSED) throw new MonitorError('sort by stop only valid on closed connections');
  if (sort === 'reason' && state !== CLOSED) throw new MonitorError('sort by reason only valid on closed connections');
  const filter = o.filter_subject && o.filter_subject !== '>' ? toBinary(o.filter_subject) : '';
  const acc = o.acc ?? '';
  if (filter !== '' && acc === '') throw new MonitorError('filter by subject only valid with account filtering');
  const limit = o.cid ? 1 : (o.limit ?? 0) > 0 ? o.limit! : 1024;
  const offset = Math.max(o.offset ?? 0, 0);
  const head = { server_id: srv.id, now: timeText(now), num_connections: 0, total: 0, offset, limit };
  if (acc !== '' && !srv.accounts.has(acc)) return { ...head, server_id: '', connections: null };
  const ofAccount = (c: { account: string }): boolean => acc === '' || c.account === acc;
  const open: ConnectionFacts[] = [];
  if (state !== CLOSED) {
    for (const c of srv.clients.values()) if (acc === '' || c.account.name === acc) open.push(connectionFacts(c));
  }
  const closed = state === OPEN ? [] : closedConnections(run).filter(ofAccount);
  head.total = open.length + closed.length;
  let found: ConnectionFacts[];
  if (o.cid) {
    const one = open.find((c) => c.cid === o.cid) ?? closed.find((c) => c.cid === o.cid);
    found = one === undefined ? [] : [one];
  } else {
    const wanted = (c: ConnectionFacts): boolean => !o.user || c.user === o.user;
    const matching = (c: ConnectionFacts): boolean =>
      filter === '' || c.subs.some((s) => collide(filter, toBinary(s.subject)));
    found = [...open.filter((c) => wanted(c) && matching(c)), ...closed.filter(wanted)];
    if (o.mqtt_client) found = [];
  }
  found.sort((a, b) => order(a, b, now));
  const connections = page(found, offset, limit).map((c) => describe(c, now, o));
  return { ...head, num_connections: connections.length, connections };
}

function describe(c: ConnectionFacts, now: number, o: ConnzOptions): Record<string, unknown> {
  const end = c.stop === 0 ? now : c.stop;
  const auth = o.auth === true;
  return {
    cid: c.cid,
    kind: c.kind,
    type: c.type,
    ip: c.host,
    port: c.port,
    start: timeText(c.start),
    last_activity: timeText(c.lastActivity),
    stop: c.stop === 0 ? undefined : timeText(c.stop),
    reason: c.reason || undefined,
    rtt: rttText(c.rtt),
    uptime: age(end - c.start),
    idle: age(end - c.lastActivity),
    pending_bytes: c.pending,
    in_msgs: c.inMsgs,
    out_msgs: c.outMsgs,
    in_bytes: c.inBytes,
    out_bytes: c.outBytes,
    stalls: c.stalls || undefined,
    subscriptions: c.subs.length,
    name: c.name || undefined,
    lang: c.lang || undefined,
    version: c.version || undefined,
    tls_version: c.tls?.version,
    tls_cipher_suite: c.tls?.cipher,
    tls_peer_certs: auth && c.tls !== null && c.tls.peers.length > 0 ? c.tls.peers : undefined,
    tls_first: c.tls?.first || undefined,
    authorized_user: (auth && c.user) || undefined,
    account: auth && c.account !== '$G' ? c.account : undefined,
    subscriptions_list:
      o.subscriptions && !o.subscriptions_detail && c.subs.length > 0 ? c.subs.map((s) => s.subject) : undefined,
    subscriptions_list_detail: o.subscriptions_detail && c.subs.length > 0 ? c.subs : undefined,
    jwt: (auth && c.jwt) || undefined,
    issuer_key: (auth && c.issuerKey) || undefined,
    name_tag: (auth && c.accountTag) || undefined,
    tags: auth && c.tags.length > 0 ? c.tags : undefined,
    proxy: c.proxyKey === '' ? undefined : { key: c.proxyKey },
  };
}
