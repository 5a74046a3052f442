// The table of the open page: the classic grid where the window has room for it, else one that fits.
import { visibleLine } from '#base/visible.ts';
import { padEnd, padStart, textWidth, truncate } from '#base/width.ts';
import { type Column, chosenColumns, connColumns, pageColumns } from './columns.ts';
import type { Conn } from './conn-list.ts';
import type { TopLine } from './line.ts';
import { type PageRow, SLOW_PENDING } from './model.ts';
import { alarming, type Page } from './pages.ts';
import type { Snapshot } from './rates.ts';
import { connWords, pageWords } from './rows.ts';
import type { TopState } from './state.ts';
import { gridHead, gridRow, gridWidths, type TopLook } from './text.ts';

/** Connections up to which the columns are as wide as all of them need, not only those shown. */
const MANY = 2_000;

type Mark = 'found' | 'alarm' | undefined;

function marked(text: string, mark: Mark): TopLine {
  if (mark === undefined) return text;
  return [{ text, style: mark === 'found' ? 'bold yellow' : 'red' }];
}

/** The connections shown. */
export function connTable(
  snapshot: Snapshot,
  shown: readonly Conn[],
  state: TopState,
  look: TopLook,
  columns: number,
): TopLine[] {
  const choice = state.columns['connections'] ?? [];
  const wanted = state.find.toLowerCase();
  const markOf = (conn: Conn): Mark => {
    if (wanted !== '' && connWords(conn, look).includes(wanted)) return 'found';
    return Number(conn.pending_bytes) >= SLOW_PENDING ? 'alarm' : undefined;
  };
  const several = snapshot.servers.length > 1;
  if (state.left === 0 && !several && choice.length === 0) {
    const { connections } = snapshot.connz;
    const sizes = gridWidths(connections.length <= MANY ? connections.slice() : shown, look);
    const head = gridHead(sizes, look.subs);
    if (head.length <= columns) {
      const signs = { found: '>', alarm: '!' };
      const rows = shown.map((conn) => {
        const [text, mark] = [gridRow(conn, snapshot, look, sizes), markOf(conn)];
        return marked(mark ? signs[mark] + text.slice(1) : text, mark);
      });
      return [[{ text: head, style: 'inverse' }], ...rows];
    }
  }
  return narrow(
    chosenColumns(connColumns(snapshot, look), choice),
    shown,
    state.left,
    columns,
    markOf,
    choice.length > 0,
  );
}

/** The rows of another page. */
export function pageTable(
  page: Page,
  shown: readonly PageRow[],
  state: TopState,
  look: TopLook,
  columns: number,
): TopLine[] {
  const choice = state.columns[page.id] ?? [];
  const wanted = state.find.toLowerCase();
  const markOf = (row: PageRow): Mark => {
    if (wanted !== '' && pageWords(row).includes(wanted)) return 'found';
    return alarming(page, row) ? 'alarm' : undefined;
  };
  return narrow(chosenColumns(pageColumns(page, look), choice), shown, state.left, columns, markOf, choice.length > 0);
}

/** Lines as wide as what they hold, cut at the window; `left` columns that are not fixed are left out. */
function narrow<T>(
  all: readonly Column<T>[],
  shown: readonly T[],
  left: number,
  columns: number,
  markOf: (row: T) => Mark,
  isChosen: boolean,
): TopLine[] {
  const cells = all.map((column) => shown.map((row) => truncate(visibleLine(column.text(row)), column.most)));
  const present = all.map((column, i) => ({ column, cells: cells[i] as string[] }));
  const filled = present.filter(
    ({ column, cells: c }) => isChosen || !column.optional || c.some((text) => text !== ''),
  );
  const fixed = filled.filter(({ column }) => column.fixed);
  const moving = filled.filter(({ column }) => !column.fixed);
  const kept = [...fixed, ...moving.slice(Math.max(0, Math.min(left, moving.length - 1)))].map((part) => ({
    ...part,
    width: widest(part.column.head, part.cells),
  }));
  const width = kept.reduce((sum, p) => sum + p.width + 2, -2);
  const gap = width <= columns ? '  ' : ' ';
  const line = (cell: (part: (typeof kept)[number]) => string): string =>
    truncate(kept.map((p) => (p.column.right ? padStart : padEnd)(cell(p), p.width)).join(gap), columns);
  return [
    [{ text: line((p) => p.column.head), style: 'inverse' }],
    ...shown.map((row, i) =>
      marked(
        line((p) => p.cells[i] ?? ''),
        markOf(row),
      ),
    ),
  ];
}

/** A whole table as text, line by line: padded, or with `mark` between the values. */
export function* tableText<T>(columns: readonly Column<T>[], rows: readonly T[], mark: string): Generator<string> {
  const cells = columns.map((column) => rows.map((row) => column.text(row)));
  const present = columns.map((column, i) => ({ column, cells: cells[i] as string[] }));
  if (mark !== '') {
    yield present.map((p) => p.column.head).join(mark);
    for (const i of rows.keys()) yield present.map((p) => p.cells[i] ?? '').join(mark);
    return;
  }
  const kept = present.map((p) => ({ ...p, width: widest(p.column.head, p.cells) }));
  const line = (cell: (part: (typeof kept)[number]) => string): string =>
    kept
      .map((p) => (p.column.right ? padStart : padEnd)(cell(p), p.width))
      .join('  ')
      .trimEnd();
  yield line((p) => p.column.head);
  for (const i of rows.keys()) yield line((p) => p.cells[i] ?? '');
}

function widest(head: string, cells: readonly string[]): number {
  return cells.reduce((most, text) => Math.max(most, textWidth(text)), head.length);
}
