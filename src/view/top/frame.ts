// One picture of the screen out of a snapshot and what the user chose.
import type { Style } from '#base/terminal.ts';
import { visibleLine } from '#base/visible.ts';
import { padEnd, textWidth, truncate } from '#base/width.ts';
import { type Conn, connKey, type Snapshot } from './model.ts';
import { countText } from './numbers.ts';
import type { TopState } from './state.ts';
import { goTimeText, gridHead, gridRow, gridWidths, headerLines, hostOf, type TopLook, trafficOf } from './text.ts';

/** A part of a line, fit for the screen of the term floor: texts are shown, never obeyed. */
export type TopSpan = string | { readonly text: string; readonly style: Style };
export type TopLine = string | readonly TopSpan[];

/** What to draw. */
export interface TopFrame {
  readonly lines: readonly TopLine[];
  readonly cursor?: { readonly row: number; readonly column: number };
}

/** What else the picture needs. */
export interface FrameWorld {
  readonly columns: number;
  readonly rows: number;
  readonly hosts: ReadonlyMap<string, string>;
  /** Something to say about the server: it was restarted, it is away. */
  readonly notice: string;
}

/** Rows above the connections, and the one below them. */
export const HEAD_ROWS = 9;
/** The row, from 0, where is asked and answered. */
const ASK_ROW = 6;

const helpLines = [
  '',
  'Keys',
  '',
  '  o FIELD Enter   order by cid, subs, pending, msgs_to, msgs_from, bytes_to, bytes_from, idle, last, start, uptime or rtt',
  '  n COUNT Enter   how many connections to ask the server for; with an order these are the first of that order',
  '  s               subscriptions of the connections on and off',
  '  d               host names instead of addresses on and off',
  '  b               all digits of the figures on and off',
  '  space           rates per second instead of totals in the rows on and off',
  '  p               freeze the picture, and go on',
  '  / TEXT Enter    only connections whose line holds the text; Escape shows all again',
  '  f TEXT Enter    find the next connection that holds the text; . finds the one after it',
  '  up down PgUp PgDn Home End   scroll; left and right move the columns',
  '  q, Ctrl-C       quit',
  '',
  'Press any key to go back',
];

/** The words a filter looks at. */
function haystack(conn: Conn, look: TopLook): string {
  const subs = look.subs ? (conn.subscriptions_list ?? []).join(' ') : '';
  return `${hostOf(conn, look)} ${conn.cid} ${conn.name} ${conn.account} ${conn.lang} ${conn.version} ${conn.server ?? ''} ${subs}`.toLowerCase();
}

/** How the figures are shown now. */
export function lookOf(state: TopState, hosts: ReadonlyMap<string, string>): TopLook {
  return { raw: state.raw, subs: state.subs, perSecond: state.perSecond, hosts: state.lookup ? hosts : undefined };
}

/** The connections that pass the filter. */
export function filtered(snapshot: Snapshot, state: TopState, look: TopLook): readonly Conn[] {
  const { connections } = snapshot.connz;
  if (state.filter === '') return connections;
  const wanted = state.filter.toLowerCase();
  return connections.filter((conn) => haystack(conn, look).includes(wanted));
}

/** The place of the next connection after `from` that holds the text looked for; -1 when none does. */
export function findNext(rows: readonly Conn[], state: TopState, look: TopLook, from: number): number {
  if (state.find === '') return -1;
  const wanted = state.find.toLowerCase();
  for (let step = 1; step <= rows.length; step++) {
    const at = (from + step + rows.length) % rows.length;
    const conn = rows[at];
    if (conn && haystack(conn, look).includes(wanted)) return at;
  }
  return -1;
}

/** The picture. `rows` are the connections of `filtered`. */
export function topFrame(snapshot: Snapshot, rows: readonly Conn[], state: TopState, world: FrameWorld): TopFrame {
  if (state.help) return { lines: helpLines.map((line, i) => (i === 1 ? [{ text: line, style: 'bold' }] : line)) };
  const look = lookOf(state, world.hosts);
  const head = headerLines(snapshot, look);
  const lines: TopLine[] = [...head];
  if (snapshot.error !== '') {
    const plain = (head[0] as string).slice(0, -snapshot.error.length);
    lines[0] = [plain, { text: snapshot.error, style: 'red bold' }];
  }
  const ask = askLine(state);
  lines[ASK_ROW] = ask ?? (world.notice === '' ? '' : [{ text: world.notice, style: 'yellow' }]);
  const room = Math.max(0, world.rows - HEAD_ROWS - 1);
  const top = Math.max(0, Math.min(state.top, rows.length - room));
  const shown = rows.slice(top, top + room);
  lines.push(...table(snapshot, shown, state, look, world.columns));
  while (lines.length < world.rows - 1) lines.push('');
  if (world.rows > HEAD_ROWS)
    lines[world.rows - 1] = [{ text: statusLine(snapshot, rows, top, shown, state), style: 'dim' }];
  const cursor = state.asking && ask ? { row: ASK_ROW, column: textWidth(visibleLine(ask)) } : undefined;
  return { lines, ...(cursor ? { cursor } : {}) };
}

function askLine(state: TopState): string | undefined {
  if (state.asking === 'sort') return `sort by [${state.sort}]: ${state.typed}`;
  if (state.asking === 'limit') return `limit   [${state.limit}]: ${state.typed}`;
  if (state.asking) return `${state.asking}: ${state.typed}`;
  return state.message === '' ? undefined : state.message;
}

function statusLine(
  snapshot: Snapshot,
  rows: readonly Conn[],
  top: number,
  shown: readonly Conn[],
  state: TopState,
): string {
  const { total, connections } = snapshot.connz;
  const parts = [
    rows.length === 0 ? 'no connections' : `${top + 1}-${top + shown.length} of ${rows.length}`,
    ...(rows.length < connections.length ? [`filter "${state.filter}" of ${connections.length}`] : []),
    ...(total > connections.length ? [`${total} on the server, n asks for more`] : []),
    `sort ${state.sort || 'none'}`,
    ...(state.perSecond ? ['per second'] : []),
    ...(state.frozen ? ['frozen, p goes on'] : []),
    '? help',
    'q quit',
  ];
  return parts.join('  ');
}

/** The line of names and the rows: the classic grid where the window has room for it, else one that fits. */
function table(snapshot: Snapshot, shown: readonly Conn[], state: TopState, look: TopLook, columns: number): TopLine[] {
  const several = shown.some((conn) => conn.server !== undefined);
  if (state.left === 0 && !several) {
    const sizes = gridWidths(snapshot, look);
    const head = gridHead(sizes, look.subs);
    if (head.length <= columns) {
      const rows = shown.map((conn) => mark(gridRow(conn, snapshot, look, sizes), conn, state, look));
      return [[{ text: head, style: 'inverse' }], ...rows];
    }
  }
  return narrow(snapshot, shown, state, look, columns, several);
}

function mark(text: string, conn: Conn, state: TopState, look: TopLook): TopLine {
  if (state.find !== '' && haystack(conn, look).includes(state.find.toLowerCase()))
    return [{ text, style: 'bold yellow' }];
  return Number(conn.pending_bytes) >= SLOW ? [{ text, style: 'red' }] : text;
}

/** Pending bytes from which a client is shown as slow: the server cuts it off at 64 MB by default. */
const SLOW = 1024 * 1024;

interface Column {
  readonly head: string;
  readonly width: number;
  text(conn: Conn): string;
}

function narrow(
  snapshot: Snapshot,
  shown: readonly Conn[],
  state: TopState,
  look: TopLook,
  columns: number,
  several: boolean,
): TopLine[] {
  const all = narrowColumns(snapshot, shown, look, several);
  const kept = [...all.slice(0, 2), ...all.slice(2 + Math.min(state.left, all.length - 3))];
  const line = (cell: (column: Column) => string): string => {
    const cells = kept.map((c) => padEnd(truncate(visibleLine(cell(c)), c.width), c.width));
    return truncate(cells.join(' '), columns);
  };
  const head = line((c) => c.head);
  return [
    [{ text: head, style: 'inverse' }],
    ...shown.map((conn) =>
      mark(
        line((c) => c.text(conn)),
        conn,
        state,
        look,
      ),
    ),
  ];
}

function narrowColumns(snapshot: Snapshot, shown: readonly Conn[], look: TopLook, several: boolean): Column[] {
  const fit = (head: string, most: number, text: (conn: Conn) => string): Column => {
    let width = head.length;
    for (const conn of shown) width = Math.max(width, Math.min(most, text(conn).length));
    return { head, width, text };
  };
  const traffic = (conn: Conn) => trafficOf(conn, snapshot.connRates.get(connKey(conn)), look);
  const wide = look.raw ? 20 : 10;
  return [
    fit('HOST', 30, (c) => hostOf(c, look)),
    fit('CID', 8, (c) => String(c.cid)),
    ...(several ? [fit('SERVER', 16, (c) => c.server ?? '')] : []),
    ...(shown.some((c) => c.name) ? [fit('NAME', 24, (c) => c.name ?? '')] : []),
    fit('SUBS', 7, (c) => String(c.subscriptions)),
    fit('PENDING', wide, (c) => countText(c.pending_bytes, look.raw)),
    fit('MSGS_TO', wide, (c) => traffic(c).outMsgs),
    fit('MSGS_FROM', wide, (c) => traffic(c).inMsgs),
    fit('BYTES_TO', wide, (c) => traffic(c).outBytes),
    fit('BYTES_FROM', wide, (c) => traffic(c).inBytes),
    fit('LANG', 10, (c) => c.lang ?? ''),
    fit('VERSION', 10, (c) => c.version ?? ''),
    fit('UPTIME', 10, (c) => c.uptime ?? ''),
    fit('LAST_ACTIVITY', 19, (c) => goTimeText(c.last_activity).slice(0, 19)),
    ...(look.subs ? [fit('SUBSCRIPTIONS', 200, (c) => (c.subscriptions_list ?? []).join(', '))] : []),
  ];
}
