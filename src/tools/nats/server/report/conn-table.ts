// Connections as tables.
import { comma, humanBytes } from '#base/size.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import type { Table } from '#view/table-model.ts';
import type { Conn, Found, Tally } from './connz.ts';
import { ordered } from './run.ts';

/** How connections are ordered and cut. */
export interface ConnOrder {
  readonly sort: string;
  readonly reverse: boolean;
  /** Show so many, 0 for all. */
  readonly top: number;
  /** Show why connections were closed. */
  readonly reason: boolean;
}

/** How many subscriptions; archives of the original have no list of them. */
export const subsOf = ({ conn }: Conn): number => conn.subscriptions_list?.length ?? conn.subscriptions ?? 0;

const keys: Readonly<Record<string, (c: Conn) => number | bigint>> = {
  'in-bytes': (c) => c.conn.in_bytes,
  'out-bytes': (c) => c.conn.out_bytes,
  'in-msgs': (c) => c.conn.in_msgs,
  'out-msgs': (c) => c.conn.out_msgs,
  uptime: (c) => -(tryParseRfc3339(c.conn.start) ?? 0n),
  cid: (c) => c.conn.cid,
};

/** The top connections, the largest last unless reversed. */
export function topConns(conns: readonly Conn[], { sort, reverse, top }: ConnOrder): Conn[] {
  const sorted = ordered(conns, reverse, keys[sort] ?? subsOf);
  if (top <= 0 || top >= sorted.length) return sorted;
  return reverse ? sorted.slice(0, top) : sorted.slice(-top);
}

/** A connection as one record. */
export function connRecord({ conn, server }: Conn) {
  return { ...conn, server };
}

/** A connection as one flat row. */
export function connRow({ conn, server }: Conn) {
  const { subscriptions_list: _list, ...rest } = conn;
  return { ...rest, server: server.name, cluster: server.cluster ?? '' };
}

/** Both tables: the connections, and how many each server has. */
export async function connsText(runtime: Runtime, found: Found, order: ConnOrder): Promise<string> {
  const main = await tableText(runtime, connTable(found, order));
  return `\n${main}\n${await tableText(runtime, perServer(found.tally))}`;
}

function idText({ conn }: Conn): string {
  return conn.kind === 'Client' ? String(conn.cid) : `${conn.kind?.[0] ?? ''}${conn.cid}`;
}

function cut(text: string, longest: number, kept = longest): string {
  return text.length > longest ? `${text.slice(0, kept)} ..` : text;
}

function connTable({ conns, tally }: Found, order: ConnOrder): Table {
  const shown = topConns(conns, order);
  const headers = ['CID', 'Name', 'Server', 'Cluster', 'IP', 'Account', 'Uptime', 'In Msgs', 'Out Msgs', 'In Bytes'];
  const rows = shown.map((c) => [
    idText(c),
    cut(c.conn.name || c.conn.mqtt_client || '', 40),
    c.server.name,
    c.server.cluster ?? '',
    `${c.conn.ip}:${c.conn.port}`,
    cut(c.conn.account ?? '', 46, 12),
    c.conn.uptime,
    comma(c.conn.in_msgs),
    comma(c.conn.out_msgs),
    humanBytes(c.conn.in_bytes),
    humanBytes(c.conn.out_bytes),
    comma(subsOf(c)),
    ...(order.reason ? [c.conn.reason ?? ''] : []),
  ]);
  const footer = [
    '',
    `Totals for ${comma(tally.count)} connections`,
    ...['', '', '', '', ''],
    comma(tally.inMsgs),
    comma(tally.outMsgs),
    humanBytes(tally.inBytes),
    humanBytes(tally.outBytes),
    comma(tally.subscriptions),
    ...(order.reason ? [''] : []),
  ];
  return {
    title: `Top ${shown.length} Connections out of ${comma(tally.count)} by ${order.sort}`,
    headers: [...headers, 'Out Bytes', 'Subs', ...(order.reason ? ['Reason'] : [])],
    rows,
    ...(tally.count > 1 ? { footer } : {}),
  };
}

function perServer({ servers }: Tally): Table {
  const sorted = ordered(
    [...servers.values()],
    false,
    (s) => s.count,
    (s) => s.name,
  );
  return {
    title: 'Connections per server',
    headers: ['Server', 'Cluster', 'Connections'],
    rows: sorted.map((s) => [s.name, s.cluster, s.count]),
  };
}
