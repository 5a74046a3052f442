import { humanDuration } from '#base/duration.ts';
import { comma, humanBytes } from '#base/size.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import { int, list, obj, str } from '#cli/schema.ts';
import type { RouteInfo, ServerIdentity } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import type { Table } from '#view/table-model.ts';
import { limitArg, reportFlags, shortKey } from '../flags.ts';
import { group } from './group.ts';
import { rttCell } from './rtt.ts';
import { ordered, refuseErrors, runReport, sumOf } from './run.ts';

interface Route {
  readonly server: ServerIdentity;
  readonly route: RouteInfo;
}

const sorts = ['server', 'cluster', 'name', 'account', 'subs', 'in-bytes', 'out-bytes'] as const;

const byServer = (r: Route) => r.server.name;
const byCluster = (r: Route) => r.server.cluster ?? '';
const byName = (r: Route) => r.route.remote_name ?? '';
const byAccount = (r: Route) => r.route.account ?? '';

const keys: Readonly<Record<string, (r: Route) => string | number | bigint>> = {
  server: byServer,
  cluster: byCluster,
  name: byName,
  account: byAccount,
  subs: (r) => r.route.subscriptions,
  'in-bytes': (r) => r.route.in_bytes,
  'out-bytes': (r) => r.route.out_bytes,
};

/** `nats server report routes` */
export const command = defineCommand({
  name: 'routes',
  aliases: ['route'],
  help: 'Routes between the servers of each cluster',
  args: limitArg,
  flags: { sort: { type: 'enum', enum: sorts, help: 'Order of the routes' }, ...reportFlags },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ server: str, cluster: str, rid: int, 'remote_name?': str, 'account?': str, ip: str, port: int })),
  async run(input, runtime) {
    const { flags } = input;
    await runReport(runtime, { ...flags, limit: input.args.limit }, async (source, filter) => {
      const answers = await source.ask('ROUTEZ', { ...filter });
      refuseErrors(answers);
      const all = answers.flatMap(({ server, data }) => (data?.routes ?? []).map((route) => ({ server, route })));
      const first = keys[flags.sort ?? 'server'] ?? byServer;
      const routes = ordered(all, flags.reverse, first, byServer, byCluster, byName, byAccount);
      return {
        data: routes.map(({ server, route }) => ({ server: server.name, cluster: server.cluster ?? '', ...route })),
        text: async () => `${await tableText(runtime, routeTable(routes))}\n`,
        answered: answers.map((a) => a.server.name),
      };
    });
  },
});

/** Server, cluster and name stand only where they change. */
export function routeTable(routes: readonly Route[]): Table {
  const rows = routes.map(({ server, route }, i) => {
    const before = routes[i - 1];
    const isSame = before?.server.name === server.name;
    const started = tryParseRfc3339(route.start);
    const now = tryParseRfc3339(server.time);
    const repeats = (key: (r: Route) => string) => isSame && before && key(before) === key({ server, route });
    return [
      isSame ? '' : server.name,
      repeats(byCluster) ? '' : (server.cluster ?? ''),
      repeats(byName) ? '' : (route.remote_name ?? ''),
      shortKey(route.account ?? ''),
      `${route.ip}:${route.port}`,
      `rid:${route.rid}`,
      started === undefined || now === undefined ? '' : humanDuration(now - started),
      rttCell(route.rtt, 100_000_000n),
      comma(route.subscriptions),
      humanBytes(route.in_bytes),
      humanBytes(route.out_bytes),
    ];
  });
  const servers = new Set(routes.map(byServer)).size;
  const clusters = new Set(routes.map(byCluster)).size;
  return {
    title: 'Cluster Report',
    headers: [
      'Server',
      'Cluster',
      'Name',
      'Account',
      'Address',
      'ID',
      'Uptime',
      'RTT',
      'Subs',
      'Bytes In',
      'Bytes Out',
    ],
    rows,
    footer: [
      comma(servers),
      comma(clusters),
      '',
      '',
      comma(routes.length),
      '',
      '',
      '',
      comma(sumOf(routes, (r) => r.route.subscriptions)),
      humanBytes(sumOf(routes, (r) => r.route.in_bytes)),
      humanBytes(sumOf(routes, (r) => r.route.out_bytes)),
    ],
  };
}
