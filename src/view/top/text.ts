// The classic look of nats-top: a grid, or values with a separator between.
import { toFixedEven } from '#base/fixed.ts';
import type { Conn } from './conn-list.ts';
import { countText, sizeText } from './numbers.ts';
import { noRate, type Rate, type Snapshot } from './rates.ts';

/** How the figures are shown. */
export interface TopLook {
  /** All digits instead of K, M, G. */
  readonly raw: boolean;
  /** With the column of subscriptions. */
  readonly subs: boolean;
  /** Rates per second instead of totals in the rows. */
  readonly perSecond: boolean;
  /** Names by address, where they are known; undefined: addresses are shown with their port. */
  readonly hosts?: ReadonlyMap<string, string> | undefined;
}

const heads = [
  'SUBS',
  'PENDING',
  'MSGS_TO',
  'MSGS_FROM',
  'BYTES_TO',
  'BYTES_FROM',
  'LANG',
  'VERSION',
  'UPTIME',
  'LAST_ACTIVITY',
];
const widths = [6, 10, 10, 10, 10, 10, 7, 7, 7, 40];

const ENCODER = new TextEncoder();

function byteLength(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : ENCODER.encode(text).length;
}

/** Pads by code points, as Go's fmt does. */
function pad(text: string, width: number): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.padEnd(width);
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}

/** The address of a connection, or its name. */
export function hostOf(conn: Conn, look: TopLook): string {
  return look.hosts?.get(conn.ip) ?? `${conn.ip}:${conn.port}`;
}

/** A time of the server as Go prints a time: `2026-01-02 03:04:05.678 +0000 UTC`. */
export function goTimeText(time: string | undefined): string {
  const m = /^(\d{4,}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(time ?? '');
  if (!m) return time || '0001-01-01 00:00:00 +0000 UTC';
  const fraction = (m[3] ?? '').replace(/\.?0+$/, '');
  const zone = m[4] === 'Z' || m[4] === '+00:00' ? '+0000 UTC' : `${m[4]?.replace(':', '')} ${m[4]?.replace(':', '')}`;
  return `${m[1]} ${m[2]}${fraction} ${zone}`;
}

interface Figures {
  readonly inMsgs: string;
  readonly outMsgs: string;
  readonly inBytes: string;
  readonly outBytes: string;
}

/** The traffic figures of a row: totals, or rates. */
export function trafficOf(conn: Conn, rate: Rate | undefined, look: TopLook): Figures {
  if (!look.perSecond) {
    return {
      inMsgs: countText(conn.in_msgs, look.raw),
      outMsgs: countText(conn.out_msgs, look.raw),
      inBytes: sizeText(conn.in_bytes, look.raw),
      outBytes: sizeText(conn.out_bytes, look.raw),
    };
  }
  const { inMsgs, outMsgs, inBytes, outBytes } = rate ?? noRate;
  return {
    inMsgs: countText(Math.trunc(inMsgs), look.raw),
    outMsgs: countText(Math.trunc(outMsgs), look.raw),
    inBytes: sizeText(Math.trunc(inBytes), look.raw),
    outBytes: sizeText(Math.trunc(outBytes), look.raw),
  };
}

function rowValues(conn: Conn, snapshot: Snapshot, look: TopLook): string[] {
  const t = trafficOf(conn, look.perSecond ? snapshot.connRate(conn) : undefined, look);
  return [
    String(conn.subscriptions),
    countText(conn.pending_bytes, look.raw),
    t.outMsgs,
    t.inMsgs,
    t.outBytes,
    t.inBytes,
    conn.lang ?? '',
    conn.version ?? '',
    conn.uptime ?? '',
    goTimeText(conn.last_activity),
  ];
}

/** The lines above the table: six of figures, a blank one, and the number of connections. */
export function headerLines(snapshot: Snapshot, look: Pick<TopLook, 'raw'>): string[] {
  const { varz, connz, rate, error } = snapshot;
  const name = varz.server_name === varz.server_id ? '' : varz.server_name;
  const flow = (msgs: Parameters<typeof countText>[0], bytes: typeof msgs, msgRate: number, byteRate: number) =>
    `Msgs: ${countText(msgs, look.raw)}  Bytes: ${sizeText(bytes, look.raw)}  ` +
    `Msgs/Sec: ${toFixedEven(msgRate, 1)}  Bytes/Sec: ${sizeText(Math.trunc(byteRate), look.raw)}`;
  return [
    `NATS server version ${varz.version} (uptime: ${varz.uptime}) ${error}`,
    `Server: ${name}`,
    `  ID:   ${varz.server_id}`,
    `  Load: CPU:  ${toFixedEven(varz.cpu, 1)}%  Memory: ${sizeText(varz.mem, false)}  Slow Consumers: ${varz.slow_consumers}`,
    `  In:   ${flow(varz.in_msgs, varz.in_bytes, rate.inMsgs, rate.inBytes)}`,
    `  Out:  ${flow(varz.out_msgs, varz.out_bytes, rate.outMsgs, rate.outBytes)}`,
    '',
    `Connections Polled: ${connz.num_connections}`,
  ];
}

/** Widths of the columns that follow their content. */
interface Widths {
  readonly host: number;
  /** 0: no connection has a name, there is no such column. */
  readonly name: number;
}

/** The widths of the grid, grown in the order of the rows as the original grows them. */
export function gridWidths(conns: readonly Conn[], look: TopLook): Widths {
  let host = 15;
  let name = 0;
  for (const conn of conns) {
    const hostSize = byteLength(hostOf(conn, look));
    if (hostSize > host) host = hostSize + 2;
    const nameSize = byteLength(conn.name ?? '');
    if (nameSize > name) name = Math.max(nameSize + 2, 4);
  }
  return { host, name };
}

function gridLine(host: string, cid: string, name: string, values: readonly string[], sizes: Widths): string {
  const named = sizes.name > 0 ? `${pad(name, sizes.name)} ` : '';
  return `  ${pad(host, sizes.host)}  ${pad(cid, 6)} ${named}${values.map((v, i) => pad(v, widths[i] ?? 0)).join('  ')}`;
}

/** The line of column names. */
export function gridHead(sizes: Widths, subs: boolean): string {
  return gridLine('HOST', 'CID', 'NAME', heads, sizes) + (subs ? 'SUBSCRIPTIONS' : '');
}

/** The line of one connection. */
export function gridRow(conn: Conn, snapshot: Snapshot, look: TopLook, sizes: Widths): string {
  const values = rowValues(conn, snapshot, look);
  const subs = look.subs ? (conn.subscriptions_list ?? []).join(', ') : '';
  return gridLine(hostOf(conn, look), String(conn.cid), conn.name ?? '', values, sizes) + subs;
}

/** The whole snapshot as the grid, line by line without line ends. */
export function* gridText(snapshot: Snapshot, look: TopLook): Generator<string> {
  yield* headerLines(snapshot, look);
  const sizes = gridWidths(snapshot.connz.connections.slice(), look);
  yield gridHead(sizes, look.subs);
  for (const conn of snapshot.connz.connections.slice()) yield gridRow(conn, snapshot, look, sizes);
}

/** The whole snapshot with `mark` between the values; nothing is quoted. */
export function* separatedText(snapshot: Snapshot, look: TopLook, mark: string): Generator<string> {
  const { varz, connz, rate, error } = snapshot;
  const join = (...values: readonly string[]): string => values.join(mark);
  const flow = (word: string, msgs: string, bytes: string, msgRate: number, byteRate: number): string =>
    join(
      word,
      'Msgs:',
      msgs,
      'Bytes:',
      bytes,
      'Msgs/Sec:',
      toFixedEven(msgRate, 1),
      'Bytes/Sec:',
      sizeText(Math.trunc(byteRate), look.raw),
    );
  const count = (value: Parameters<typeof countText>[0]) => countText(value, look.raw);
  const size = (value: Parameters<typeof sizeText>[0]) => sizeText(value, look.raw);
  yield join('NATS server version', varz.version, `(uptime: ${varz.uptime})`, error);
  yield 'Server:';
  const load = ['CPU:', `${toFixedEven(varz.cpu, 1)}%`, 'Memory:', sizeText(varz.mem, false)];
  yield join('Load:', ...load, 'Slow Consumers:', String(varz.slow_consumers));
  yield flow('In:', count(varz.in_msgs), size(varz.in_bytes), rate.inMsgs, rate.inBytes);
  yield flow('Out:', count(varz.out_msgs), size(varz.out_bytes), rate.outMsgs, rate.outBytes);
  yield '';
  yield join('Connections Polled:', String(connz.num_connections));
  yield join('HOST', 'CID', 'NAME', ...heads, ...(look.subs ? ['SUBSCRIPTIONS'] : []));
  for (const conn of connz.connections.slice()) {
    const subs = look.subs ? [(conn.subscriptions_list ?? []).join('  ')] : [];
    yield join(hostOf(conn, look), String(conn.cid), conn.name ?? '', ...rowValues(conn, snapshot, look), ...subs);
  }
}
