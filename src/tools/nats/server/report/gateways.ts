import { comma, humanBytes } from '#base/size.ts';
import { any, list, map, obj, str } from '#cli/schema.ts';
import type { Answer, GatewayLink, Gatewayz } from '#client/system/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import type { Cell, Table } from '#view/table-model.ts';
import { limitArg, reportFlags } from '../flags.ts';
import { group } from './group.ts';
import { rttCell, upText } from './rtt.ts';
import { ordered, refuseErrors, runReport } from './run.ts';

/** One connection of a gateway. */
interface Link {
  readonly direction: 'Inbound' | 'Outbound';
  readonly to: string;
  readonly link: GatewayLink;
}

/** `nats server report gateways` */
export const command = defineCommand({
  name: 'gateways',
  aliases: ['super', 'gateway'],
  help: 'Gateways between the clusters of a super cluster',
  args: limitArg,
  flags: {
    'filter-name': { type: 'string', help: 'Only gateways to this cluster' },
    sort: { type: 'enum', enum: ['server', 'cluster'], default: 'cluster', help: 'Order of the servers' },
    ...reportFlags,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ server: str, cluster: str, 'outbound_gateways?': map(any), 'inbound_gateways?': map(any) })),
  async run(input, runtime) {
    const { flags } = input;
    await runReport(runtime, { ...flags, limit: input.args.limit }, async (source, filter) => {
      const name = flags['filter-name'];
      const answers = await source.ask('GATEWAYZ', { ...filter, accounts: true, ...(name ? { name } : {}) });
      refuseErrors(answers);
      const cluster = (a: Answer<Gatewayz>) => a.server.cluster ?? '';
      const server = (a: Answer<Gatewayz>) => a.server.name;
      const sorted = ordered(
        answers,
        flags.reverse,
        ...(flags.sort === 'cluster' ? [cluster, server] : [server, cluster]),
      );
      return {
        data: sorted.map((a) => ({ server: a.server.name, cluster: cluster(a), ...a.data })),
        rows: () => sorted.flatMap((a) => linksOf(a.data).map((l) => linkRow(a, l))),
        text: async () => `${await tableText(runtime, gatewayTable(sorted))}\n`,
        answered: answers.map(server),
      };
    });
  },
});

/** Inbound connections first, each side in the order of the clusters' names. */
export function linksOf(data: Gatewayz | undefined): Link[] {
  const byName = <T>([a]: [string, T], [b]: [string, T]): number => (a < b ? -1 : 1);
  const inbound = Object.entries(data?.inbound_gateways ?? {}).sort(byName);
  const outbound = Object.entries(data?.outbound_gateways ?? {}).sort(byName);
  return [
    ...inbound.flatMap(([to, links]) => links.map((link): Link => ({ direction: 'Inbound', to, link }))),
    ...outbound.map(([to, link]): Link => ({ direction: 'Outbound', to, link })),
  ];
}

function bytesOf({ direction, link }: Link): number | bigint {
  return (direction === 'Inbound' ? link.connection?.in_bytes : link.connection?.out_bytes) ?? 0;
}

function linkRow(answer: Answer<Gatewayz>, link: Link) {
  const { connection } = link.link;
  return {
    server: answer.server.name,
    cluster: answer.server.cluster ?? '',
    direction: link.direction,
    gateway: link.to,
    ip: connection?.ip,
    port: connection?.port,
    cid: connection?.cid,
    uptime: connection?.uptime,
    rtt: connection?.rtt,
    bytes: bytesOf(link),
    accounts: link.link.accounts?.length ?? 0,
  };
}

/** A row for each server, below it one for each of its gateway connections. */
export function gatewayTable(servers: readonly Answer<Gatewayz>[]): Table {
  const rows: Cell[][] = [];
  let links = 0;
  let bytes = 0n;
  for (const { server, data } of servers) {
    const cluster = server.cluster ?? '';
    rows.push([server.name, cluster, data?.port ?? 0, '', '', '', '', '', '', '']);
    let direction = '';
    for (const link of linksOf(data)) {
      const { connection, accounts } = link.link;
      links += 1;
      bytes += BigInt(bytesOf(link));
      rows.push([
        '',
        '',
        '',
        link.direction === direction ? '' : link.direction,
        `${link.to} ${connection?.ip ?? ''}:${connection?.port ?? 0}`,
        `gid:${connection?.cid ?? 0}`,
        link.direction === 'Inbound' ? upText(connection?.uptime ?? '') : (connection?.uptime ?? ''),
        rttCell(connection?.rtt, 300_000_000n),
        humanBytes(bytesOf(link)),
        comma(accounts?.length ?? 0),
      ]);
      direction = link.direction;
    }
  }
  const clusters = new Set(servers.map((s) => s.server.cluster ?? '')).size;
  return {
    title: 'Super Cluster Report',
    headers: ['Server', 'Name', 'Port', 'Kind', 'Connection', 'ID', 'Uptime', 'RTT', 'Bytes', 'Accounts'],
    rows,
    footer: [comma(servers.length), clusters, '', '', comma(links), '', '', '', humanBytes(bytes), ''],
  };
}
