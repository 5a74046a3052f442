// The columns of the tables: what they are called, and what they say about a row.
import type { Conn } from './conn-list.ts';
import { type PageRow, SLOW_PENDING } from './model.ts';
import { countText, sizeText } from './numbers.ts';
import type { PageId } from './page-ids.ts';
import { type Page, type PageColumn, pageOf } from './pages.ts';
import { emptySnapshot, noRate, type Rate, type Snapshot } from './rates.ts';
import { goTimeText, hostOf, type TopLook, trafficOf } from './text.ts';

/** A column of a table of `T`. */
export interface Column<T> {
  readonly id: string;
  readonly head: string;
  /** Cells at most. */
  readonly most: number;
  /** Shown only when chosen. */
  readonly hidden: boolean;
  /** Left out while no row shown has a value. */
  readonly optional: boolean;
  /** Stays when the columns are moved. */
  readonly fixed: boolean;
  /** Figures stand at the right. */
  readonly right: boolean;
  text(row: T): string;
}

function headOf(id: string): string {
  // A stream's last sequence grows by one with each message.
  return id
    .replace(/^last_rate$/, 'msgs_rate')
    .replace(/_rate$/, '/s')
    .toUpperCase();
}

type Facts<T> = Partial<Omit<Column<T>, 'id' | 'text'>>;

function column<T>(id: string, most: number, text: (row: T) => string, facts: Facts<T> = {}): Column<T> {
  const plain = { head: headOf(id), hidden: false, optional: false, fixed: false, right: false };
  return { ...plain, ...facts, id, most, text };
}

/** The columns of the connections. */
export function connColumns(snapshot: Snapshot, look: TopLook): Column<Conn>[] {
  const wide = look.raw ? 20 : 10;
  const traffic = (conn: Conn) => trafficOf(conn, snapshot.connRate(conn), look);
  const rate = (pick: (r: Rate) => number, size: boolean) => (conn: Conn) => {
    const value = pick(snapshot.connRate(conn) ?? noRate);
    return size ? sizeText(Math.trunc(value), look.raw) : countText(Math.trunc(value), look.raw);
  };
  const hidden: Facts<Conn> = { hidden: true };
  return [
    column('host', 30, (c) => hostOf(c, look), { fixed: true }),
    column('cid', 8, (c) => String(c.cid), { fixed: true }),
    column('server', 16, (c) => c.server ?? '', { optional: true }),
    column('name', 24, (c) => c.name ?? '', { optional: true }),
    column('account', 24, (c) => c.account ?? '', hidden),
    column('subs', 7, (c) => String(c.subscriptions)),
    column(
      'pending',
      wide + 1,
      (c) => countText(c.pending_bytes, look.raw) + (Number(c.pending_bytes) < SLOW_PENDING ? '' : '!'),
    ),
    column('msgs_to', wide, (c) => traffic(c).outMsgs),
    column('msgs_from', wide, (c) => traffic(c).inMsgs),
    column('bytes_to', wide, (c) => traffic(c).outBytes),
    column('bytes_from', wide, (c) => traffic(c).inBytes),
    column(
      'msgs_to_rate',
      wide,
      rate((r) => r.outMsgs, false),
      hidden,
    ),
    column(
      'msgs_from_rate',
      wide,
      rate((r) => r.inMsgs, false),
      hidden,
    ),
    column(
      'bytes_to_rate',
      wide,
      rate((r) => r.outBytes, true),
      hidden,
    ),
    column(
      'bytes_from_rate',
      wide,
      rate((r) => r.inBytes, true),
      hidden,
    ),
    column('lang', 10, (c) => c.lang ?? ''),
    column('version', 10, (c) => c.version ?? ''),
    column('uptime', 10, (c) => c.uptime ?? ''),
    column('idle', 10, (c) => c.idle ?? '', hidden),
    column('rtt', 12, (c) => c.rtt ?? '', hidden),
    column('start', 19, (c) => goTimeText(c.start).slice(0, 19), hidden),
    column('last_activity', 19, (c) => goTimeText(c.last_activity).slice(0, 19)),
    column('subscriptions', 200, (c) => (c.subscriptions_list ?? []).join(', '), { hidden: !look.subs }),
  ];
}

/** All columns a page can have. */
export function columnIds(page: PageId): readonly string[] {
  if (page !== 'connections') return pageOf(page).columns.map((c) => c.id);
  return connColumns(emptySnapshot, { raw: false, subs: false, perSecond: false }).map((c) => c.id);
}

/** The columns of another page. */
export function pageColumns(page: Page, look: TopLook): Column<PageRow>[] {
  return page.columns.map((c, at) =>
    column(c.id, c.most, (row) => cellText(c, row[c.id], look.raw), {
      hidden: c.hidden === true,
      optional: c.kind === 'text' && at > 0,
      fixed: at === 0,
      right: c.kind !== 'text' && c.kind !== 'time',
    }),
  );
}

/** A value of a page as it is shown. */
export function cellText(column: Pick<PageColumn, 'kind'>, value: PageRow[string] | undefined, raw: boolean): string {
  if (value === undefined) return '';
  if (typeof value === 'string') {
    return column.kind === 'time'
      ? goTimeText(value)
          .slice(0, 19)
          .replace(/^0001-01-01.*/, 'never')
      : value;
  }
  switch (column.kind) {
    case 'count':
      return countText(value, raw);
    case 'size':
      return sizeText(value, raw);
    case 'rate':
      return Number(value) < 1000 ? trim(Number(value)) : countText(Math.trunc(Number(value)), raw);
    case 'size-rate':
      return sizeText(Math.trunc(Number(value)), raw);
    case 'percent':
      return `${trim(Number(value))}%`;
    default:
      return String(value);
  }
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

/**
 * The columns to show: those that are not hidden, or those chosen, in the order chosen. A choice of `+a` and `-b` only
 * adds to and takes from the usual ones.
 */
export function chosenColumns<T>(all: readonly Column<T>[], choice: readonly string[]): readonly Column<T>[] {
  const usual = all.filter((c) => !c.hidden);
  if (choice.length === 0) return usual;
  const byId = (id: string) => all.find((c) => c.id === id);
  if (choice.every((id) => /^[+-]/.test(id))) {
    const names = new Set(usual.map((c) => c.id));
    for (const id of choice) {
      if (id.startsWith('+')) names.add(id.slice(1));
      else names.delete(id.slice(1));
    }
    return all.filter((c) => names.has(c.id));
  }
  return choice.map((id) => byId(id.replace(/^\+/, ''))).filter((c) => c !== undefined);
}

/** The words of a typed choice of columns, and those of them that are no columns. */
export function readChoice(text: string, known: readonly string[]): { choice: string[]; unknown: string[] } {
  const choice = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const unknown = choice.filter((word) => !known.includes(word.replace(/^[+-]/, '')));
  return { choice, unknown };
}
