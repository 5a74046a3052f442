/** The server itself: how it is set up, and what it did so far. */
import { timeText } from '../accounts/info.ts';
import { cores, usage } from '../net/host.ts';
import type { Running } from '../running.ts';
import { FEATURES } from '../system/identity.ts';
import { decoded } from './accounts.ts';
import { age, nanos } from './form.ts';

/** Facts about requests to the monitoring port, for those who ask there. */
export interface HttpFacts {
  readonly host: string;
  readonly port: number;
  readonly basePath: string;
  readonly httpsPort: number;
  readonly requests: ReadonlyMap<string, number>;
}

const NO_HTTP: HttpFacts = { host: '', port: 0, basePath: '', httpsPort: 0, requests: new Map() };
const httpFacts = new WeakMap<Running, HttpFacts>();

/** Tells what the monitoring port is; nothing is known when there is none. */
export function setHttpFacts(run: Running, facts: HttpFacts): void {
  httpFacts.set(run, facts);
}

interface Sample {
  readonly at: number;
  readonly used: number;
  readonly percent: number;
}

let lastCpu: Sample | null = null;

/** Percent of one core used since the last look; looks closer than 50 ms to each other give the same answer. */
async function load(): Promise<{ cpu: number; mem: number }> {
  const { cpuSeconds, memory } = usage();
  const at = performance.now();
  if (lastCpu === null || at - lastCpu.at > 50) {
    const since = lastCpu === null ? 0 : lastCpu.at;
    const used = cpuSeconds - (lastCpu?.used ?? 0);
    lastCpu = { at, used: cpuSeconds, percent: Math.round(((used * 100_000) / Math.max(at - since, 1)) * 10) / 10 };
  }
  return { cpu: lastCpu.percent, mem: memory };
}

function noneIfEmpty<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

function websocket(run: Running): Record<string, unknown> {
  const w = run.options.websocket;
  if (w === undefined) return {};
  return {
    host: w.host || '0.0.0.0',
    port: run.listeners.find((l) => l.kind === 'websocket')?.port ?? w.port,
    advertise: w.advertise || undefined,
    no_auth_user: w.noAuthUser || undefined,
    jwt_cookie: w.jwtCookie || undefined,
    handshake_timeout: w.handshakeTimeout ? nanos(w.handshakeTimeout) : undefined,
    auth_timeout: w.auth?.timeout ? w.auth.timeout / 1000 : undefined,
    no_tls: w.noTls || undefined,
    tls_map: w.tls?.verifyAndMap || undefined,
    tls_pinned_certs: noneIfEmpty(w.tls?.pinnedCerts),
    same_origin: w.sameOrigin || undefined,
    allowed_origins: noneIfEmpty(w.allowedOrigins),
    compression: w.compression || undefined,
  };
}

/** General information. */
export async function varz(run: Running): Promise<Record<string, unknown>> {
  const { srv, options } = run;
  const o = srv.options;
  const now = srv.clock.now();
  const http = httpFacts.get(run) ?? NO_HTTP;
  const { cpu, mem } = await load();
  const processors = await cores();
  const operators = options.operator?.operators ?? [];
  let subscriptions = 0;
  for (const a of srv.accounts.values()) subscriptions += a.sublist.count;
  const proxies = options.trustedProxies ?? [];
  return {
    server_id: srv.id,
    server_name: o.name,
    version: srv.version,
    proto: 1,
    go: srv.runtime,
    host: srv.host,
    port: srv.port,
    auth_required: srv.auth?.required || undefined,
    tls_required: srv.tls.required || undefined,
    tls_verify: srv.tls.verify || undefined,
    connect_urls: noneIfEmpty(srv.connectUrls),
    ws_connect_urls: noneIfEmpty(srv.wsConnectUrls),
    max_connections: o.maxConnections,
    max_subscriptions: o.maxSubs || undefined,
    ping_interval: nanos(o.pingInterval),
    ping_max: o.maxPingsOut,
    http_host: http.host,
    http_port: http.port,
    http_base_path: http.basePath,
    https_port: http.httpsPort,
    auth_timeout: o.authTimeout / 1000,
    max_control_line: o.maxControlLine,
    max_payload: o.maxPayload,
    max_pending: o.maxPending,
    cluster: {},
    gateway: {},
    leaf: {},
    mqtt: {},
    websocket: websocket(run),
    jetstream: {},
    tls_timeout: (options.tls?.timeout ?? 2000) / 1000,
    write_deadline: nanos(o.writeDeadline),
    start: timeText(srv.startedAt),
    now: timeText(now),
    uptime: age(now - srv.startedAt),
    mem,
    cores: processors,
    gomaxprocs: processors,
    cpu,
    connections: srv.clients.size,
    total_connections: srv.totalConnections,
    routes: 0,
    remotes: 0,
    leafnodes: 0,
    in_msgs: srv.inMsgs,
    in_bytes: srv.inBytes,
    in_client_msgs: srv.inMsgs,
    in_client_bytes: srv.inBytes,
    out_msgs: srv.outMsgs,
    out_bytes: srv.outBytes,
    out_client_msgs: srv.outMsgs,
    out_client_bytes: srv.outBytes,
    slow_consumers: srv.slowConsumers,
    stale_connections: srv.staleConnections,
    stalled_clients: srv.stalledClients,
    subscriptions,
    http_req_stats: Object.fromEntries(http.requests),
    config_load_time: timeText(run.configuredAt),
    config_digest: options.configDigest ?? '',
    tags: noneIfEmpty(options.tags),
    metadata: noneIfEmpty(options.metadata),
    feature_flags: FEATURES,
    trusted_operators_jwt: noneIfEmpty(operators),
    trusted_operators_claim: noneIfEmpty(operators.map(decoded)),
    system_account: options.noSystemAccount === true ? undefined : srv.systemAccount.name,
    slow_consumer_stats: { clients: srv.slowConsumers, routes: 0, gateways: 0, leafs: 0 },
    stale_connection_stats: { clients: srv.staleConnections, routes: 0, gateways: 0, leafs: 0 },
    disk_io_wait_stats: { waiters: 0, waits: 0, wait_time: 0, max_wait_time: 0 },
    proxies: proxies.length > 0 ? { trusted: proxies.map((key) => ({ key })) } : undefined,
    tls_cert_not_after: srv.tls.notAfter === 0 ? undefined : timeText(srv.tls.notAfter),
  };
}

/** The short numbers that are broadcast in the system account. */
export async function statsz(run: Running): Promise<Record<string, unknown>> {
  const { srv } = run;
  const { cpu, mem } = await load();
  const processors = await cores();
  let subscriptions = 0;
  let active = 0;
  for (const a of srv.accounts.values()) {
    subscriptions += a.sublist.count;
    if (a.clients.size > 0) active++;
  }
  const sent = { msgs: srv.outMsgs, bytes: srv.outBytes };
  const received = { msgs: srv.inMsgs, bytes: srv.inBytes };
  const noOthers = { routes: 0, gateways: 0, leafs: 0 };
  return {
    start: timeText(srv.startedAt),
    mem,
    cores: processors,
    cpu,
    connections: srv.clients.size,
    total_connections: srv.totalConnections,
    active_accounts: active,
    subscriptions,
    sent,
    sent_to_clients: sent,
    received,
    received_from_clients: received,
    slow_consumers: srv.slowConsumers,
    slow_consumer_stats: srv.slowConsumers === 0 ? undefined : { clients: srv.slowConsumers, ...noOthers },
    stale_connections: srv.staleConnections || undefined,
    stale_connection_stats: srv.staleConnections === 0 ? undefined : { clients: srv.staleConnections, ...noOthers },
    stalled_clients: srv.stalledClients || undefined,
    active_servers: 1,
    gomaxprocs: processors,
  };
}
