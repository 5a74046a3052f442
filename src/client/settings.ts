import { fail } from '#base/errors.ts';
import type { ConnectOptions, TlsOptions } from './types.ts';

/** Connect options with every default in place. */
export interface Settings {
  readonly options: Readonly<ConnectOptions>;
  readonly urls: readonly string[];
  /** Undefined when nobody asked for TLS; the server may still demand it. */
  readonly tls: TlsOptions | undefined;
  readonly inboxPrefix: string;
  readonly timeout: number;
  readonly connectTimeout: number;
  readonly reconnect: boolean;
  readonly maxReconnects: number;
  readonly reconnectWait: number;
  readonly reconnectJitter: number;
  readonly reconnectBuffer: number;
  readonly pingInterval: number;
  readonly maxPingsOut: number;
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  readonly drainTimeout: number;
}

export const DEFAULT_PENDING_MESSAGES: number = 512 * 1024;
export const DEFAULT_PENDING_BYTES: number = 64 * 1024 * 1024;

/** Defaults are those of the Go client. */
export function settingsOf(options: ConnectOptions): Settings {
  const tls = options.tls === true ? {} : options.tls === false ? undefined : options.tls;
  const servers = options.servers ?? [];
  const prefix = options.inboxPrefix;
  if (prefix !== undefined && (prefix === '' || prefix.endsWith('.') || /[*>\s]/.test(prefix))) {
    throw fail('usage', 'nats: invalid custom prefix', {
      hint: 'an inbox prefix has no wildcards and no dot at its end',
    });
  }
  return {
    options,
    urls: typeof servers === 'string' ? [servers] : servers,
    tls,
    inboxPrefix: prefix ?? '_INBOX',
    timeout: options.timeout ?? 2000,
    connectTimeout: options.connectTimeout ?? options.timeout ?? 2000,
    reconnect: options.reconnect ?? true,
    maxReconnects: options.maxReconnects ?? 60,
    reconnectWait: options.reconnectWait ?? 2000,
    reconnectJitter: options.reconnectJitter ?? (tls ? 1000 : 100),
    reconnectBuffer: options.reconnectBuffer ?? 8 * 1024 * 1024,
    pingInterval: options.pingInterval ?? 120_000,
    maxPingsOut: options.maxPingsOut ?? 2,
    pendingMessages: options.pendingLimits?.messages ?? DEFAULT_PENDING_MESSAGES,
    pendingBytes: options.pendingLimits?.bytes ?? DEFAULT_PENDING_BYTES,
    drainTimeout: options.drainTimeout ?? 30_000,
  };
}
