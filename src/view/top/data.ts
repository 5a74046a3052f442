import { type Conn, connKey, type Rate, type Snapshot } from './model.ts';

/** A snapshot as data, in the words of the screen: `msgs_to` is what the server sent to the client. */
export function topData(snapshot: Snapshot, subs: boolean): object {
  const { varz, connz, rate, error } = snapshot;
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
    polled: connz.num_connections,
    total: connz.total,
    connections: connz.connections.map((c) => connData(c, snapshot.connRates.get(connKey(c)), subs)),
    ...(error === '' ? {} : { error }),
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

/** The connections as rows of a table, each with the server's time and name in front. */
export function topRows(snapshot: Snapshot, subs: boolean): object[] {
  const { varz } = snapshot;
  return snapshot.connz.connections.map((conn) => ({
    time: varz.now,
    server: conn.server ?? varz.server_name,
    ...connData(conn, snapshot.connRates.get(connKey(conn)), subs),
  }));
}
