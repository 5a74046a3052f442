/** What is told about a client in request headers, latency samples and advisories. */
import { formatRfc3339Nano, fromMillis } from '#base/time.ts';
import type { Account, Client } from '../core/types.ts';

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

/** Names of connection kinds and types in monitoring. */
export const KINDS = { client: 'Client', system: 'System', account: 'Account' } as const;
export const TYPES = { tcp: 'nats', websocket: 'websocket', 'in-process': 'nats' } as const;

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

/** The name an account's JWT gives it; else the account's own. */
export function accountTag(a: Account): string {
  const shared = a.more as { claims: { claims?: { name: string } } | null } | null;
  return shared?.claims?.claims?.name || a.name;
}

/** JSON as Go writes it: some characters are escaped so that it may stand in a page. */
export function goJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(
    /[<>&\u2028\u2029]/g,
    (ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** JSON for a message body, in UTF-8. */
export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(goJson(value), 'utf8');
}
