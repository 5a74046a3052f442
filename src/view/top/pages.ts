// The pages: what each asks for, its columns, and the rows it makes of a snapshot.
import { sumRows } from './answers.ts';
import { type Answer, type PageRow, SLOW_PENDING, type Want } from './model.ts';
import type { Count } from './numbers.ts';
import type { PageId } from './page-ids.ts';
import { perSecond, type ServerMoment, type Snapshot, secondsBetween } from './rates.ts';

/** How the values of a column read. `tally`: a figure that is never shortened. */
export type ColumnKind = 'text' | 'count' | 'size' | 'tally' | 'percent' | 'rate' | 'size-rate' | 'time';

export interface PageColumn {
  readonly id: string;
  readonly kind: ColumnKind;
  /** Cells at most. */
  readonly most: number;
  /** Shown only when chosen. */
  readonly hidden?: boolean;
}

export interface Page {
  readonly id: PageId;
  /** What the server is asked for; undefined: nothing more than its figures. */
  readonly want: Want | undefined;
  /** Columns that tell one row from another on one server. */
  readonly identity: readonly string[];
  /** One row for all servers: figures are added up, or (`leader`) the row of the leading server is taken. */
  readonly across: 'each' | 'sum' | 'leader';
  readonly columns: readonly PageColumn[];
  /** Column the rows are ordered by at first. */
  readonly sort: string;
}

const col = (kind: ColumnKind, most: number, hidden: boolean, ids: string): PageColumn[] =>
  ids.split(' ').map((id) => ({ id, kind, most, ...(hidden ? { hidden } : {}) }));
const textual = (most: number, ids: string) => col('text', most, false, ids);
const counts = (ids: string) => col('count', 20, false, ids);
const sizes = (ids: string) => col('size', 20, false, ids);
const tallies = (ids: string) => col('tally', 20, false, ids);
const rates = (ids: string) => col('rate', 20, false, ids);
const sizeRates = (ids: string) => col('size-rate', 20, false, ids);
const more = (kind: ColumnKind, ids: string) => col(kind, 30, true, ids);

const twoWay = [...counts('msgs_to msgs_from'), ...sizes('bytes_to bytes_from')];
const flow = [...rates('msgs_to_rate msgs_from_rate'), ...sizeRates('bytes_to_rate bytes_from_rate')];

const rest: readonly Page[] = [
  {
    id: 'servers',
    want: undefined,
    identity: ['server'],
    across: 'each',
    columns: [
      ...textual(30, 'server state'),
      ...textual(12, 'version uptime'),
      ...col('percent', 8, false, 'cpu'),
      ...sizes('mem'),
      ...tallies('conns'),
      ...counts('subs'),
      ...tallies('slow'),
      ...rates('in_msgs_rate out_msgs_rate'),
      ...sizeRates('in_bytes_rate out_bytes_rate'),
      ...tallies('routes leafs'),
      ...more('count', 'in_msgs out_msgs'),
      ...more('size', 'in_bytes out_bytes'),
      ...more('text', 'id start'),
    ],
    sort: 'server',
  },
  {
    id: 'accounts',
    want: 'accounts',
    identity: ['account'],
    across: 'sum',
    columns: [
      ...textual(56, 'account'),
      ...textual(24, 'name'),
      ...tallies('servers conns leafs'),
      ...counts('subs'),
      ...tallies('slow'),
      ...flow,
      ...twoWay,
    ],
    sort: 'conns',
  },
  {
    id: 'streams',
    want: 'streams',
    identity: ['account', 'stream'],
    across: 'leader',
    columns: [
      ...textual(24, 'account'),
      ...textual(40, 'stream'),
      ...textual(24, 'leader replicas'),
      ...counts('lag msgs'),
      ...sizes('bytes'),
      ...rates('last_rate'),
      ...counts('subjects'),
      ...tallies('consumers first last'),
      ...more('count', 'deleted behind'),
    ],
    sort: 'msgs',
  },
  {
    id: 'consumers',
    want: 'consumers',
    identity: ['account', 'stream', 'consumer'],
    across: 'leader',
    columns: [
      ...textual(24, 'account'),
      ...textual(40, 'stream consumer'),
      ...textual(24, 'leader'),
      ...counts('pending ack_pending redelivered'),
      ...tallies('waiting'),
      ...rates('delivered_rate acked_rate'),
      ...tallies('delivered acked'),
      ...col('time', 19, false, 'last_active'),
      ...more('text', 'paused'),
    ],
    sort: 'pending',
  },
  {
    id: 'subscriptions',
    want: 'subscriptions',
    identity: ['cid', 'account', 'sid', 'subject'],
    across: 'each',
    columns: [
      ...textual(60, 'subject'),
      ...textual(24, 'queue account'),
      ...textual(24, 'server'),
      ...tallies('cid'),
      ...textual(12, 'sid'),
      ...counts('msgs'),
      ...rates('msgs_rate'),
    ],
    sort: 'msgs',
  },
  {
    id: 'links',
    want: 'links',
    identity: ['kind', 'id', 'name', 'account'],
    across: 'each',
    columns: [
      ...textual(12, 'kind'),
      ...textual(30, 'server name address'),
      ...textual(24, 'account'),
      ...textual(12, 'rtt uptime'),
      ...counts('subs'),
      ...sizes('pending'),
      ...flow,
      ...twoWay,
      ...more('tally', 'id'),
    ],
    sort: 'kind',
  },
  {
    id: 'closed',
    want: 'closed',
    identity: ['cid'],
    across: 'each',
    columns: [
      ...textual(30, 'host'),
      ...tallies('cid'),
      ...textual(24, 'server name account'),
      ...textual(40, 'reason'),
      ...col('time', 19, false, 'stop'),
      ...textual(12, 'uptime'),
      ...counts('subs'),
      ...sizes('pending'),
      ...twoWay,
      ...more('text', 'lang rtt'),
    ],
    sort: 'stop',
  },
];

const connections: Page = {
  id: 'connections',
  want: 'connections',
  identity: ['cid'],
  across: 'each',
  columns: [],
  sort: 'cid',
};

/** The page of that name. */
export function pageOf(id: PageId): Page {
  return rest.find((page) => page.id === id) ?? connections;
}

/** The rows of a page other than the connections, with their rates, in no order. */
export function pageRows(page: Page, snapshot: Snapshot): readonly PageRow[] {
  const many = snapshot.servers.length > 1;
  if (page.want === undefined) return snapshot.servers.map(serverRow);
  const rows = snapshot.servers.flatMap((moment) => rowsOfServer(page, page.want as Want, moment, many));
  if (!many || page.across === 'each') return rows;
  return page.across === 'sum' ? summed(page, rows) : led(page, rows);
}

function serverRow({ now, rate }: ServerMoment): PageRow {
  const { varz, error } = now;
  return {
    server: varz.server_name || varz.server_id,
    state: error === '' ? 'up' : `away: ${error}`,
    version: varz.version,
    uptime: varz.uptime,
    cpu: varz.cpu,
    mem: varz.mem,
    conns: varz.connections,
    subs: varz.subscriptions,
    slow: varz.slow_consumers,
    routes: varz.routes,
    leafs: varz.leafnodes,
    in_msgs: varz.in_msgs,
    out_msgs: varz.out_msgs,
    in_bytes: varz.in_bytes,
    out_bytes: varz.out_bytes,
    in_msgs_rate: rate.inMsgs,
    out_msgs_rate: rate.outMsgs,
    in_bytes_rate: rate.inBytes,
    out_bytes_rate: rate.outBytes,
    id: varz.server_id,
    start: varz.start,
  };
}

function rowsOfServer(page: Page, want: Want, moment: ServerMoment, many: boolean): PageRow[] {
  const answer = moment.now.answers[want];
  if (!answer) return [];
  const before = moment.before?.answers[want];
  const seconds = before ? secondsBetween(before.now, answer.now) : 0;
  const earlier = new Map((seconds > 0 ? (before?.rows ?? []) : []).map((row) => [identityOf(page, row), row]));
  const counters = page.columns.filter((c) => c.id.endsWith('_rate')).map((c) => c.id.slice(0, -5));
  return answer.rows.map((row) => {
    const last = earlier.get(identityOf(page, row));
    const all: Record<string, string | Count> = many ? { server: moment.now.varz.server_name, ...row } : { ...row };
    for (const id of counters) all[`${id}_rate`] = last ? perSecond(figure(last[id]), figure(row[id]), seconds) : 0;
    return all;
  });
}

function figure(value: string | Count | undefined): Count {
  return typeof value === 'string' || value === undefined ? 0 : value;
}

/** What tells a row from the others. */
export function identityOf(page: Page, row: PageRow): string {
  return page.identity.map((id) => row[id] ?? '').join('\n');
}

function summed(page: Page, rows: readonly PageRow[]): PageRow[] {
  const all = new Map<string, PageRow>();
  for (const row of rows) {
    const { server: _, ...figures } = row;
    const key = identityOf(page, row);
    const other = all.get(key);
    all.set(key, other ? sumRows(other, figures) : figures);
  }
  return [...all.values()];
}

/** Replicas tell of the same thing: what the leader says counts, else what the first says. */
function led(page: Page, rows: readonly PageRow[]): PageRow[] {
  const all = new Map<string, PageRow>();
  for (const row of rows) {
    const key = identityOf(page, row);
    if (!all.has(key) || row['leader'] === row['server']) all.set(key, row);
  }
  return [...all.values()];
}

/** Rows in the order of a column: figures from large to small, texts from A to Z, times from late to early. */
export function sortRows(page: Page, rows: readonly PageRow[], by: string): readonly PageRow[] {
  const column = page.columns.find((c) => c.id === by);
  if (!column) return rows;
  const late = column.kind === 'time' ? -1 : 1;
  const order = (a: PageRow, b: PageRow): number => {
    const [x, y] = [a[by] ?? '', b[by] ?? ''];
    if (typeof x === 'string' || typeof y === 'string') return x < y ? -late : x > y ? late : 0;
    return x > y ? -1 : x < y ? 1 : 0;
  };
  return rows.toSorted((a, b) => order(a, b) || (identityOf(page, a) < identityOf(page, b) ? -1 : 1));
}

/** The figures of all servers as a whole for the line above the table, and what went wrong. */
export function pageTotals(page: Page, snapshot: Snapshot): { readonly totals: PageRow; readonly error: string } {
  const answers = snapshot.servers.flatMap(({ now }): Answer[] =>
    (page.want ? [now.answers[page.want]] : []).filter((a) => a !== undefined),
  );
  const errors = new Set(answers.map((a) => a.error).filter((e) => e !== ''));
  const totals = answers
    .map((a) => a.totals)
    .reduce((a, b) => sumRows(a, b), answers[0] ? zeroed(answers[0].totals) : {});
  return { totals, error: [...errors].join('; ') };
}

function zeroed(row: PageRow): PageRow {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === 'string' ? value : 0]));
}

/** Whether a row wants attention: something is away, slow, or behind. */
export function alarming(page: Page, row: PageRow): boolean {
  switch (page.id) {
    case 'servers':
      return row['state'] !== 'up';
    case 'streams':
      return Number(row['behind'] ?? 0) > 0;
    case 'links':
      return Number(row['pending'] ?? 0) >= SLOW_PENDING;
    case 'closed':
      return String(row['reason']).startsWith('Slow Consumer');
    default:
      return false;
  }
}
