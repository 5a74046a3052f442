// Samples of one or more servers, one after the other: their rates, their sum, and who came and went.

import type { Conn } from './conn-list.ts';
import { listOf } from './conn-list.ts';
import { emptyConnz, emptySample, emptyVarz, type Sample, type Varz } from './model.ts';
import { type Count, plus } from './numbers.ts';
import { sortConns } from './sort.ts';

/** Per second. */
export interface Rate {
  readonly inMsgs: number;
  readonly outMsgs: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

export const noRate: Rate = { inMsgs: 0, outMsgs: 0, inBytes: 0, outBytes: 0 };

/** All servers at one moment, with what follows from the moment before. */
export interface Snapshot extends Sample {
  readonly rate: Rate;
  /** The rate of one of the connections; undefined for one that was not there the moment before. */
  connRate(conn: Conn): Rate | undefined;
  /** The servers one by one, each with its own rate. */
  readonly servers: readonly ServerMoment[];
}

/** One server at that moment. */
export interface ServerMoment {
  readonly now: Sample;
  /** The same process a moment before. */
  readonly before: Sample | undefined;
  readonly rate: Rate;
}

/** How samples become a snapshot. */
export interface Joining {
  readonly sort: string;
  readonly limit: number;
  /** Order the connections even where the server did. */
  readonly resort?: boolean;
}

/** Nothing known yet. */
export const emptySnapshot: Snapshot = { ...emptySample, rate: noRate, connRate: () => undefined, servers: [] };

/** Seconds between two times of the server; 0 when one is missing or the clock went back. */
export function secondsBetween(before: string, after: string): number {
  const ms = Date.parse(after) - Date.parse(before);
  return ms > 0 ? ms / 1000 : 0;
}

interface Counters {
  readonly in_msgs: Count;
  readonly out_msgs: Count;
  readonly in_bytes: Count;
  readonly out_bytes: Count;
}

/** A counter's growth per second. One that went back belongs to another life of the server: no rate then. */
export function perSecond(before: Count, after: Count, seconds: number): number {
  return seconds > 0 ? Math.max(0, Number(after) - Number(before)) / seconds : 0;
}

function rateOf(before: Counters, after: Counters, seconds: number): Rate {
  if (seconds <= 0) return noRate;
  return {
    inMsgs: perSecond(before.in_msgs, after.in_msgs, seconds),
    outMsgs: perSecond(before.out_msgs, after.out_msgs, seconds),
    inBytes: perSecond(before.in_bytes, after.in_bytes, seconds),
    outBytes: perSecond(before.out_bytes, after.out_bytes, seconds),
  };
}

/** Whether `after` is another process than `before`. */
export function restarted(before: Varz, after: Varz): boolean {
  if (before.server_id === '' || after.server_id === '') return false;
  return before.server_id !== after.server_id || before.start !== after.start;
}

/** What is worth saying about the servers since the moment before; empty when nothing is. */
export function changesOf(before: readonly Sample[], now: readonly Sample[]): string {
  const many = now.length > 1 || before.length > 1;
  const words: string[] = [];
  for (const sample of now) {
    const name = many ? `${sample.varz.server_name} ` : 'server ';
    const last = twin(before, sample);
    if (last === undefined) {
      if (before.length > 0 && sample.error === '') words.push(`${name}joined`);
    } else if (sample.error === '' && restarted(last.varz, sample.varz)) {
      words.push(`${name}restarted, up ${sample.varz.uptime}`);
    } else if (many && sample.error === '' && last.error !== '') words.push(`${name}is back`);
    else if (many && sample.error !== '' && last.error === '') words.push(`${name}is away`);
  }
  return words.join(', ');
}

/** The sample of the same server a moment before, whether it was the same process or not. */
function twin(before: readonly Sample[], { varz }: Sample): Sample | undefined {
  if (before.length === 1 && varz.server_name === '') return before[0];
  return (
    before.find((s) => s.varz.server_id === varz.server_id) ??
    before.find((s) => s.varz.server_name === varz.server_name)
  );
}

/**
 * The snapshot of these samples. Rates are made per server by its own clock, since the moment before, and added up; the
 * first moment has none, nor has one after a restart.
 */
export function snapshotOf(before: readonly Sample[] | undefined, now: readonly Sample[], how: Joining): Snapshot {
  const servers = now.map((sample): ServerMoment => {
    const last = before && twin(before, sample);
    if (!last || last.varz.server_id === '' || restarted(last.varz, sample.varz)) {
      return { now: sample, before: undefined, rate: noRate };
    }
    const seconds = secondsBetween(last.varz.now, sample.varz.now);
    return { now: sample, before: last, rate: rateOf(last.varz, sample.varz, seconds) };
  });
  const sum = (pick: (rate: Rate) => number): number => servers.reduce((n, s) => n + pick(s.rate), 0);
  const rate = {
    inMsgs: sum((r) => r.inMsgs),
    outMsgs: sum((r) => r.outMsgs),
    inBytes: sum((r) => r.inBytes),
    outBytes: sum((r) => r.outBytes),
  };
  return { ...joinSamples(now, how), rate, connRate: (conn) => connRateOf(servers, conn), servers };
}

function connRateOf(servers: readonly ServerMoment[], conn: Conn): Rate | undefined {
  const server = servers.length === 1 ? servers[0] : servers.find((s) => s.now.varz.server_name === conn.server);
  if (!server?.before) return undefined;
  const seconds = secondsBetween(server.before.connz.now, server.now.connz.now);
  const last = seconds > 0 ? server.before.connz.connections.byCid(conn.cid) : undefined;
  return last && rateOf(last, conn, seconds);
}

/** One sample out of those of several servers: counters added up, connections in one list. A single one stays what it is. */
function joinSamples(samples: readonly Sample[], how: Joining): Sample {
  const [first] = samples;
  if (samples.length <= 1) {
    if (!first) return emptySample;
    if (!how.resort) return first;
    const connections = listOf(sortConns(first.connz.connections.slice(), how.sort));
    return { ...first, connz: { ...first.connz, connections } };
  }
  const down = samples.filter((s) => s.error !== '').map((s) => `${s.varz.server_name}: ${s.error}`);
  return { varz: joinVarz(samples), connz: joinConnz(samples, how), answers: {}, error: down.join('; ') };
}

function joinVarz(samples: readonly Sample[]): Varz {
  const up = samples.filter((s) => s.error === '');
  const add = (pick: (varz: Varz) => Count): Count => samples.reduce<Count>((sum, s) => plus(sum, pick(s.varz)), 0);
  const names = samples.map((s) => s.varz.server_name).join(', ');
  const newest = up[0]?.varz ?? emptyVarz;
  return {
    server_id: samples.map((s) => s.varz.server_id).join(' '),
    server_name: `${up.length} of ${samples.length} servers (${names})`,
    version: [...new Set(up.map((s) => s.varz.version))].sort().join(', '),
    uptime: newest.uptime,
    start: newest.start,
    now: newest.now,
    cpu: up.reduce((sum, s) => sum + s.varz.cpu, 0),
    mem: add((v) => v.mem),
    in_msgs: add((v) => v.in_msgs),
    out_msgs: add((v) => v.out_msgs),
    in_bytes: add((v) => v.in_bytes),
    out_bytes: add((v) => v.out_bytes),
    slow_consumers: add((v) => v.slow_consumers),
    connections: add((v) => v.connections),
    subscriptions: add((v) => v.subscriptions),
    routes: add((v) => v.routes),
    leafnodes: add((v) => v.leafnodes),
  };
}

function joinConnz(samples: readonly Sample[], { sort, limit }: Joining): Sample['connz'] {
  const all = sortConns(
    samples.flatMap((s) => s.connz.connections.slice()),
    sort,
  );
  const connections = all.slice(0, limit > 0 ? limit : undefined);
  return {
    ...emptyConnz,
    now: samples.find((s) => s.error === '')?.connz.now ?? '',
    num_connections: connections.length,
    total: samples.reduce((sum, s) => sum + s.connz.total, 0),
    connections: listOf(connections),
  };
}
