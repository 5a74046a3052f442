// One picture of the screen out of a snapshot and what the user chose.
import { visibleLine } from '#base/visible.ts';
import { padEnd, textWidth, truncate } from '#base/width.ts';
import { helpEnd, helpPart } from './help.ts';
import type { TopLine, TopSpan } from './line.ts';
import { countText, sizeText } from './numbers.ts';
import { pageIds } from './page-ids.ts';
import { pageOf, pageTotals } from './pages.ts';
import type { Rate, Snapshot } from './rates.ts';
import { rowWords, type TopRows } from './rows.ts';
import { sparkline } from './spark.ts';
import type { TopState } from './state.ts';
import { connTable, pageTable } from './tables.ts';
import { headerLines, type TopLook } from './text.ts';

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
  /** Rates of the moments up to the one shown, the oldest first. */
  readonly rates: readonly Rate[];
  /** Which moment is shown while looking back; empty for the newest. */
  readonly moment: string;
  /** Slow consumers that were cut off since the moments the rates tell of. */
  readonly slow: number;
}

/** Rows above the table, and the one below it. */
export const HEAD_ROWS = 9;
/** The row, from 0, where is asked and answered. */
const ASK_ROW = 6;

/** How the figures are shown now. */
export function lookOf(state: TopState, hosts: ReadonlyMap<string, string>): TopLook {
  return { raw: state.raw, subs: state.subs, perSecond: state.perSecond, hosts: state.lookup ? hosts : undefined };
}

/** The place of the next row after `from` that holds the text looked for; -1 when none does. */
export function findNext(rows: TopRows, state: TopState, look: TopLook, from: number): number {
  if (state.find === '') return -1;
  const wanted = state.find.toLowerCase();
  const count = rows.list.length;
  for (let step = 1; step <= count; step++) {
    const at = (from + step + count) % count;
    if (rowWords(rows, at, look).includes(wanted)) return at;
  }
  return -1;
}

/** The picture. `rows` are those of `topRows`. */
export function topFrame(snapshot: Snapshot, rows: TopRows, state: TopState, world: FrameWorld): TopFrame {
  if (state.help) return { lines: helpPicture(state, world) };
  const look = lookOf(state, world.hosts);
  const lines = head(snapshot, state, look, world);
  const ask = askLine(state);
  if (ask !== undefined) lines[ASK_ROW] = ask;
  else if (world.notice !== '') lines[ASK_ROW] = [{ text: world.notice, style: 'yellow' }];
  else lines[ASK_ROW] = tabs(state, world.columns);
  const room = Math.max(0, world.rows - HEAD_ROWS - 1);
  const count = rows.list.length;
  const top = Math.max(0, Math.min(state.top, count - room));
  const end = Math.min(count, top + room);
  lines.push(...table(snapshot, rows, top, end, state, look, world.columns));
  while (lines.length < world.rows - 1) lines.push('');
  const status = statusLine(snapshot, rows, top, end, state, world);
  if (world.rows > HEAD_ROWS) lines[world.rows - 1] = [{ text: status, style: world.moment === '' ? 'dim' : 'yellow' }];
  const cursor = state.asking && ask ? { row: ASK_ROW, column: textWidth(visibleLine(ask)) } : undefined;
  return { lines, ...(cursor ? { cursor } : {}) };
}

/** The help: what of it fits, from the line scrolled to. */
function helpPicture(state: TopState, { columns, rows }: FrameWorld): TopLine[] {
  const more = helpEnd(columns, rows) > 0 ? ', up and down to see more' : '';
  return [
    [{ text: 'Keys', style: 'bold' }],
    '',
    ...helpPart(state.helpTop, columns, rows),
    [{ text: `Press any key to go back${more}`, style: 'bold' }],
  ];
}

/** The figures of the server, with what stands out marked, and the last rates as bars where there is room. */
function head(snapshot: Snapshot, state: TopState, look: TopLook, world: FrameWorld): TopLine[] {
  const plain = headerLines(snapshot, look);
  const lines: TopLine[] = [...plain];
  const [first = '', , , load = '', into = '', out = ''] = plain;
  if (snapshot.error !== '') {
    lines[0] = [first.slice(0, -snapshot.error.length), { text: snapshot.error, style: 'red bold' }];
  }
  if (world.slow > 0) lines[3] = [load, { text: `  (+${world.slow} lately)`, style: 'red bold' }];
  const room = Math.min(60, world.columns - Math.max(textWidth(into), textWidth(out)) - 16);
  if (room >= 8 && world.rates.length > 1) {
    const at = Math.max(textWidth(into), textWidth(out)) + 2;
    const bars = (text: string, pick: (rate: Rate) => number): TopLine => [
      padEnd(text, at),
      { text: sparkline(world.rates.map(pick), room), style: 'cyan' },
      ` max ${countText(Math.trunc(world.rates.reduce((most, r) => Math.max(most, pick(r)), 0)), false)}/s`,
    ];
    lines[4] = bars(into, (r) => r.inMsgs);
    lines[5] = bars(out, (r) => r.outMsgs);
  }
  if (state.page !== 'connections') lines[7] = summary(snapshot, rowsTitle(state), state, look);
  return lines;
}

function rowsTitle({ page }: TopState): string {
  return page[0]?.toUpperCase() + page.slice(1);
}

/** The line above the table of a page: how much there is in all. */
function summary(snapshot: Snapshot, title: string, state: TopState, look: TopLook): TopLine {
  const { totals, error } = pageTotals(pageOf(state.page), snapshot);
  if (error !== '') return [`${title}: `, { text: error, style: 'red' }];
  const count = (id: string) => countText((totals[id] as number) ?? 0, look.raw);
  const size = (id: string) => sizeText((totals[id] as number) ?? 0, look.raw);
  switch (state.page) {
    case 'streams':
    case 'consumers':
      if (totals['api'] === undefined) return title;
      if (Number(totals['disabled']) > 0 && Number(totals['api']) === 0) return `${title}: JetStream is not enabled`;
      return `${title}: Memory: ${size('memory')}  Storage: ${size('storage')}  API: ${count('api')}  Errors: ${count('api_errors')}  HA Assets: ${count('ha_assets')}`;
    case 'subscriptions':
      return totals['total'] === undefined
        ? title
        : `${title}: ${count('subscriptions')}  Cache: ${count('cache')}  Inserts: ${count('inserts')}`;
    case 'closed':
      return totals['total'] === undefined ? title : `${title}: ${count('total')} the server remembers`;
    default:
      return title;
  }
}

function tabs(state: TopState, columns: number): TopLine {
  const names = pageIds.map((id, i) => `${i + 1} ${id}`);
  const at = pageIds.indexOf(state.page);
  if (textWidth(names.join('  ')) > columns) return [{ text: `${names[at]}  (1-${names.length}, Tab)`, style: 'dim' }];
  return names.flatMap((text, i): TopSpan[] => [i === 0 ? '' : '  ', { text, style: i === at ? 'bold' : 'dim' }]);
}

function askLine(state: TopState): string | undefined {
  switch (state.asking) {
    case undefined:
      return state.message === '' ? undefined : state.message;
    case 'sort':
      return `sort by [${sortOf(state)}]: ${state.typed}`;
    case 'limit':
      return `limit   [${state.limit}]: ${state.typed}`;
    default:
      return `${state.asking}: ${state.typed}`;
  }
}

function sortOf(state: TopState): string {
  return state.page === 'connections' ? state.sort : (state.sorts[state.page] ?? pageOf(state.page).sort);
}

function statusLine(
  snapshot: Snapshot,
  rows: TopRows,
  top: number,
  end: number,
  state: TopState,
  world: FrameWorld,
): string {
  const { total, connections } = snapshot.connz;
  const count = rows.list.length;
  const isConns = state.page === 'connections';
  const what = isConns ? 'connections' : state.page;
  const parts = [
    ...(world.moment === '' ? [] : [world.moment]),
    count === 0 ? `no ${what}` : `${top + 1}-${end} of ${count}`,
    ...(count < rows.all ? [`filter "${state.filter}" of ${rows.all}`] : []),
    ...(isConns && total > connections.length ? [`${total} on the server, n asks for more`] : []),
    `sort ${sortOf(state) || 'none'}${state.reverse ? ' reversed' : ''}`,
    ...(state.perSecond && isConns ? ['per second'] : []),
    ...(state.frozen && world.moment === '' ? ['frozen, p goes on'] : []),
    '? help',
    'q quit',
  ];
  return truncate(parts.join('  '), world.columns);
}

function table(
  snapshot: Snapshot,
  rows: TopRows,
  top: number,
  end: number,
  state: TopState,
  look: TopLook,
  columns: number,
): TopLine[] {
  if (rows.kind === 'conns') return connTable(snapshot, rows.list.slice(top, end), state, look, columns);
  return pageTable(pageOf(state.page), rows.list.slice(top, end), state, look, columns);
}
