import { parseJson } from '#base/json64.ts';
import type { Count } from './numbers.ts';

/** One connection as the server's /connz tells it; servers of all ages leave fields out. */
export interface Conn {
  readonly cid: Count;
  readonly ip: string;
  readonly port: number;
  readonly name?: string;
  readonly account?: string;
  readonly subscriptions: Count;
  readonly pending_bytes: Count;
  readonly in_msgs: Count;
  readonly out_msgs: Count;
  readonly in_bytes: Count;
  readonly out_bytes: Count;
  readonly lang?: string;
  readonly version?: string;
  readonly uptime?: string;
  readonly idle?: string;
  readonly rtt?: string;
  readonly start?: string;
  readonly last_activity?: string;
  readonly subscriptions_list?: readonly string[];
  /** Name of the server it is on; only set where several are watched. */
  readonly server?: string;
}

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
}

/** What /connz tells. */
export interface Connz {
  readonly now: string;
  /** Connections in this answer. */
  readonly num_connections: number;
  /** Connections the server has in all. */
  readonly total: number;
  readonly connections: readonly Conn[];
}

/** What one poll of one server gave. */
export interface Sample {
  readonly varz: Varz;
  readonly connz: Connz;
  /** Why something is missing; empty when all is there. */
  readonly error: string;
}

/** Per second. */
export interface Rate {
  readonly inMsgs: number;
  readonly outMsgs: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

/** A sample with what follows from the one before. */
export interface Snapshot extends Sample {
  readonly rate: Rate;
  /** Rates of connections that were there in the sample before, by id (and server). */
  readonly connRates: ReadonlyMap<string, Rate>;
}

export const noRate: Rate = { inMsgs: 0, outMsgs: 0, inBytes: 0, outBytes: 0 };

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
};

export const emptyConnz: Connz = { now: '', num_connections: 0, total: 0, connections: [] };

/** Nothing known yet. */
export const emptySnapshot: Snapshot = {
  varz: emptyVarz,
  connz: emptyConnz,
  error: '',
  rate: noRate,
  connRates: new Map(),
};

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** A number of an answer; 0 for anything else. */
function count(value: unknown): Count {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)) ? value : 0;
}

function text(value: unknown): string {
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
  };
}

/** Takes what is shown out of a /connz answer. `server` is put on every connection. */
export function connzOf(answer: unknown, server?: string): Connz {
  const a = fieldsOf(answer);
  const list = Array.isArray(a['connections']) ? (a['connections'] as unknown[]) : [];
  const connections = list.map((c) => connOf(fieldsOf(c), server));
  return {
    now: text(a['now']),
    num_connections: Number(count(a['num_connections'])),
    total: Number(count(a['total'])),
    connections,
  };
}

function connOf(c: Fields, server: string | undefined): Conn {
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

/** Seconds between two times of the server; 0 when one is missing or the clock went back. */
export function secondsBetween(before: string, after: string): number {
  const ms = Date.parse(after) - Date.parse(before);
  return ms > 0 ? ms / 1000 : 0;
}

/** Names a connection among all servers. */
export function connKey(conn: Conn): string {
  return conn.server === undefined ? String(conn.cid) : `${conn.server}/${conn.cid}`;
}

interface Counters {
  readonly in_msgs: Count;
  readonly out_msgs: Count;
  readonly in_bytes: Count;
  readonly out_bytes: Count;
}

/** Counters that went back belong to another life of the server: no rate then. */
function rateOf(before: Counters, after: Counters, seconds: number): Rate {
  if (seconds <= 0) return noRate;
  const per = (a: Count, b: Count): number => Math.max(0, Number(b) - Number(a)) / seconds;
  return {
    inMsgs: per(before.in_msgs, after.in_msgs),
    outMsgs: per(before.out_msgs, after.out_msgs),
    inBytes: per(before.in_bytes, after.in_bytes),
    outBytes: per(before.out_bytes, after.out_bytes),
  };
}

/** Whether `after` is another process than `before`. */
export function restarted(before: Varz, after: Varz): boolean {
  if (before.server_id === '' || after.server_id === '') return false;
  return before.server_id !== after.server_id || before.start !== after.start;
}

/**
 * Adds the rates per second since the sample before, by the server's own clock. The first sample has none.
 * `wanted`: whether the rates of the connections are wanted, which cost a pass over all of them.
 */
export function withRates(before: Sample | undefined, after: Sample, wanted: boolean): Snapshot {
  if (!before || before.varz.server_id === '' || restarted(before.varz, after.varz)) {
    return { ...after, rate: noRate, connRates: new Map() };
  }
  const rate = rateOf(before.varz, after.varz, secondsBetween(before.varz.now, after.varz.now));
  const connRates = new Map<string, Rate>();
  const seconds = wanted ? secondsBetween(before.connz.now, after.connz.now) : 0;
  if (seconds > 0) {
    const earlier = new Map(before.connz.connections.map((c) => [connKey(c), c]));
    for (const conn of after.connz.connections) {
      const last = earlier.get(connKey(conn));
      if (last) connRates.set(connKey(conn), rateOf(last, conn, seconds));
    }
  }
  return { ...after, rate, connRates };
}

/**
 * One sample out of those of several servers: counters added up, connections in one list. A single one stays what it is.
 * `sort` orders the connections of all servers as one server orders its own.
 */
export function joinSamples(samples: readonly Sample[], sort: string, limit: number): Sample {
  const [first] = samples;
  if (samples.length <= 1) return first ?? { varz: emptyVarz, connz: emptyConnz, error: '' };
  const up = samples.filter((s) => s.error === '');
  const add = (pick: (varz: Varz) => Count): Count => samples.reduce<Count>((sum, s) => plus(sum, pick(s.varz)), 0);
  const down = samples.filter((s) => s.error !== '').map((s) => `${s.varz.server_name}: ${s.error}`);
  const versions = [...new Set(up.map((s) => s.varz.version))].sort();
  const newest = up[0]?.varz ?? emptyVarz;
  const connections = samples.flatMap((s) => s.connz.connections);
  const shown = sortConns(connections, sort).slice(0, limit > 0 ? limit : undefined);
  return {
    varz: {
      server_id: samples.map((s) => s.varz.server_id).join(' '),
      server_name: `${up.length} of ${samples.length} servers (${samples.map((s) => s.varz.server_name).join(', ')})`,
      version: versions.join(', '),
      uptime: newest.uptime,
      start: samples.map((s) => s.varz.start).join(' '),
      now: newest.now,
      cpu: samples.reduce((sum, s) => sum + s.varz.cpu, 0),
      mem: add((v) => v.mem),
      in_msgs: add((v) => v.in_msgs),
      out_msgs: add((v) => v.out_msgs),
      in_bytes: add((v) => v.in_bytes),
      out_bytes: add((v) => v.out_bytes),
      slow_consumers: add((v) => v.slow_consumers),
    },
    connz: {
      now: up[0]?.connz.now ?? '',
      num_connections: shown.length,
      total: samples.reduce((sum, s) => sum + s.connz.total, 0),
      connections: shown,
    },
    error: down.join('; '),
  };
}

function plus(a: Count, b: Count): Count {
  const sum = Number(a) + Number(b);
  return Number.isSafeInteger(sum) ? sum : BigInt(a) + BigInt(b);
}

const numeric: Readonly<Record<string, (conn: Conn) => Count>> = {
  subs: (c) => c.subscriptions,
  pending: (c) => c.pending_bytes,
  msgs_to: (c) => c.out_msgs,
  msgs_from: (c) => c.in_msgs,
  bytes_to: (c) => c.out_bytes,
  bytes_from: (c) => c.in_bytes,
};

/** Orders connections as servers do: figures from large to small, ids and times from small to large. */
export function sortConns(conns: readonly Conn[], sort: string): readonly Conn[] {
  const figure = numeric[sort];
  if (figure) return conns.toSorted((a, b) => Number(figure(b)) - Number(figure(a)));
  if (sort === 'last' || sort === 'idle') {
    const sign = sort === 'last' ? -1 : 1;
    return conns.toSorted((a, b) => sign * compare(a.last_activity, b.last_activity));
  }
  if (sort === 'start') return conns.toSorted((a, b) => compare(a.start, b.start));
  if (sort === 'uptime') return conns.toSorted((a, b) => compare(b.start, a.start));
  return conns.toSorted((a, b) => compare(a.server, b.server) || Number(a.cid) - Number(b.cid));
}

function compare(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}
