// JetStream by server, as the report shows it.
import { humanDuration } from '#base/duration.ts';
import { compactNames } from '#base/human.ts';
import { comma, humanBytes } from '#base/size.ts';
import type { Answer, Int, Jsz, MetaGroup } from '#client/system/types.ts';
import type { Table } from '#view/table-model.ts';
import { ordered, sumOf } from './run.ts';

/** What JetStream does on one server, or what one account does with it there. */
export interface JsServer {
  readonly server: string;
  readonly cluster: string;
  readonly domain: string;
  readonly streams: number;
  readonly consumers: number;
  readonly messages: Int;
  readonly bytes: Int;
  readonly memory: Int;
  readonly storage: Int;
  readonly api_requests: Int;
  readonly api_errors: Int;
  readonly pending: number;
  readonly streamLeaders: number;
  readonly consumerLeaders: number;
  readonly meta?: MetaGroup;
}

/** The facts of an answer; those of the account alone when it was asked for and is there. */
export function jsServer({ server, data }: Answer<Jsz>, account: string | undefined): JsServer {
  const own = account && data?.account_details?.length === 1 ? data.account_details[0] : undefined;
  const use = own ?? data;
  const meta = data?.meta_cluster;
  const base = {
    server: server.name,
    cluster: server.cluster ?? '',
    domain: data?.config?.domain ?? server.domain ?? '',
    memory: use?.memory ?? 0,
    storage: use?.storage ?? 0,
    api_requests: use?.api?.total ?? 0,
    api_errors: use?.api?.errors ?? 0,
    pending: meta?.pending ?? 0,
    ...(meta ? { meta } : {}),
  };
  if (!own) {
    return {
      ...base,
      streams: data?.streams ?? 0,
      consumers: data?.consumers ?? 0,
      messages: data?.messages ?? 0,
      bytes: data?.bytes ?? 0,
      streamLeaders: data?.streams_leader ?? 0,
      consumerLeaders: data?.consumers_leader ?? 0,
    };
  }
  const streams = own.stream_detail ?? [];
  const leads = (cluster: { leader?: string } | undefined) => cluster?.leader === server.name;
  return {
    ...base,
    streams: streams.length,
    consumers: streams.reduce((n, s) => n + s.state.consumer_count, 0),
    messages: sumOf(streams, (s) => s.state.messages),
    bytes: BigInt(own.memory) + BigInt(own.storage),
    streamLeaders: streams.filter((s) => leads(s.cluster)).length,
    consumerLeaders: streams.flatMap((s) => s.consumer_detail ?? []).filter((c) => leads(c.cluster)).length,
  };
}

const keys: Readonly<Record<string, (s: JsServer) => string | number | bigint>> = {
  name: (s) => s.server,
  cluster: (s) => s.cluster,
  streams: (s) => s.streams,
  consumers: (s) => s.consumers,
  msgs: (s) => s.messages,
  mbytes: (s) => s.bytes,
  bytes: (s) => s.bytes,
  mem: (s) => s.memory,
  file: (s) => s.storage,
  store: (s) => s.storage,
  api: (s) => s.api_requests,
  err: (s) => s.api_errors,
};

/** By one thing, then by name. */
export function sortServers(servers: readonly JsServer[], by: string, reverse: boolean): JsServer[] {
  return ordered(servers, reverse, keys[by] ?? ((s) => s.cluster), (s) => s.server);
}

/** A row for each server, the leader of the meta group with a star, and totals. */
export function summaryTable(servers: readonly JsServer[], account: string | undefined, compact: boolean): Table {
  const all = servers.map((s) => s.server);
  const names = compact ? compactNames(all) : all;
  const withDomain = servers.some((s) => s.domain !== '');
  const row = (first: string[], domain: string, list: readonly JsServer[]) => [
    ...first,
    ...(withDomain ? [domain] : []),
    comma(sumOf(list, (s) => s.streams)),
    comma(sumOf(list, (s) => s.consumers)),
    comma(sumOf(list, (s) => s.messages)),
    humanBytes(sumOf(list, (s) => s.bytes)),
    humanBytes(sumOf(list, (s) => s.memory)),
    humanBytes(sumOf(list, (s) => s.storage)),
    comma(sumOf(list, (s) => s.api_requests)),
    Number(sumOf(list, (s) => s.pending)),
  ];
  return {
    title: account ? `JetStream Summary for Account ${account}` : 'JetStream Summary',
    headers: [
      ...['Server', 'Cluster', ...(withDomain ? ['Domain'] : []), 'Streams', 'Consumers', 'Messages', 'Bytes'],
      ...['Memory', 'File', 'API Req', 'Pending'],
    ],
    rows: servers.map((s, i) => {
      const star = s.meta?.leader === s.server ? '*' : '';
      return row([`${names[i]}${star}`, s.cluster], s.domain, [s]);
    }),
    footer: row(['', ''], '', servers),
  };
}

/** The members of a meta group as its leader sees them. */
export function metaTable(meta: MetaGroup, compact: boolean): Table {
  const leader = { name: meta.leader ?? '', current: true, offline: false, active: 0, lag: 0, peer: meta.peer ?? '' };
  const peers = ordered([...(meta.replicas ?? []), leader], false, (p) => p.name);
  const all = peers.map((p) => p.name);
  const names = compact ? compactNames(all) : all;
  return {
    title: `RAFT Meta Group Information - Lead cluster: ${meta.name ?? ''}`,
    headers: ['Connection Name', 'ID', 'Leader', 'Current', 'Online', 'Active', 'Lag'],
    rows: peers.map((p, i) => [
      names[i],
      p.peer ?? '',
      p.name === meta.leader ? 'yes' : '',
      p.current,
      p.offline ? { value: 'false', style: 'bold' } : 'true',
      humanDuration(BigInt(p.active)),
      comma(p.lag ?? 0),
    ]),
  };
}

/** How many things each server leads, for servers that lead any. */
export function leadersOf(servers: readonly JsServer[], what: 'streamLeaders' | 'consumerLeaders') {
  const leading = servers.filter((s) => s.streamLeaders > 0 || s.consumerLeaders > 0);
  return ordered(
    leading.map((s) => ({ name: s.server, cluster: s.cluster, groups: s[what] })),
    false,
    (l) => l.cluster,
    (l) => l.groups,
  );
}
