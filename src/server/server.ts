/** The library's door: options in, a running server out. */
import { broadcastInfo, lameDuck, shutdown } from './core/ending.ts';
import { accept, createState, stoppableClock, systemClock } from './core/state.ts';
import type { ServerEvents } from './core/types.ts';
import { createFaults, type Faults } from './faults.ts';
import { rememberClosed } from './monitor/closed.ts';
import { listener, runtimeName } from './net/host.ts';
import { connectInProcess, type InProcessSocket } from './net/in-process.ts';
import { needsKeys, needsSetup, type ServerOptions } from './options.ts';
import { advertise, coreOptions, type Running } from './running.ts';
import { startTraps } from './system/trap.ts';

/** Counters since the start. */
export interface ServerStats {
  readonly connections: number;
  readonly totalConnections: number;
  readonly subscriptions: number;
  readonly slowConsumers: number;
  readonly inMsgs: number;
  readonly inBytes: number;
  readonly outMsgs: number;
  readonly outBytes: number;
}

export interface Server {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  /** The port really bound; 0 when there is no listener. */
  readonly port: number;
  /** Address a client on this machine connects to. */
  readonly url: string;
  stats(): ServerStats;
  /** A connection without a socket, already greeted: INFO arrives on its first turn. */
  connectInProcess(): InProcessSocket;
  /** Trouble for the connections of this server, for tests of what is connected to it. */
  readonly faults: Faults;
  on<K extends keyof ServerEvents>(event: K, handler: (value: ServerEvents[K]) => void): () => void;
  /** Takes new options; rejects, with nothing changed, when one of them needs a restart. */
  reload(options: ServerOptions): Promise<void>;
  /** URLs of all listeners by kind, as the ports file has them. */
  ports(): Promise<Record<string, string[]>>;
  /** Tells clients to move, waits until they did or `ms` have passed, then stops. */
  drain(ms: number): Promise<void>;
  /** Stops accepting, tells clients to move, closes them over the configured time, then stops. */
  lameDuck(): Promise<void>;
  close(): Promise<void>;
}

function loopback(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Starts a server and resolves once it accepts connections. Rejects when the address cannot be bound. */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const core = coreOptions(options);
  const clock = stoppableClock(options.clock ?? systemClock);
  const keys = needsKeys(options) ? await (await import('./auth/server-keys.ts')).makeServerKeys() : null;
  const srv = createState({
    options: core,
    clock,
    logger: options.logger ?? null,
    runtime: runtimeName(),
    ...(keys === null ? {} : { identity: { id: keys.signing.publicKey, xkey: keys.curve.publicKey } }),
  });
  const run: Running = {
    srv,
    options,
    directory: null,
    tcp: null,
    listeners: [],
    configuredAt: srv.startedAt,
    keys,
    loginParts: {},
    stopTimers: () => clock.stop(),
    onAccounts: null,
    reloaders: [],
    closers: [],
  };
  const faults = createFaults(run);
  greet(run);
  try {
    await start(run, options);
  } catch (error) {
    stop(run);
    throw error;
  }
  srv.logger?.log('info', 'Server is ready');
  return publicDoor(run, faults);
}

/** Loads the parts the options need, then opens the ports. */
async function start(run: Running, options: ServerOptions): Promise<void> {
  const { srv } = run;
  if (needsSetup(options)) {
    const { setup } = await import('./auth/setup.ts');
    await setup(run);
  }
  if (options.noSystemAccount !== true) {
    startTraps(run);
    if (needsSetup(options)) (await import('./system/watch.ts')).startWatch(run);
  }
  rememberClosed(run);
  if (options.monitor?.port || options.monitor?.httpsPort) {
    const { startMonitor } = await import('./monitor/http.ts');
    await startMonitor(run, options.monitor);
  }
  if (options.dontListen === true) {
    advertise(run);
    return;
  }
  const secure = options.tls !== undefined || options.proxyProtocol === true;
  const listen = secure ? await (await import('./net/secure.ts')).secureListener(run) : await listener();
  const { host, port } = srv.options;
  // -1 asks for any free port, as in nats-server's configuration; so does 0 here.
  run.tcp = await listen({ host, port: Math.max(port, 0) }, (wire, stage) => accept(srv, wire, stage));
  advertise(run);
  srv.logger?.log('info', `Listening for client connections on ${hostPort(host, run.tcp.port)}`);
  if (options.websocket !== undefined) {
    const { startWebSocket } = await import('./net/websocket.ts');
    await startWebSocket(run, (wire) => accept(srv, wire));
  }
}

function stopListening(run: Running): void {
  run.tcp?.stop();
  run.tcp = null;
}

function stop(run: Running): void {
  stopListening(run);
  for (const closer of run.closers.splice(0)) closer();
  shutdown(run.srv);
  run.stopTimers();
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function greet({ srv, options }: Running): void {
  const log = srv.logger;
  if (log === null) return;
  log.log('info', 'Starting natsbox server');
  log.log('info', `  Version:  ${srv.version}`);
  log.log('debug', `  Runtime:  ${srv.runtime}`);
  log.log('info', `  Name:     ${srv.options.name}`);
  log.log('info', `  ID:       ${srv.id}`);
  if (options.configFile) {
    const digest = options.configDigest ? ` (${options.configDigest})` : '';
    log.log('info', `Using configuration file: ${options.configFile}${digest}`);
  }
}

function publicDoor(run: Running, faults: Faults): Server {
  const { srv } = run;
  const bound = run.tcp?.port ?? 0;
  return {
    id: srv.id,
    name: srv.options.name,
    host: srv.options.host,
    port: bound,
    url: `nats://${loopback(srv.options.host)}:${bound}`,
    stats: () => ({
      connections: srv.clients.size,
      totalConnections: srv.totalConnections,
      subscriptions: srv.subscriptions,
      slowConsumers: srv.slowConsumers,
      inMsgs: srv.inMsgs,
      inBytes: srv.inBytes,
      outMsgs: srv.outMsgs,
      outBytes: srv.outBytes,
    }),
    connectInProcess: () => connectInProcess((wire) => accept(srv, wire)),
    faults,
    on(event, handler) {
      const handlers = srv.handlers as Record<string, Set<unknown> | undefined>;
      handlers[event] ??= new Set();
      handlers[event].add(handler);
      return () => void handlers[event]?.delete(handler);
    },
    async reload(options) {
      const { reload } = await import('./reload.ts');
      await reload(run, options);
    },
    async ports() {
      const { listenerUrls } = await import('./net/addresses.ts');
      return listenerUrls(run);
    },
    async drain(ms) {
      stopListening(run);
      broadcastInfo(srv, true);
      await new Promise<void>((done) => {
        const timer = setTimeout(done, ms);
        const gone = (): void => {
          if (srv.clients.size > 0) return;
          clearTimeout(timer);
          done();
        };
        srv.handlers.disconnect ??= new Set();
        srv.handlers.disconnect.add(() => setImmediate(gone));
        gone();
      });
      stop(run);
    },
    async lameDuck() {
      stopListening(run);
      await lameDuck(srv);
      stop(run);
    },
    async close() {
      stop(run);
    },
  };
}
