import type { Conn } from './conn-list.ts';
import type { PageId } from './page-ids.ts';
import { pageOf, pageRows, pageTotals, sortRows } from './pages.ts';
import type { Rate, Snapshot } from './rates.ts';

/** What of a snapshot is wanted. */
export interface DataChoice {
  readonly page: PageId;
  /** With the subscriptions of the connections. */
  readonly subs: boolean;
}

/** A snapshot as data, in the words of the screen: `msgs_to` is what the server sent to the client. */
export function topData(snapshot: Snapshot, choice: DataChoice): object {
  const { varz, rate, error } = snapshot;
  return {
    server: {
      id: varz.server_id,
      name: varz.server_name,
      version: varz.version,
      uptime: varz.uptime,
      start: varz.start,
      now: varz.now,
      cpu: varz.cpu,
      mem: varz.mem,
      slow_consumers: varz.slow_consumers,
      in_msgs: varz.in_msgs,
      out_msgs: varz.out_msgs,
      in_bytes: varz.in_bytes,
      out_bytes: varz.out_bytes,
      rate: { in_msgs: rate.inMsgs, out_msgs: rate.outMsgs, in_bytes: rate.inBytes, out_bytes: rate.outBytes },
    },
    ...(choice.page === 'connections' ? connections(snapshot, choice.subs) : pageData(snapshot, choice.page)),
    ...(error === '' ? {} : { error }),
  };
}

function connections(snapshot: Snapshot, subs: boolean): object {
  const { connz } = snapshot;
  const rows = connz.connections.slice().map((c) => connData(c, snapshot.connRate(c), subs));
  return { polled: connz.num_connections, total: connz.total, connections: rows };
}

function pageData(snapshot: Snapshot, id: PageId): object {
  const page = pageOf(id);
  const { totals, error } = pageTotals(page, snapshot);
  return {
    page: id,
    ...(Object.keys(totals).length > 0 ? { totals } : {}),
    rows: sortRows(page, pageRows(page, snapshot), page.sort),
    ...(error === '' ? {} : { page_error: error }),
  };
}

function connData(conn: Conn, rate: Rate | undefined, subs: boolean): object {
  return {
    ...(conn.server === undefined ? {} : { server: conn.server }),
    host: `${conn.ip}:${conn.port}`,
    cid: conn.cid,
    name: conn.name ?? '',
    account: conn.account ?? '',
    subs: conn.subscriptions,
    pending: conn.pending_bytes,
    msgs_to: conn.out_msgs,
    msgs_from: conn.in_msgs,
    bytes_to: conn.out_bytes,
    bytes_from: conn.in_bytes,
    ...(rate
      ? {
          msgs_to_rate: rate.outMsgs,
          msgs_from_rate: rate.inMsgs,
          bytes_to_rate: rate.outBytes,
          bytes_from_rate: rate.inBytes,
        }
      : {}),
    lang: conn.lang ?? '',
    version: conn.version ?? '',
    uptime: conn.uptime ?? '',
    idle: conn.idle ?? '',
    rtt: conn.rtt ?? '',
    last_activity: conn.last_activity ?? '',
    ...(subs ? { subscriptions: conn.subscriptions_list ?? [] } : {}),
  };
}

/** The rows of the page as rows of one table, each with the server's time and name in front. */
export function topTable(snapshot: Snapshot, choice: DataChoice): object[] {
  const { varz } = snapshot;
  if (choice.page !== 'connections') {
    const page = pageOf(choice.page);
    const rows = sortRows(page, pageRows(page, snapshot), page.sort);
    return rows.map((row) => ({ time: varz.now, server: varz.server_name, ...row }));
  }
  return snapshot.connz.connections.slice().map((conn) => ({
    time: varz.now,
    server: conn.server ?? varz.server_name,
    ...connData(conn, snapshot.connRate(conn), choice.subs),
  }));
}
