// Connections by the thousand: kept as they came, and read one by one when somebody looks at them.
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

/** The connections of an answer, in its order. */
export interface ConnList {
  readonly length: number;
  /** Those from `from` up to and without `to`; all by default. */
  slice(from?: number, to?: number): readonly Conn[];
  /** The one with that id. */
  byCid(cid: Conn['cid']): Conn | undefined;
}

/** What a list can be made of: connections that are read when they are asked for. */
export interface ConnReader {
  readonly length: number;
  read(at: number): Conn;
  cid(at: number): Conn['cid'];
}

/** Connections that are there. */
export function listOf(conns: readonly Conn[]): ConnList {
  return lazyList({
    length: conns.length,
    read: (at) => conns[at] as Conn,
    cid: (at) => (conns[at] as Conn).cid,
  });
}

/** Connections that are read when they are asked for; once all of them were, they are kept. */
export function lazyList(reader: ConnReader): ConnList {
  const { length } = reader;
  let all: readonly Conn[] | undefined;
  let places: Map<Conn['cid'], number> | undefined;
  const read = (at: number): Conn => all?.[at] ?? reader.read(at);
  const range = (from: number, to: number): Conn[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => read(from + i));
  return {
    length,
    slice(from = 0, to = length) {
      const [start, end] = [Math.max(0, from), Math.min(length, to)];
      if (start > 0 || end < length) return all ? all.slice(start, end) : range(start, end);
      all ??= range(0, length);
      return all;
    },
    byCid(cid) {
      if (!places) {
        places = new Map();
        for (let at = 0; at < length; at++) places.set(reader.cid(at), at);
      }
      const at = places.get(cid);
      return at === undefined ? undefined : read(at);
    },
  };
}

/** No connections. */
export const noConns: ConnList = listOf([]);
