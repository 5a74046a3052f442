// Connections by the thousand: kept as they came, and read one by one when somebody looks at them.
import type { Conn } from './model.ts';

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
