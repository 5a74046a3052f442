/** What is told about a client in request headers, latency samples and advisories. */
import { formatRfc3339Nano, fromMillis } from '#base/time.ts';
import type { Client } from '../core/types.ts';

/** Fields in the order of nats-server's ClientInfo; absent ones are left out. RTT in ns. */
export interface ClientInfo {
  start?: string;
  host?: string;
  id?: number;
  acc?: string;
  svc?: string;
  user?: string;
  name?: string;
  lang?: string;
  ver?: string;
  rtt?: number;
  server?: string;
  cluster?: string;
  stop?: string;
  jwt?: string;
  issuer_key?: string;
  name_tag?: string;
  tags?: readonly string[];
  kind?: string;
  client_type?: string;
  nonce?: string;
}

const KINDS = { client: 'Client', system: 'System', account: 'Account' } as const;
const TYPES = { tcp: 'nats', websocket: 'websocket', 'in-process': 'nats' } as const;

/** Milliseconds since the epoch in RFC 3339, UTC. */
export function timeText(ms: number): string {
  return formatRfc3339Nano(fromMillis(ms), 'utc');
}

/** Round trip in whole ns. */
export function rttOf(c: Client): number {
  return Math.round(c.rtt * 1e6);
}

/** Name, key or JWT subject a client logged in with; '' for none. */
export function authUser(c: Client): string {
  const o = c.options;
  if (o.nkey !== '') return o.nkey;
  if (o.user !== '') return o.user;
  if (o.jwt !== '') return c.identity?.publicKey ?? '';
  return o.auth_token === '' ? '' : '[REDACTED]';
}

/** Round trip and account always; the rest when `detailed`. */
export function clientInfo(c: Client, detailed: boolean): ClientInfo | null {
  if (c.kind === 'system') return null;
  const o = c.options;
  const info: ClientInfo = {};
  if (detailed) {
    info.start = timeText(c.startedAt);
    if (c.peerHost !== '') info.host = c.peerHost;
    info.id = c.cid;
  }
  info.acc = c.account.name;
  if (detailed) {
    const user = authUser(c);
    if (user !== '') info.user = user;
    if (o.name !== '') info.name = o.name;
    if (o.lang !== '') info.lang = o.lang;
    if (o.version !== '') info.ver = o.version;
  }
  if (c.rtt > 0) info.rtt = rttOf(c);
  if (detailed) {
    info.server = c.srv.options.name;
    if (o.jwt !== '') info.jwt = o.jwt;
    if (c.identity?.issuerKey) info.issuer_key = c.identity.issuerKey;
    if (c.identity?.nameTag) info.name_tag = c.identity.nameTag;
    if (c.identity?.tags !== undefined && c.identity.tags.length > 0) info.tags = c.identity.tags;
    info.kind = KINDS[c.kind];
    info.client_type = TYPES[c.wire.peer.kind];
  }
  return info;
}

/** JSON for a message body or header, in UTF-8 as a binary string. */
export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
