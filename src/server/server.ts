/** The library's door: options in, a running server out. */
import { accept, createState, defaultOptions, lameDuck, shutdown, systemClock } from './core/state.ts';
import type { CoreOptions, ServerEvents, ServerState } from './core/types.ts';
import type { Listen, Listener } from './core/wire.ts';
import { connectInProcess, type InProcessSocket } from './net/in-process.ts';
import { needsSetup, type ServerOptions } from './options.ts';

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
  on<K extends keyof ServerEvents>(event: K, handler: (value: ServerEvents[K]) => void): () => void;
  /** Stops accepting, tells clients to move, closes them over the configured time, then stops. */
  lameDuck(): Promise<void>;
  close(): Promise<void>;
}

/** `-1` asks for any free port, as nats-server's configuration does; so does 0 here. */
function anyPort(port: number): number {
  return Math.max(port, 0);
}

function settle(options: ServerOptions): CoreOptions {
  const core: CoreOptions = { ...defaultOptions };
  const target = core as unknown as Record<string, unknown>;
  for (const key of Object.keys(defaultOptions)) {
    const value = (options as Record<string, unknown>)[key];
    if (value !== undefined) target[key] = value;
  }
  return core;
}

function runtimeName(): string {
  return typeof Bun === 'undefined' ? `node${process.versions.node}` : `bun${Bun.version}`;
}

async function listener(): Promise<Listen> {
  return typeof Bun === 'undefined' ? (await import('./net/node.ts')).listen : (await import('./net/bun.ts')).listen;
}

function loopback(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Starts a server and resolves once it accepts connections. Rejects when the address cannot be bound. */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const core = settle(options);
  const srv: ServerState & ReturnType<typeof createState> = createState({
    options: core,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? null,
    runtime: runtimeName(),
  });
  if (needsSetup(options)) {
    const { setupAccounts, setupLogin } = await import('./auth/setup.ts');
    setupAccounts(srv, options);
    setupLogin(srv, options);
  }
  let tcp: Listener | null = null;
  if (options.dontListen !== true) {
    const listen = await listener();
    tcp = await listen({ host: core.host, port: anyPort(core.port) }, (wire) => accept(srv, wire));
    srv.host = core.host;
    srv.port = tcp.port;
  } else srv.port = 0;

  return {
    id: srv.id,
    name: core.name,
    host: srv.host,
    port: srv.port,
    url: `nats://${loopback(srv.host)}:${srv.port}`,
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
    on(event, handler) {
      const set = ((srv.handlers as Record<string, Set<unknown>>)[event] ??= new Set());
      set.add(handler);
      return () => void set.delete(handler);
    },
    async lameDuck() {
      tcp?.stop();
      tcp = null;
      await lameDuck(srv);
      shutdown(srv);
    },
    async close() {
      tcp?.stop();
      tcp = null;
      shutdown(srv);
    },
  };
}
