import { parseJson } from '#base/json64.ts';
import { type Conn, type ConnList, listOf, noConns } from './conn-list.ts';
import type { Count } from './numbers.ts';

/** What /varz tells, as far as it is shown. */
export interface Varz {
  readonly server_id: string;
  readonly server_name: string;
  readonly version: string;
  readonly uptime: string;
  /** RFC 3339; empty when the server gave none. */
  readonly start: string;
  readonly now: string;
  readonly cpu: number;
  readonly mem: Count;
  readonly in_msgs: Count;
  readonly out_msgs: Count;
  readonly in_bytes: Count;
  readonly out_bytes: Count;
  readonly slow_consumers: Count;
  readonly connections: Count;
  readonly subscriptions: Count;
  readonly routes: Count;
  readonly leafnodes: Count;
}

/** What /connz tells. */
export interface Connz {
  readonly now: string;
  /** Connections in this answer. */
  readonly num_connections: number;
  /** Connections the server has in all. */
  readonly total: number;
  readonly connections: ConnList;
}

/** One line of a page other than the connections: its columns by their ids. */
export type PageRow = Readonly<Record<string, string | Count>>;

/** What a server told for one page. */
export interface Answer {
  /** The server's time, RFC 3339; empty when it gave none. */
  readonly now: string;
  readonly rows: readonly PageRow[];
  /** Figures of the server as a whole. */
  readonly totals: PageRow;
  /** Why there are no rows; empty when they could be had. */
  readonly error: string;
}

/** What can be asked for besides the figures of the server itself. */
export const wants = ['connections', 'accounts', 'streams', 'consumers', 'subscriptions', 'links', 'closed'] as const;
export type Want = (typeof wants)[number];

/** What one poll of one server gave. */
export interface Sample {
  readonly varz: Varz;
  readonly connz: Connz;
  readonly answers: Partial<Readonly<Record<Want, Answer>>>;
  /** Why something is missing; empty when all is there. */
  readonly error: string;
}

export const emptyVarz: Varz = {
  server_id: '',
  server_name: '',
  version: '',
  uptime: '',
  start: '',
  now: '',
  cpu: 0,
  mem: 0,
  in_msgs: 0,
  out_msgs: 0,
  in_bytes: 0,
  out_bytes: 0,
  slow_consumers: 0,
  connections: 0,
  subscriptions: 0,
  routes: 0,
  leafnodes: 0,
};

export const emptyConnz: Connz = { now: '', num_connections: 0, total: 0, connections: noConns };

/** Nothing known yet. */
export const emptySample: Sample = { varz: emptyVarz, connz: emptyConnz, answers: {}, error: '' };

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an answer; none of anything that is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** A number of an answer; 0 for anything else. */
export function count(value: unknown): Count {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)) ? value : 0;
}

/** A text of an answer; empty for anything else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** JSON of a monitoring answer. Integers beyond 2^53 stay exact; a name with many digits does not slow the parsing down. */
export function parseAnswer(body: string): unknown {
  // The first test costs a tenth of the second, which tells numbers from digits in names.
  const hasLong = /\d{16}/.test(body) && /[:[,]\s*-?\d{16}/.test(body);
  return hasLong ? parseJson(body) : JSON.parse(body);
}

/** Takes what is shown out of a /varz answer; wrong types count as absent. */
export function varzOf(answer: unknown): Varz {
  const a = fieldsOf(answer);
  return {
    server_id: text(a['server_id']),
    server_name: text(a['server_name']),
    version: text(a['version']),
    uptime: text(a['uptime']),
    start: text(a['start']),
    now: text(a['now']),
    cpu: Number(count(a['cpu'])),
    mem: count(a['mem']),
    in_msgs: count(a['in_msgs']),
    out_msgs: count(a['out_msgs']),
    in_bytes: count(a['in_bytes']),
    out_bytes: count(a['out_bytes']),
    slow_consumers: count(a['slow_consumers']),
    connections: count(a['connections']),
    subscriptions: count(a['subscriptions']),
    routes: count(a['routes']),
    leafnodes: count(a['leafnodes']),
  };
}

/** Takes what is shown out of a /connz answer. `server` is put on every connection. */
export function connzOf(answer: unknown, server?: string): Connz {
  const a = fieldsOf(answer);
  const list = Array.isArray(a['connections']) ? (a['connections'] as unknown[]) : [];
  const connections = listOf(list.map((c) => connOf(fieldsOf(c), server)));
  return {
    now: text(a['now']),
    num_connections: Number(count(a['num_connections'])),
    total: Number(count(a['total'])),
    connections,
  };
}

/** Takes what is shown out of one connection of a /connz answer. */
export function connOf(c: Fields, server: string | undefined): Conn {
  const subs = c['subscriptions_list'];
  return {
    cid: count(c['cid']),
    ip: text(c['ip']),
    port: Number(count(c['port'])),
    name: text(c['name']),
    account: text(c['account']),
    subscriptions: count(c['subscriptions']),
    pending_bytes: count(c['pending_bytes']),
    in_msgs: count(c['in_msgs']),
    out_msgs: count(c['out_msgs']),
    in_bytes: count(c['in_bytes']),
    out_bytes: count(c['out_bytes']),
    lang: text(c['lang']),
    version: text(c['version']),
    uptime: text(c['uptime']),
    idle: text(c['idle']),
    rtt: text(c['rtt']),
    start: text(c['start']),
    last_activity: text(c['last_activity']),
    ...(Array.isArray(subs) ? { subscriptions_list: subs.map(text) } : {}),
    ...(server === undefined ? {} : { server }),
  };
}

/** Pending bytes from which a client counts as slow: servers cut it off at 64 MB by default. */
export const SLOW_PENDING = 1024 * 1024;
