/**
 * What a server can be told, by a program or by a configuration file (config/load.ts makes this from one).
 * Durations are ms, sizes bytes; what is left out has nats-server's default.
 */
import type { Clock, CoreOptions, Logger } from './core/types.ts';

/** Options while they are being read. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface SubjectRules {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** Subjects in `subscribe` may carry a queue group after a blank. */
export interface PermissionOptions {
  readonly publish?: SubjectRules;
  readonly subscribe?: SubjectRules;
  /** Replies to received requests are allowed: how many (-1: any number), and for how long in ms (-1: for ever). */
  readonly responses?: { readonly max: number; readonly expires: number };
}

export type ConnectionType = 'STANDARD' | 'WEBSOCKET' | 'LEAFNODE' | 'LEAFNODE_WS' | 'MQTT' | 'MQTT_WS' | 'IN_PROCESS';

/** A user by name, or by public nkey. Passwords may be bcrypt hashes ($2a$...). */
export interface UserOptions {
  readonly user?: string;
  readonly password?: string;
  readonly nkey?: string;
  readonly permissions?: PermissionOptions;
  readonly connectionTypes?: readonly ConnectionType[];
  readonly proxyRequired?: boolean;
}

export interface AuthCalloutOptions {
  /** Public account key that signs the answers. */
  readonly issuer: string;
  readonly account: string;
  /** Users that may connect without being asked about: the callout service itself. */
  readonly users: readonly string[];
  readonly xkey?: string;
  readonly allowedAccounts?: readonly string[];
}

/** Who may connect to the default account. */
export interface AuthOptions {
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly users?: readonly UserOptions[];
  readonly defaultPermissions?: PermissionOptions;
  readonly callout?: AuthCalloutOptions;
  readonly proxyRequired?: boolean;
}

export interface LatencyOptions {
  readonly subject: string;
  /** Percent of requests measured; 0: those whose headers ask for it. */
  readonly sampling: number;
}

export interface ExportOptions {
  readonly stream?: string;
  readonly service?: string;
  /** Accounts that may import it; everybody when absent. */
  readonly accounts?: readonly string[];
  readonly response?: 'singleton' | 'stream' | 'chunked';
  readonly threshold?: number;
  readonly latency?: LatencyOptions;
  /** Which token of the subject must be the importing account, from 1. */
  readonly accountTokenPosition?: number;
  readonly allowTrace?: boolean;
}

export interface ImportOptions {
  readonly stream?: { readonly account: string; readonly subject: string };
  readonly service?: { readonly account: string; readonly subject: string };
  readonly prefix?: string;
  readonly to?: string;
  readonly share?: boolean;
  readonly allowTrace?: boolean;
}

export interface MappingDestination {
  readonly subject: string;
  /** Percent. */
  readonly weight: number;
  readonly cluster?: string;
}

export interface AccountLimits {
  readonly connections?: number;
  readonly subscriptions?: number;
  readonly payload?: number;
  readonly leafnodes?: number;
}

export interface AccountOptions {
  readonly nkey?: string;
  readonly users?: readonly UserOptions[];
  readonly defaultPermissions?: PermissionOptions;
  readonly exports?: readonly ExportOptions[];
  readonly imports?: readonly ImportOptions[];
  readonly mappings?: Readonly<Record<string, readonly MappingDestination[]>>;
  readonly limits?: AccountLimits;
  readonly trace?: { readonly destination: string; readonly sampling: number };
}

/** Certificates as PEM text or by file; a file is read again on reload. */
export interface TlsOptions {
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly caFile?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  /** More pairs, picked by server name. */
  readonly certificates?: readonly { readonly certFile: string; readonly keyFile: string }[];
  readonly verify?: boolean;
  /** The user is who the client's certificate says. */
  readonly verifyAndMap?: boolean;
  readonly timeout?: number;
  readonly handshakeFirst?: boolean;
  /** With handshakeFirst: wait this long for the handshake, then greet in plain text. */
  readonly handshakeFirstFallback?: number;
  /** SHA-256 of the public key info of the only certificates taken, in hexadecimal. */
  readonly pinnedCerts?: readonly string[];
  readonly ciphers?: readonly string[];
  readonly curves?: readonly string[];
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** New handshakes per second. */
  readonly connectionRateLimit?: number;
}

export interface WebSocketOptions {
  readonly host?: string;
  readonly port: number;
  readonly advertise?: string;
  readonly noTls?: boolean;
  readonly tls?: TlsOptions;
  readonly sameOrigin?: boolean;
  readonly allowedOrigins?: readonly string[];
  readonly handshakeTimeout?: number;
  readonly compression?: boolean;
  readonly auth?: {
    readonly user?: string;
    readonly password?: string;
    readonly token?: string;
    readonly timeout?: number;
  };
  readonly jwtCookie?: string;
  readonly userCookie?: string;
  readonly passCookie?: string;
  readonly tokenCookie?: string;
  readonly noAuthUser?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pingInterval?: number;
}

export interface MonitorOptions {
  readonly host?: string;
  /** -1: any free port; absent or 0: none. */
  readonly port?: number;
  readonly httpsPort?: number;
  readonly basePath?: string;
}

export interface ResolverOptions {
  readonly type: 'memory' | 'full' | 'cache' | 'url';
  readonly dir?: string;
  readonly url?: string;
  readonly allowDelete?: boolean;
  readonly hardDelete?: boolean;
  readonly limit?: number;
  readonly ttl?: number;
  readonly interval?: number;
}

/** Operator mode: accounts and users prove themselves by JWTs. */
export interface OperatorOptions {
  /** Operator JWTs. */
  readonly operators?: readonly string[];
  readonly trustedKeys?: readonly string[];
  readonly resolver?: ResolverOptions;
  /** Account JWTs by public key. */
  readonly preload?: Readonly<Record<string, string>>;
  readonly pinnedAccounts?: readonly string[];
  readonly defaultSentinel?: string;
}

export interface LogOptions {
  readonly debug?: boolean;
  readonly trace?: boolean;
  readonly traceSystemAccount?: boolean;
  readonly time?: boolean;
  readonly utc?: boolean;
  readonly file?: string;
  readonly sizeLimit?: number;
  readonly maxFiles?: number;
}

/** Options of `createServer`. */
export interface ServerOptions extends Partial<CoreOptions> {
  readonly auth?: AuthOptions;
  readonly accounts?: Readonly<Record<string, AccountOptions>>;
  /** Mappings of the default account. */
  readonly mappings?: Readonly<Record<string, readonly MappingDestination[]>>;
  readonly noAuthUser?: string;
  readonly systemAccount?: string;
  readonly noSystemAccount?: boolean;
  readonly operator?: OperatorOptions;
  readonly tls?: TlsOptions;
  readonly allowNonTls?: boolean;
  readonly websocket?: WebSocketOptions;
  readonly monitor?: MonitorOptions;
  readonly proxyProtocol?: boolean;
  readonly trustedProxies?: readonly string[];
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly log?: LogOptions;
  readonly pidFile?: string;
  readonly portsFileDir?: string;
  /** File the options came from and its digest, for monitoring and reload. */
  readonly configFile?: string;
  readonly configDigest?: string;
  readonly logger?: Logger;
  /** Where new options come from when a reload is asked for by a request to the server. */
  readonly reloadFrom?: () => Promise<ServerOptions>;
  /** Called when a reload has put these options in force, for what lies around the server: its log, its files. */
  readonly onReload?: () => Promise<void>;
  /** Replaces the time source; tests use it to let credentials expire. */
  readonly clock?: Clock;
  /** No TCP listener at all: only in-process connections. */
  readonly dontListen?: boolean;
}

/** Whether these options need accounts or logins at all: a plain server does not load those parts. */
export function needsSetup(options: ServerOptions): boolean {
  return (
    options.auth !== undefined ||
    options.accounts !== undefined ||
    options.mappings !== undefined ||
    options.operator !== undefined ||
    options.websocket !== undefined ||
    options.systemAccount !== undefined ||
    (options.trustedProxies?.length ?? 0) > 0
  );
}

/** Whether logins may be asked of a service, which wants to know which server asks. */
export function needsKeys(options: ServerOptions): boolean {
  return options.auth?.callout !== undefined || options.operator !== undefined;
}
