import type { Clock, CoreOptions, Logger } from './core/types.ts';

/** Who may connect. With several members set, a client needs to satisfy one of them. */
export interface AuthOptions {
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

/** Options of `createServer`. Durations in ms, sizes in bytes; what is left out has nats-server's default. */
export interface ServerOptions extends Partial<CoreOptions> {
  readonly auth?: AuthOptions;
  readonly logger?: Logger;
  /** Replaces the time source; tests use it to let credentials expire. */
  readonly clock?: Clock;
  /** No TCP listener at all: only in-process connections. */
  readonly dontListen?: boolean;
}
