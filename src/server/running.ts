/** A server while it runs: the core's state with everything around it that was loaded for its options. */
import type { SharedAccount } from './accounts/model.ts';
import type { LoginParts } from './auth/login.ts';
import type { ServerKeys } from './auth/server-keys.ts';
import type { EventHandlers } from './core/state.ts';
import { defaultOptions } from './core/state.ts';
import type { CoreOptions, ServerState } from './core/types.ts';
import type { Listener } from './core/wire.ts';
import type { ServerOptions } from './options.ts';

export interface Running {
  readonly srv: ServerState & { readonly handlers: EventHandlers };
  options: ServerOptions;
  /** Accounts that take part in sharing; null for a server with none. */
  directory: Map<string, SharedAccount> | null;
  tcp: Listener | null;
  /** Further listeners: `monitoring`, `websocket`. */
  readonly listeners: {
    readonly kind: string;
    readonly scheme: string;
    readonly host: string;
    readonly port: number;
  }[];
  /** Epoch ms of the last change of options. */
  configuredAt: number;
  /**
   * Keys to sign and open with; null while nothing needs them. The signing key is the server's id, unless a reload
   * brought the first callout: then the id had been only a name, and requests to the service name the key instead.
   */
  keys: ServerKeys | null;
  /** What the loaded parts add to logins; kept for reloads. */
  loginParts: LoginParts;
  stopTimers(): void;
  /** Called when accounts were rebuilt. */
  onAccounts: (() => void) | null;
  /** Parts that take new options: each prepares, and gives back what puts them in force. */
  readonly reloaders: ((next: ServerOptions) => Promise<() => void>)[];
  /** Parts to close with the server. */
  readonly closers: (() => void)[];
}

/** Sets the address INFO names: the one to advertise, else the one bound. */
export function advertise({ srv, tcp }: Running): void {
  const { host, clientAdvertise } = srv.options;
  const bound = tcp?.port ?? 0;
  const at = /^(?:\[(.*)\]|([^:]*)|(.*:.*:.*?))(?::(\d+))?$/.exec(clientAdvertise);
  const shown = at?.[1] ?? at?.[2] ?? at?.[3] ?? '';
  srv.host = shown === '' ? host : shown;
  srv.port = Number(at?.[4] ?? 0) || bound;
}

/** Core options with their defaults. Zero means default where nats-server's configuration has it so. */
export function coreOptions(options: ServerOptions): CoreOptions {
  const core: CoreOptions = { ...defaultOptions };
  const target = core as unknown as Record<string, unknown>;
  for (const key of Object.keys(defaultOptions)) {
    const value = (options as Record<string, unknown>)[key];
    if (value !== undefined) target[key] = value;
  }
  for (const key of [
    'pingInterval',
    'maxPingsOut',
    'maxPending',
    'maxControlLine',
    'writeDeadline',
    'authTimeout',
  ] as const) {
    if (core[key] === 0) core[key] = defaultOptions[key];
  }
  if (options.port === 0) core.port = 0;
  core.websocketAuthTimeout = options.websocket?.auth?.timeout ?? 0;
  return core;
}
