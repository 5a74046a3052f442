import { humanDuration, roundDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { toFixedEven } from '#base/fixed.ts';
import { compactNames } from '#base/human.ts';
import { comma, humanBytes } from '#base/size.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import { any, list, obj, str } from '#cli/schema.ts';
import { gather, noPrivileges } from '#client/system/gather.ts';
import { answerOf } from '#client/system/source.ts';
import type { Int, StatsAnswer } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';
import { tableText } from '#runtime/text.ts';
import type { Table } from '#view/table-model.ts';
import { archiveFlag } from './flags.ts';
import { knownData } from './known.ts';
import { openSource } from './source.ts';

/** A server, and how long its answer took in nanoseconds; undefined when it comes from an archive. */
export interface Listed extends StatsAnswer {
  readonly rtt: bigint | undefined;
}

const sorts = [
  ...['name', 'cluster', 'conns', 'conn', 'subs', 'sub', 'routes', 'route', 'gw', 'mem', 'cpu', 'slow'],
  ...['uptime', 'rtt'],
] as const;

/** `nats server list` */
export const command = defineCommand({
  name: 'list',
  aliases: ['ls'],
  help: 'List the servers and clusters',
  args: { expect: { type: 'uint', help: 'How many servers to wait for' } },
  flags: {
    json: { type: 'bool', short: 'j', help: 'Print what the servers said as JSON' },
    sort: { type: 'enum', enum: sorts, default: 'rtt', help: 'Order of the servers' },
    reverse: { type: 'bool', short: 'R', help: 'The other way round' },
    compact: { type: 'bool', default: 'true', negatable: true, help: 'Leave out what all names end in' },
    ...archiveFlag,
  },
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ server: obj({ name: str, id: str }), statsz: any })),
  async run(input, runtime) {
    const { flags } = input;
    const servers = flags.archive ? await archived(runtime, flags.archive) : await ask(runtime, input.args.expect);
    const by = flags.archive && flags.sort === 'rtt' ? 'name' : flags.sort;
    const sorted = sortServers(servers, by, flags.reverse);
    const isOld = flags.json && !runtime.globals.isSet('as');
    const data = servers.map(({ server, statsz }) => ({ server, statsz: isOld ? knownData(statsz) : statsz }));
    const text = async () => {
      const clusters = clusterTable(servers);
      const out = await tableText(runtime, serverTable(sorted, flags.compact));
      return clusters ? `${out}\n${await tableText(runtime, clusters)}` : out;
    };
    await runtime.show({ data, text, rows: () => sorted.map(flatRow) }, { json: flags.json });
    await warnMissing(runtime, servers, input.args.expect);
  },
});

async function ask(runtime: Runtime, expect: bigint | undefined): Promise<Listed[]> {
  const [settings, connection] = await Promise.all([loadSettings(runtime), runtime.connect()]);
  const found: Listed[] = [];
  let tell: (count: number | undefined) => void = () => undefined;
  const active = new Promise<number | undefined>((resolve) => {
    tell = resolve;
  });
  await gather(connection, '$SYS.REQ.SERVER.PING', '{}', {
    timeout: Number(settings.timeout / 1_000_000n),
    signal: runtime.signal,
    expect: expect ? Number(expect) : active,
    trace: runtime.globals['trace'] === true ? (_, subject, body) => runtime.log(`${subject}: ${body}`) : undefined,
    onAnswer: (msg, elapsed) => {
      const answer = answerOf<StatsAnswer>(msg);
      found.push({ ...answer, rtt: BigInt(Math.round(elapsed * 1e6)) });
      tell(answer.statsz.active_servers);
    },
  }).catch(() => undefined);
  if (found.length === 0) throw noPrivileges('no results received');
  return found;
}

async function archived(runtime: Runtime, archive: string): Promise<Listed[]> {
  const source = await openSource(runtime, { archive });
  const found = await source.stats();
  if (found.length === 0) throw fail('not-found', `no captured server data in ${archive}`);
  return found.map((answer) => ({ ...answer, rtt: undefined }));
}

async function warnMissing(runtime: Runtime, servers: readonly Listed[], expect: bigint | undefined): Promise<void> {
  if (expect || servers.some((s) => s.rtt === undefined)) return;
  const known = Math.max(0, ...servers.map((s) => s.statsz.active_servers ?? 0));
  if (known <= servers.length) return;
  const { openLive } = await import('./source.ts');
  const { reportAbsent } = await import('./absent.ts');
  const source = { ...(await openLive(runtime)), known: () => known };
  await reportAbsent(
    runtime,
    source,
    servers.map((s) => s.server.name),
  );
}

const compareInts = (a: Int, b: Int): number => (a < b ? -1 : a > b ? 1 : 0);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const startOf = (s: StatsAnswer): bigint => tryParseRfc3339(s.statsz.start) ?? 0n;

/** The largest first; names and clusters in the order of the alphabet. */
export function sortServers(servers: readonly Listed[], by: string, reverse: boolean): Listed[] {
  const names = (a: Listed, b: Listed) => compareText(b.server.name, a.server.name);
  const count = (pick: (s: Listed) => Int) => (a: Listed, b: Listed) => compareInts(pick(a), pick(b)) || names(a, b);
  const orders: Readonly<Record<string, (a: Listed, b: Listed) => number>> = {
    name: names,
    cluster: (a, b) => compareText(b.server.cluster ?? '', a.server.cluster ?? '') || names(a, b),
    conn: count((s) => s.statsz.connections),
    sub: count((s) => s.statsz.subscriptions),
    route: count((s) => s.statsz.routes?.length ?? 0),
    gw: count((s) => s.statsz.gateways?.length ?? 0),
    mem: count((s) => s.statsz.mem),
    cpu: count((s) => s.statsz.cpu),
    slow: count((s) => s.statsz.slow_consumers),
    uptime: (a, b) => compareInts(startOf(b), startOf(a)),
    rtt: (a, b) => compareInts(b.rtt ?? 0n, a.rtt ?? 0n),
  };
  const order = orders[by] ?? orders[by.replace(/s$/, '')] ?? names;
  return [...servers].sort((a, b) => (reverse ? order(a, b) : order(b, a)));
}

/** Slow consumers in total, and of which kinds when not all are clients. */
function slowText({ statsz }: StatsAnswer): string {
  const total = comma(statsz.slow_consumers);
  const by = statsz.slow_consumer_stats ?? {};
  const parts = (
    [
      ['c', by.clients],
      ['r', by.routes],
      ['g', by.gateways],
      ['l', by.leafs],
    ] as const
  ).filter(([, n]) => n !== undefined && n > 0);
  if (parts.length === 0 || (parts.length === 1 && parts[0]?.[0] === 'c')) return total;
  return `${total} (${parts.map(([kind, n]) => `${kind}: ${comma(n ?? 0)}`).join(' ')})`;
}

function upFor(s: StatsAnswer): bigint {
  return (tryParseRfc3339(s.server.time) ?? 0n) - startOf(s);
}

const total = (servers: readonly Listed[], pick: (s: Listed) => Int): bigint =>
  servers.reduce((sum, s) => sum + BigInt(pick(s)), 0n);

function jsText({ server }: StatsAnswer): string {
  return server.jetstream ? server.domain || 'yes' : 'no';
}

/** The servers, with totals; an X below a column says that the servers differ where they should not. */
export function serverTable(servers: readonly Listed[], compact: boolean): Table {
  const short = (all: readonly string[]) => (compact ? compactNames(all) : all);
  const names = short(servers.map((s) => s.server.name));
  const hosts = short(servers.map((s) => s.server.host));
  const rows = servers.map((s, i) => [
    names[i],
    s.server.cluster ?? '',
    hosts[i],
    s.server.ver,
    jsText(s),
    comma(s.statsz.connections),
    comma(s.statsz.subscriptions),
    s.statsz.routes?.length ?? 0,
    s.statsz.gateways?.length ?? 0,
    humanBytes(s.statsz.mem),
    toFixedEven(s.statsz.cpu, 0),
    s.statsz.cores,
    slowText(s),
    humanDuration(upFor(s)),
    s.rtt === undefined ? '-' : humanDuration(roundDuration(s.rtt, 1_000_000n)),
  ]);
  const differ = (all: readonly Listed[], pick: (s: Listed) => unknown) => new Set(all.map(pick)).size > 1;
  const clusters = [...byCluster(servers).values()];
  return {
    title: 'Server Overview',
    headers: [
      ...['Name', 'Cluster', 'Host', 'Version', 'JS', 'Conns', 'Subs', 'Routes', 'GWs', 'Mem', 'CPU %', 'Cores'],
      ...['Slow', 'Uptime', 'RTT'],
    ],
    rows,
    footer: [
      '',
      clusters.length,
      servers.length,
      differ(servers, (s) => s.server.ver) ? 'X' : '',
      servers.filter((s) => s.server.jetstream).length,
      comma(total(servers, (s) => s.statsz.connections)),
      comma(total(servers, (s) => s.statsz.subscriptions)),
      // Clusters may be of different sizes; within one, every server should have as many routes.
      clusters.some((c) => differ(c, (s) => s.statsz.routes?.length ?? 0)) ? 'X' : '',
      differ(servers, (s) => s.statsz.gateways?.length ?? 0) ? 'X' : '',
      humanBytes(total(servers, (s) => s.statsz.mem)),
      '',
      '',
      comma(total(servers, (s) => s.statsz.slow_consumers)),
      '',
      '',
    ],
  };
}

function byCluster(servers: readonly Listed[]): Map<string, Listed[]> {
  const clusters = new Map<string, Listed[]>();
  for (const s of servers) {
    const { cluster } = s.server;
    if (cluster) clusters.set(cluster, [...(clusters.get(cluster) ?? []), s]);
  }
  return clusters;
}

/** The clusters, the one with the fewest connections first; undefined when there are none. */
export function clusterTable(servers: readonly Listed[]): Table | undefined {
  const rows = [...byCluster(servers)].map(([name, members]) => ({
    name,
    nodes: members.length,
    out: Number(total(members, (s) => s.statsz.gateways?.length ?? 0)),
    in: Number(total(members, (s) => (s.statsz.gateways ?? []).reduce((n, g) => n + g.inbound_connections, 0))),
    conns: Number(total(members, (s) => s.statsz.connections)),
  }));
  if (rows.length === 0) return undefined;
  rows.sort((a, b) => a.conns - b.conns || compareText(a.name, b.name));
  const sum = (key: 'nodes' | 'out' | 'in' | 'conns') => rows.reduce((n, row) => n + row[key], 0);
  return {
    title: 'Cluster Overview',
    headers: ['Cluster', 'Node Count', 'Outgoing Gateways', 'Incoming Gateways', 'Connections'],
    rows: rows.map((r) => [r.name, r.nodes, r.out, r.in, r.conns]),
    footer: ['', sum('nodes'), sum('out'), sum('in'), sum('conns')],
  };
}

/** A server as one flat row for csv, tsv and md. */
function flatRow(s: Listed) {
  const { server, statsz } = s;
  return {
    name: server.name,
    cluster: server.cluster ?? '',
    host: server.host,
    version: server.ver,
    jetstream: jsText(s),
    connections: statsz.connections,
    subscriptions: statsz.subscriptions,
    routes: statsz.routes?.length ?? 0,
    gateways: statsz.gateways?.length ?? 0,
    mem: statsz.mem,
    cpu: statsz.cpu,
    cores: statsz.cores,
    slow_consumers: statsz.slow_consumers,
    uptime: upFor(s),
    rtt: s.rtt ?? null,
  };
}
