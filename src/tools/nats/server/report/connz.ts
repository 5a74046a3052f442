// All connections of all servers: asked for in pages, filtered by an expression.
import { BoxError, fail } from '#base/errors.ts';
import { noPrivileges } from '#client/system/gather.ts';
import type { LiveSource, SystemSource } from '#client/system/source.ts';
import type { Answer, ConnInfo, Connz, ServerFilter, ServerIdentity } from '#client/system/types.ts';
import { refuseErrors } from './run.ts';

/** A connection, and the server it is on. */
export interface Conn {
  readonly conn: ConnInfo;
  readonly server: ServerIdentity;
}

/** Which connections are wanted. */
export interface ConnQuery {
  readonly account?: string | undefined;
  readonly user?: string | undefined;
  readonly subject?: string | undefined;
  readonly state?: 'open' | 'closed' | 'all';
  /** Keeps the connections it says yes to. */
  readonly keep?: ((conn: Conn) => boolean) | undefined;
  /** Only the connections of the account in use are wanted, which every account may ask for. */
  readonly own?: boolean;
  /** Leaves of a list those that are shown: when only some are, the others need not be held. */
  readonly prune?: ((conns: Conn[]) => Conn[]) | undefined;
}

/** Sums over all connections that were found. */
export interface Tally {
  count: number;
  inMsgs: bigint;
  outMsgs: bigint;
  inBytes: bigint;
  outBytes: bigint;
  subscriptions: bigint;
  /** How many each server has, by its name. */
  readonly servers: Map<string, { readonly name: string; readonly cluster: string; count: number }>;
}

/** What was found, and which servers it is from. */
export interface Found {
  readonly conns: Conn[];
  readonly tally: Tally;
  readonly answered: string[];
}

/** Connections a server puts in one answer. */
const page = 1024;
const states = { open: 0, closed: 1, all: 2 } as const;

/** Asks page after page until every server has told of all its connections. Fails when there are none. */
export async function fetchConns(source: SystemSource, filter: ServerFilter, query: ConnQuery): Promise<Found> {
  // Users of other accounts are told of their own connections: that would look like all of them.
  if (source.isLive && !query.own) await (source as LiveSource).activeServers();
  let conns: Conn[] = [];
  const tally = newTally();
  const answered = new Set<string>();
  for (let offset = 0, more = true; more; offset += page) {
    const answers = await askPage(source, filter, query, offset);
    refuseErrors(answers, 'invalid response received: ');
    more = false;
    for (const { server, data } of answers) {
      if (!data) throw fail('error', 'no data received in response');
      answered.add(server.name);
      for (const conn of data.connections ?? []) {
        const found = { conn, server };
        if (query.keep && !query.keep(found)) continue;
        conns.push(found);
        addTo(tally, found);
      }
      if (query.prune) conns = query.prune(conns);
      if (source.isLive && data.offset + page < data.total) more = true;
    }
  }
  if (conns.length === 0) {
    throw fail('not-found', 'did not get results from any servers', {
      hint: 'no connection matches: check --account, --state, --filter and the names of servers',
    });
  }
  return { conns, tally, answered: [...answered] };
}

function newTally(): Tally {
  return { count: 0, inMsgs: 0n, outMsgs: 0n, inBytes: 0n, outBytes: 0n, subscriptions: 0n, servers: new Map() };
}

function addTo(tally: Tally, { conn, server }: Conn): void {
  tally.count += 1;
  tally.inMsgs += BigInt(conn.in_msgs);
  tally.outMsgs += BigInt(conn.out_msgs);
  tally.inBytes += BigInt(conn.in_bytes);
  tally.outBytes += BigInt(conn.out_bytes);
  tally.subscriptions += BigInt(conn.subscriptions);
  const entry = tally.servers.get(server.name) ?? { name: server.name, cluster: server.cluster ?? '', count: 0 };
  entry.count += 1;
  tally.servers.set(server.name, entry);
}

async function askPage(
  source: SystemSource,
  filter: ServerFilter,
  query: ConnQuery,
  offset: number,
): Promise<Answer<Connz>[]> {
  const options = {
    ...filter,
    subscriptions: true,
    auth: true,
    state: states[query.state ?? 'open'],
    limit: page,
    offset,
    ...(query.account ? { acc: query.account } : {}),
    ...(query.user ? { user: query.user } : {}),
    ...(query.subject ? { filter_subject: query.subject } : {}),
  };
  try {
    return await source.ask('CONNZ', options);
  } catch (error) {
    throw error instanceof BoxError && error.kind === 'no-responders' ? noPrivileges() : error;
  }
}

/** Keys of a connection as JSON and as Go's field names, and what stands for a key the server leaves out. */
const connFields: readonly (readonly [json: string, go: string, empty: unknown])[] = [
  ['cid', 'Cid', 0],
  ['kind', 'Kind', ''],
  ['type', 'Type', ''],
  ['ip', 'IP', ''],
  ['port', 'Port', 0],
  ['start', 'Start', ''],
  ['last_activity', 'LastActivity', ''],
  ['stop', 'Stop', null],
  ['reason', 'Reason', ''],
  ['rtt', 'RTT', ''],
  ['uptime', 'Uptime', ''],
  ['idle', 'Idle', ''],
  ['pending_bytes', 'Pending', 0],
  ['in_msgs', 'InMsgs', 0],
  ['out_msgs', 'OutMsgs', 0],
  ['in_bytes', 'InBytes', 0],
  ['out_bytes', 'OutBytes', 0],
  ['stalls', 'Stalls', 0],
  ['subscriptions', 'NumSubs', 0],
  ['name', 'Name', ''],
  ['lang', 'Lang', ''],
  ['version', 'Version', ''],
  ['tls_version', 'TLSVersion', ''],
  ['tls_cipher_suite', 'TLSCipher', ''],
  ['tls_peer_certs', 'TLSPeerCerts', null],
  ['tls_first', 'TLSFirst', false],
  ['authorized_user', 'AuthorizedUser', ''],
  ['account', 'Account', ''],
  ['subscriptions_list', 'Subs', null],
  ['subscriptions_list_detail', 'SubsDetail', null],
  ['jwt', 'JWT', ''],
  ['issuer_key', 'IssuerKey', ''],
  ['name_tag', 'NameTag', ''],
  ['tags', 'Tags', null],
  ['mqtt_client', 'MQTTClient', ''],
];

const serverFields: typeof connFields = [
  ['name', 'Name', ''],
  ['host', 'Host', ''],
  ['id', 'ID', ''],
  ['cluster', 'Cluster', ''],
  ['domain', 'Domain', ''],
  ['ver', 'Version', ''],
  ['tags', 'Tags', null],
  ['metadata', 'Metadata', null],
  ['feature_flags', 'FeatureFlags', null],
  ['jetstream', 'JetStream', false],
  ['flags', 'Flags', 0],
  ['seq', 'Seq', 0],
  ['time', 'Time', ''],
];

function forms(value: object, fields: typeof connFields): [json: object, go: object] {
  const record = value as Readonly<Record<string, unknown>>;
  const json = fields.map(([key, , empty]) => [key, record[key] ?? empty]);
  const go = fields.map(([key, name, empty]) => [name, record[key] ?? empty]);
  return [Object.fromEntries(json), Object.fromEntries(go)];
}

/** The filter an expression over `conn` and `server` stands for; `Conn` and `Server` have Go's field names. */
export async function expressionFilter(source: string): Promise<(conn: Conn) => boolean> {
  const { compileExpr } = await import('#base/expr/expr.ts');
  const wrong = (error: unknown): never => {
    if (!(error instanceof BoxError)) throw error;
    throw new BoxError('usage', `Invalid expression: ${error.message}`, {
      hint: 'for example: conns.subscriptions > 10 && conns.name startsWith "app"',
      ...error.facts,
    });
  };
  const compiled = (() => {
    try {
      return compileExpr(source);
    } catch (error) {
      return wrong(error);
    }
  })();
  return ({ conn, server }) => {
    const [json, go] = forms(conn, connFields);
    const [serverJson, serverGo] = forms(server, serverFields);
    try {
      // `conns` and `Conns` are older names of the same.
      return compiled.test({ conn: json, conns: json, Conn: go, Conns: go, server: serverJson, Server: serverGo });
    } catch (error) {
      return wrong(error);
    }
  };
}
