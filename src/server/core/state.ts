/** The server's state and its connections: accepting, timers, lame duck, shutdown. */
import { closeClient } from './close.ts';
import { defaultConnect, sendInfo } from './handshake.ts';
import { makeIdentity, randomText } from './identity.ts';
import { drain, flushAll, sendErr } from './out.ts';
import { receive } from './scanner.ts';
import { createSublist } from './sublist.ts';
import {
  type Account,
  type Client,
  type ClientKind,
  type Clock,
  type CoreOptions,
  IN_PEDANTIC,
  IN_TRACE,
  IN_VERBOSE,
  type Logger,
  OUT_NO_HEADERS,
  OUT_TRACE,
  type ServerEvents,
  type ServerState,
} from './types.ts';
import { VERSION } from './version.ts';
import { watch } from './watch.ts';
import type { Stage, Wire, WireHandler } from './wire.ts';

export const defaultOptions: CoreOptions = {
  name: '',
  host: '0.0.0.0',
  port: 4222,
  clientAdvertise: '',
  maxPayload: 1024 * 1024,
  maxPending: 64 * 1024 * 1024,
  maxConnections: 64 * 1024,
  maxSubs: 0,
  maxSubTokens: 0,
  maxControlLine: 4096,
  pingInterval: 120_000,
  maxPingsOut: 2,
  writeDeadline: 10_000,
  authTimeout: 2000,
  websocketAuthTimeout: 0,
  lameDuckDuration: 120_000,
  lameDuckGracePeriod: 10_000,
  noHeaders: false,
  shortFirstPing: true,
  maxTracedMessage: 0,
  traceHeadersOnly: false,
  maxClosedClients: 10_000,
};

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => setTimeout(run, Math.min(ms, 2 ** 31 - 1)),
  cancel: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
};

/** A clock whose timers all end with the server. */
export function stoppableClock(clock: Clock): Clock & { stop(): void } {
  const running = new Set<unknown>();
  let stopped = false;
  return {
    now: () => clock.now(),
    after(ms, run) {
      if (stopped) return null;
      const timer: unknown = clock.after(ms, () => {
        running.delete(timer);
        run();
      });
      running.add(timer);
      return timer;
    },
    cancel(timer) {
      running.delete(timer);
      clock.cancel(timer);
    },
    stop() {
      stopped = true;
      for (const timer of running) clock.cancel(timer);
      running.clear();
    },
  };
}

export function createAccount(name: string): Account {
  return {
    name,
    sublist: createSublist(),
    clients: new Set(),
    inMsgs: 0,
    inBytes: 0,
    outMsgs: 0,
    outBytes: 0,
    slowConsumers: 0,
    maxConnections: -1,
    maxSubs: -1,
    maxPayload: -1,
    onSubscribe: null,
    onUnsubscribe: null,
    mapSubject: null,
    more: null,
  };
}

export type EventHandlers = { [K in keyof ServerEvents]?: Set<(value: ServerEvents[K]) => void> };

export interface StateOptions {
  readonly options: CoreOptions;
  readonly clock: Clock;
  readonly logger: Logger | null;
  readonly runtime: string;
  readonly identity?: { id: string; xkey: string };
}

export function createState(init: StateOptions): ServerState & { readonly handlers: EventHandlers } {
  const identity = init.identity ?? makeIdentity();
  const global = createAccount('$G');
  const system = createAccount('$SYS');
  const handlers: EventHandlers = {};
  if (init.options.name === '') init.options.name = identity.id;
  const srv: ServerState & { handlers: EventHandlers } = {
    id: identity.id,
    xkey: identity.xkey,
    version: VERSION,
    runtime: init.runtime,
    options: init.options,
    auth: null,
    logger: init.logger,
    clock: init.clock,
    startedAt: init.clock.now(),
    clients: new Map(),
    accounts: new Map([
      [global.name, global],
      [system.name, system],
    ]),
    globalAccount: global,
    systemAccount: system,
    dirty: [],
    blockedClients: new Set(),
    stalled: [],
    // nats-server uses the first four for its internal clients.
    nextCid: 5,
    totalConnections: 0,
    slowConsumers: 0,
    staleConnections: 0,
    stalledClients: 0,
    subscriptions: 0,
    phase: 'running',
    host: init.options.host,
    port: init.options.port,
    tls: { required: false, verify: false, available: false, notAfter: 0 },
    hideHost: false,
    connectUrls: [],
    wsConnectUrls: [],
    inMsgs: 0,
    inBytes: 0,
    outMsgs: 0,
    outBytes: 0,
    handlers,
    onConnection: null,
    onAccount: null,
    onTrace: null,
    emit(event, value) {
      const set = handlers[event] as Set<(v: unknown) => void> | undefined;
      if (set !== undefined) for (const handler of set) handler(value);
    },
    flush() {
      if (srv.dirty.length > 0) flushAll(srv);
    },
  };
  return srv;
}

/** The transport of clients that are part of the server: it swallows what it is given. */
export const internalWire: Wire = {
  peer: { host: '', port: 0, kind: 'in-process' },
  write: (_buf, _offset, length) => length,
  end: () => {},
  destroy: () => {},
  pause: () => {},
  resume: () => {},
};

export function makeClient(srv: ServerState, kind: ClientKind, wire: Wire, account: Account): Client {
  const now = srv.clock.now();
  const cid = kind === 'client' ? srv.nextCid++ : 0;
  const { options } = srv;
  const trace = srv.logger?.trace === true;
  return {
    srv,
    kind,
    cid,
    wire,
    peerHost: wire.peer.host,
    peerPort: wire.peer.port,
    startedAt: now,
    account,
    phase: 'open',
    inFlags: kind === 'client' ? IN_VERBOSE | IN_PEDANTIC | (trace ? IN_TRACE : 0) : 0,
    outFlags: kind === 'client' ? OUT_NO_HEADERS | (trace ? OUT_TRACE : 0) : 0,
    echo: true,
    headers: kind !== 'client',
    noResponders: false,
    maxPayload: options.maxPayload === 0 ? -1 : options.maxPayload,
    maxSubs: options.maxSubs === 0 ? -1 : options.maxSubs,
    maxControlLine: options.maxControlLine,
    subs: new Map(),
    last: null,
    out: null,
    outLen: 0,
    waiting: null,
    ride: null,
    rideFrom: 0,
    rideTo: 0,
    pending: 0,
    blocked: false,
    blockedSince: 0,
    stuck: false,
    dirty: false,
    producers: null,
    pausedFor: 0,
    stalls: 0,
    carry: null,
    carryLen: 0,
    carryNeed: 0,
    held: null,
    connectReceived: false,
    firstPongSent: false,
    authRequired: false,
    options: { ...defaultConnect },
    nonce: '',
    proxyKey: '',
    permissions: null,
    identity: null,
    authTimer: null,
    expiryTimer: null,
    expiresAt: 0,
    pingAt: now + options.pingInterval,
    pingsOut: 0,
    pingSentAt: 0,
    rtt: 0,
    lastIn: now,
    lastActivity: now,
    label: `${addressOf(wire)} - ${wire.peer.kind === 'websocket' ? 'wid' : 'cid'}:${cid}`,
    closeReason: '',
    inMsgs: 0,
    inBytes: 0,
    outMsgs: 0,
    outBytes: 0,
  };
}

function addressOf(wire: Wire): string {
  const { host, port, kind } = wire.peer;
  if (kind === 'in-process') return 'pipe';
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Takes a new connection in: greets it, and starts what watches over it. */
export function accept(srv: ServerState, wire: Wire, stage: Stage = 'ready'): WireHandler {
  const c = makeClient(srv, 'client', wire, srv.globalAccount);
  const { options } = srv;
  c.account.clients.add(c);
  srv.totalConnections++;
  c.authRequired =
    srv.auth !== null && (srv.auth.required || (srv.auth.websocket === true && wire.peer.kind === 'websocket'));
  if (srv.auth?.nonce === true) c.nonce = randomText(15);
  if (srv.logger?.debug) srv.logger.log('debug', `${c.label} - Client connection created`);
  srv.onConnection?.(c);
  if (stage !== 'silent') sendInfo(c, srv.hideHost);
  if (c.phase === 'closed') {
    // Turned away before it began.
  } else if (srv.phase !== 'running') {
    closeClient(c, 'Server Shutdown');
  } else if (options.maxConnections < 0 || (options.maxConnections > 0 && srv.clients.size >= options.maxConnections)) {
    srv.logger?.log('error', `${c.label} - maximum connections exceeded`);
    sendErr(c, 'maximum connections exceeded');
    closeClient(c, 'Maximum Connections Exceeded');
  } else {
    srv.clients.set(c.cid, c);
    // The time for a login is counted from when one can be made.
    if (c.authRequired && stage === 'ready') startAuthTimer(c);
    watch(srv);
  }
  srv.flush();
  return handlerOf(c, stage);
}

function startAuthTimer(c: Client): void {
  const { authTimeout, websocketAuthTimeout } = c.srv.options;
  const wait = c.wire.peer.kind === 'websocket' && websocketAuthTimeout > 0 ? websocketAuthTimeout : authTimeout;
  c.authTimer = c.srv.clock.after(wait, () => {
    c.authTimer = null;
    if (c.phase === 'closed') return;
    c.srv.logger?.log('debug', `${c.label} - Authentication Timeout`);
    sendErr(c, 'Authentication Timeout');
    closeClient(c, 'Authentication Timeout');
    c.srv.flush();
  });
}

function handlerOf(c: Client, stage: Stage): WireHandler & { readonly client: Client } {
  const { srv } = c;
  let greeted = stage !== 'silent';
  const greet = (): void => {
    if (greeted || c.phase === 'closed') return;
    greeted = true;
    sendInfo(c);
    srv.flush();
  };
  return {
    client: c,
    door: {
      greet,
      ready(peer) {
        if (c.phase === 'closed') return;
        if (peer !== null) {
          c.peerHost = peer.host;
          c.peerPort = peer.port;
        }
        greet();
        if (c.authRequired && c.authTimer === null && !c.connectReceived) startAuthTimer(c);
      },
      refuse(reason, error) {
        if (error !== undefined) sendErr(c, error);
        closeClient(c, reason);
        srv.flush();
      },
    },
    onData: (chunk) => receive(c, chunk),
    onDrain: () => drain(c),
    onClose: (error) => {
      closeClient(c, error === undefined ? 'Client Closed' : 'Read Error', false);
      srv.flush();
    },
  };
}
