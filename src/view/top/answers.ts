// What servers tell besides /varz and /connz, taken down to the rows of the pages.
import { type Answer, count, type Fields, fieldsOf, type PageRow, text, type Want } from './model.ts';
import { type Count, plus } from './numbers.ts';

/** An answer that holds nothing. */
export const noAnswer: Answer = { now: '', rows: [], totals: {}, error: '' };

const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** The answer for a page out of the replies of one server, in the order they were asked for. Wrong types count as absent. */
export function answerOf(want: Want, replies: readonly unknown[]): Answer {
  const [first, second, third] = replies.map(fieldsOf);
  const now = text(first?.['now']);
  switch (want) {
    case 'accounts':
      return { ...noAnswer, now, rows: list(first?.['account_statz']).map(accountRow) };
    case 'streams':
      return { ...noAnswer, now, rows: streamRows(first ?? {}), totals: jetStreamTotals(first ?? {}) };
    case 'consumers':
      return { ...noAnswer, now, rows: consumerRows(first ?? {}), totals: jetStreamTotals(first ?? {}) };
    case 'subscriptions':
      return {
        ...noAnswer,
        now,
        rows: list(first?.['subscriptions_list']).map(subscriptionRow),
        totals: subsTotals(first ?? {}),
      };
    case 'links':
      return {
        ...noAnswer,
        now,
        rows: [...routeRows(first ?? {}), ...gatewayRows(second ?? {}), ...leafRows(third ?? {})],
      };
    case 'closed':
      return {
        ...noAnswer,
        now,
        rows: list(first?.['connections']).map(closedRow),
        totals: { total: count(first?.['total']) },
      };
    case 'connections':
      return noAnswer;
  }
}

function accountRow(a: Fields): PageRow {
  const [sent, received] = [fieldsOf(a['sent']), fieldsOf(a['received'])];
  return {
    account: text(a['acc']),
    name: text(a['name']) === text(a['acc']) ? '' : text(a['name']),
    servers: 1,
    conns: count(a['conns']),
    leafs: count(a['leafnodes']),
    subs: count(a['num_subscriptions']),
    slow: count(a['slow_consumers']),
    msgs_to: count(sent['msgs']),
    msgs_from: count(received['msgs']),
    bytes_to: count(sent['bytes']),
    bytes_from: count(received['bytes']),
  };
}

function jetStreamTotals(jsz: Fields): PageRow {
  const api = fieldsOf(jsz['api']);
  const meta = fieldsOf(jsz['meta_cluster']);
  return {
    disabled: jsz['disabled'] === true ? 1 : 0,
    memory: count(jsz['memory']),
    storage: count(jsz['storage']),
    api: count(api['total']),
    api_errors: count(api['errors']),
    ha_assets: count(jsz['ha_assets']),
    pending: count(meta['pending']),
    leader: text(meta['leader']),
  };
}

/** Replicas of a group: how many are up to date, of how many, and how far the last one is behind. */
function replicas(cluster: Fields): { replicas: string; behind: Count; lag: Count } {
  const peers = list(cluster['replicas']);
  const current = peers.filter((p) => p['current'] === true && p['offline'] !== true).length;
  const lag = peers.reduce((most, p) => Math.max(most, Number(count(p['lag']))), 0);
  return { replicas: `${current + 1}/${peers.length + 1}`, behind: peers.length - current, lag };
}

function streamsOf(jsz: Fields): [account: string, stream: Fields][] {
  return list(jsz['account_details']).flatMap((account) =>
    list(account['stream_detail']).map((stream): [string, Fields] => [text(account['name']), stream]),
  );
}

function streamRows(jsz: Fields): PageRow[] {
  return streamsOf(jsz).map(([account, stream]) => {
    const [state, cluster] = [fieldsOf(stream['state']), fieldsOf(stream['cluster'])];
    return {
      account,
      stream: text(stream['name']),
      leader: text(cluster['leader']),
      ...replicas(cluster),
      msgs: count(state['messages']),
      bytes: count(state['bytes']),
      subjects: count(state['num_subjects']),
      consumers: count(state['consumer_count']),
      first: count(state['first_seq']),
      last: count(state['last_seq']),
      deleted: count(state['num_deleted']),
    };
  });
}

function consumerRows(jsz: Fields): PageRow[] {
  return streamsOf(jsz).flatMap(([account, stream]) =>
    list(stream['consumer_detail']).map((consumer) => {
      const [delivered, cluster] = [fieldsOf(consumer['delivered']), fieldsOf(consumer['cluster'])];
      const leader = text(cluster['leader']) || text(fieldsOf(stream['cluster'])['leader']);
      return {
        account,
        stream: text(stream['name']),
        consumer: text(consumer['name']),
        leader,
        pending: count(consumer['num_pending']),
        ack_pending: count(consumer['num_ack_pending']),
        redelivered: count(consumer['num_redelivered']),
        waiting: count(consumer['num_waiting']),
        delivered: count(delivered['consumer_seq']),
        acked: count(fieldsOf(consumer['ack_floor'])['consumer_seq']),
        last_active: text(delivered['last_active']),
        paused: consumer['paused'] === true ? 'yes' : '',
      };
    }),
  );
}

function subscriptionRow(sub: Fields): PageRow {
  return {
    subject: text(sub['subject']),
    queue: text(sub['qgroup']),
    account: text(sub['account']),
    cid: count(sub['cid']),
    sid: text(sub['sid']),
    msgs: count(sub['msgs']),
  };
}

function subsTotals(subsz: Fields): PageRow {
  return {
    total: count(subsz['total']),
    subscriptions: count(subsz['num_subscriptions']),
    cache: count(subsz['num_cache']),
    inserts: count(subsz['num_inserts']),
  };
}

function address(c: Fields): string {
  const ip = text(c['ip']);
  return ip === '' ? '' : `${ip.includes(':') ? `[${ip}]` : ip}:${count(c['port'])}`;
}

function traffic(c: Fields): PageRow {
  return {
    subs: count(c['subscriptions']),
    msgs_to: count(c['out_msgs']),
    msgs_from: count(c['in_msgs']),
    bytes_to: count(c['out_bytes']),
    bytes_from: count(c['in_bytes']),
    rtt: text(c['rtt']),
    uptime: text(c['uptime']),
  };
}

function routeRows(routez: Fields): PageRow[] {
  return list(routez['routes']).map((r) => ({
    kind: 'route',
    id: count(r['rid']),
    name: text(r['remote_name']) || text(r['remote_id']),
    address: address(r),
    account: text(r['account']),
    pending: count(r['pending_size']),
    ...traffic(r),
  }));
}

function gatewayRows(gatewayz: Fields): PageRow[] {
  const row = (kind: string, name: string, remote: Fields): PageRow => {
    const conn = fieldsOf(remote['connection']);
    const pending = count(conn['pending_bytes']);
    return { kind, id: count(conn['cid']), name, address: address(conn), account: '', pending, ...traffic(conn) };
  };
  const outbound = Object.entries(fieldsOf(gatewayz['outbound_gateways']));
  const inbound = Object.entries(fieldsOf(gatewayz['inbound_gateways']));
  return [
    ...outbound.map(([name, remote]) => row('gateway out', name, fieldsOf(remote))),
    ...inbound.flatMap(([name, remotes]) => list(remotes).map((remote) => row('gateway in', name, remote))),
  ];
}

function leafRows(leafz: Fields): PageRow[] {
  return list(leafz['leafs']).map((l) => ({
    kind: l['is_spoke'] === true ? 'leaf hub' : 'leaf',
    id: count(l['id']),
    name: text(l['name']),
    address: address(l),
    account: text(l['account']),
    pending: 0,
    ...traffic(l),
  }));
}

function closedRow(c: Fields): PageRow {
  return {
    host: address(c),
    cid: count(c['cid']),
    name: text(c['name']),
    account: text(c['account']),
    reason: text(c['reason']),
    stop: text(c['stop']),
    lang: text(c['lang']),
    pending: count(c['pending_bytes']),
    ...traffic(c),
  };
}

/** Adds up the figures of rows that are the same thing on several servers; texts are those of the first. */
export function sumRows(a: PageRow, b: PageRow): PageRow {
  const sum: Record<string, string | Count> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const mine = sum[key];
    if (typeof value !== 'string' && mine !== undefined && typeof mine !== 'string') sum[key] = plus(mine, value);
  }
  return sum;
}
