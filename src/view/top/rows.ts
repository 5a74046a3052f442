// The rows of the page that is open: in order, and only those that pass the filter.

import type { Conn } from './conn-list.ts';
import { type ConnList, listOf } from './conn-list.ts';
import type { PageRow } from './model.ts';
import { pageOf, pageRows, sortRows } from './pages.ts';
import type { Snapshot } from './rates.ts';
import type { TopState } from './state.ts';
import { hostOf, type TopLook } from './text.ts';

/** Rows of the open page; `all` counts those that do not pass the filter too. */
export type TopRows =
  | { readonly kind: 'conns'; readonly list: ConnList; readonly all: number }
  | { readonly kind: 'page'; readonly list: readonly PageRow[]; readonly all: number };

/** The words of a connection that filter and search look at. */
export function connWords(conn: Conn, look: TopLook): string {
  const subs = look.subs ? (conn.subscriptions_list ?? []).join(' ') : '';
  return `${hostOf(conn, look)} ${conn.cid} ${conn.name} ${conn.account} ${conn.lang} ${conn.version} ${conn.server ?? ''} ${subs}`.toLowerCase();
}

/** The same of a row of another page: its texts, and what tells it from others. */
export function pageWords(row: PageRow): string {
  const values = Object.entries(row).filter(([key, value]) => typeof value === 'string' || key === 'cid');
  return values
    .map(([, value]) => value)
    .join(' ')
    .toLowerCase();
}

/** The words of the row at that place. */
export function rowWords(rows: TopRows, at: number, look: TopLook): string {
  if (rows.kind === 'conns') {
    const [conn] = rows.list.slice(at, at + 1);
    return conn ? connWords(conn, look) : '';
  }
  return rows.list[at] ? pageWords(rows.list[at]) : '';
}

/** The rows to show. */
export function topRows(snapshot: Snapshot, state: TopState, look: TopLook): TopRows {
  const wanted = state.filter.toLowerCase();
  const kept = <T>(rows: readonly T[], words: (row: T) => string): readonly T[] => {
    const passed = wanted === '' ? rows : rows.filter((row) => words(row).includes(wanted));
    return state.reverse ? passed.toReversed() : passed;
  };
  if (state.page === 'connections') {
    const { connections } = snapshot.connz;
    const isAll = wanted === '' && !state.reverse;
    const list = isAll ? connections : listOf(kept(connections.slice(), (conn) => connWords(conn, look)));
    return { kind: 'conns', list, all: connections.length };
  }
  const page = pageOf(state.page);
  const all = sortRows(page, pageRows(page, snapshot), state.sorts[state.page] ?? page.sort);
  return { kind: 'page', list: kept(all, pageWords), all: all.length };
}
