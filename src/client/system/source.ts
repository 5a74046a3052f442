// Where facts about servers come from: a live system account here, an audit archive elsewhere.
import { BoxError, fail } from '#base/errors.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import type { Connection, Msg } from '../types.ts';
import { type GatherOptions, gather } from './gather.ts';
import type { AccountDetail, Answer, Endpoint, Endpoints, Jsz, ServerFilter, StatsAnswer } from './types.ts';

/** What a request may say besides the filter: the options of the endpoint, in the server's words. */
export type EndpointOptions = ServerFilter & Readonly<Record<string, unknown>>;

/** Facts about servers, from wherever. */
export interface SystemSource {
  readonly isLive: boolean;
  /** Every server's answer, in the order they came. */
  ask<K extends Endpoint>(endpoint: K, options?: EndpointOptions): Promise<Answer<Endpoints[K]>[]>;
  /** The statistics of every server. */
  stats(filter?: ServerFilter): Promise<StatsAnswer[]>;
  close(): Promise<void>;
}

export interface LiveOptions extends Pick<GatherOptions, 'timeout' | 'signal' | 'trace' | 'stall'> {
  /** Answers to wait for. 0 or undefined: the servers say themselves how many they are. */
  readonly expect?: number | undefined;
  /** False: the servers are not asked how many they are, as only the system account may. */
  readonly count?: boolean;
}

/** A source that asks the servers, and one of them by its id where that is wanted. */
export interface LiveSource extends SystemSource {
  readonly connection: Connection;
  /** How questions of other kinds are asked over it. */
  readonly gathering: Omit<GatherOptions, 'expect' | 'onAnswer'>;
  /** Asks one server, by its id, anything below `$SYS.REQ.SERVER.ID.`. Undefined when it does not answer. */
  askOne<T>(id: string, what: string, body?: unknown): Promise<Answer<T> | undefined>;
  /** How many servers the one we are connected to knows of, itself included. */
  activeServers(): Promise<number>;
  /** How many servers there were when all were asked last; undefined when that was never learned. */
  known(): number | undefined;
}

const ping = '$SYS.REQ.SERVER.PING';

/** The document of an answer. */
export function answerOf<T>(msg: Msg): T {
  return parseJson(msg.string()) as T;
}

/** Whether a filter leaves servers out, so that their number says nothing. */
export function isFiltered(filter: ServerFilter): boolean {
  return Boolean(filter.server_name || filter.cluster || filter.host || filter.domain || filter.tags?.length);
}

/** Facts from the servers themselves; the connection must be one of the system account. */
export function liveSource(connection: Connection, options: LiveOptions): LiveSource {
  const { expect, count: counts = true, ...common } = options;

  /** Servers known to the first one that answers a ping. Nobody is an error only where it is asked for itself. */
  const activeServers = async (): Promise<number> => {
    const [first] = await gather(connection, ping, '{}', { ...common, expect: 1 });
    return first ? (answerOf<StatsAnswer>(first).statsz?.active_servers ?? 0) : 0;
  };

  /** A filter by name expects one; no filter asks how many there are, at the same time as the question itself. */
  let known: number | undefined;
  const expected = (filter: ServerFilter): number | Promise<number | undefined> | undefined => {
    if (expect) return expect;
    if (!counts || isFiltered(filter)) return undefined;
    return activeServers().then((count) => {
      if (count > 0) known = count;
      return count || undefined;
    });
  };

  const all = async (subject: string, body: EndpointOptions): Promise<Msg[]> => {
    const text = stringifyJson(body);
    try {
      return await gather(connection, subject, text, { ...common, expect: expected(body) });
    } catch (error) {
      if (!(error instanceof BoxError) || error.kind !== 'no-responders') throw error;
      throw fail('no-responders', `${subject}: ${error.message}`, error.facts);
    }
  };

  return {
    connection,
    gathering: common,
    isLive: true,
    activeServers,
    known: () => known,
    ask: async <K extends Endpoint>(endpoint: K, body: EndpointOptions = {}) =>
      (await all(`${ping}.${endpoint}`, body)).map((msg) => answerOf<Answer<Endpoints[K]>>(msg)),
    stats: async (filter = {}) => (await all(ping, { ...filter })).map((msg) => answerOf<StatsAnswer>(msg)),
    askOne: async <T>(id: string, what: string, body: unknown = {}) => {
      const subject = `$SYS.REQ.SERVER.${id}.${what}`;
      const [first] = await gather(connection, subject, stringifyJson(body), { ...common, expect: 1 });
      return first && answerOf<Answer<T>>(first);
    },
    close: async () => undefined,
  };
}

/** Bytes the JSON of one page of accounts may have stays in the servers' bounds with this many. */
const page = 1024;

/** All accounts with their streams and consumers, and the names of the servers they are from. */
export interface Collected {
  readonly accounts: AccountDetail[];
  readonly answered: string[];
}

/** All accounts with their streams and consumers, each stream once, by name. Follows the pages of each server. */
export async function collectAccounts(source: SystemSource): Promise<Collected> {
  const wanted = { accounts: true, streams: true, consumer: true, config: true, limit: page };
  const accounts = new Map<string, AccountDetail>();
  const add = (data: Jsz | undefined): number => {
    for (const found of data?.account_details ?? []) {
      const known = accounts.get(found.name);
      const streams = new Map((known?.stream_detail ?? []).map((s) => [s.name, s]));
      for (const s of found.stream_detail ?? []) if (!streams.has(s.name)) streams.set(s.name, s);
      const sorted = [...streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      accounts.set(found.name, { ...(known ?? found), stream_detail: sorted });
    }
    return data?.account_details?.length ?? 0;
  };
  const live = source.isLive ? (source as LiveSource) : undefined;
  const answered: string[] = [];
  for (const { server, data } of await source.ask('JSZ', wanted)) {
    answered.push(server.name);
    let count = add(data);
    for (let offset = page; live && count === page; offset += page) {
      count = add((await live.askOne<Jsz>(server.id, 'JSZ', { ...wanted, offset }))?.data);
    }
  }
  return { accounts: [...accounts.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), answered };
}

/** What is known of servers that should have answered and did not. */
export interface Absence {
  /** Names of those known by name, sorted. */
  readonly names: string[];
  /** How many more there must be. */
  readonly unnamed: number;
}

/**
 * Compares who answered with who should have: the servers that know of each other, and the members of the meta group.
 * Costs two more questions; ask it only without a filter.
 */
export async function absentServers(source: LiveSource, answered: Iterable<string>): Promise<Absence> {
  const there = new Set(answered);
  const [stats, jsz] = await Promise.all([
    source.stats().catch(() => []),
    source.ask('JSZ').catch(() => [] as Answer<Jsz>[]),
  ]);
  const names = new Set<string>();
  for (const { server } of [...stats, ...jsz]) if (!there.has(server.name)) names.add(server.name);
  for (const { data } of jsz) {
    for (const peer of data?.meta_cluster?.replicas ?? []) {
      if (!there.has(peer.name) && !/unknown/i.test(peer.name)) names.add(peer.name);
    }
  }
  const known = Math.max(0, ...stats.map((s) => s.statsz.active_servers ?? 0));
  return { names: [...names].sort(), unnamed: Math.max(0, known - there.size - names.size) };
}
