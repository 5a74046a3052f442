import type { BoxError } from '#base/errors.ts';
import type { Frame } from '#wire/frame.ts';
import type { MsgHeaders } from '#wire/headers.ts';
import type { ServerInfo } from '#wire/info.ts';

/** A value, or where to get it at each connect: secrets on disk may change between reconnects. */
export type Provider<T> = T | (() => T | Promise<T>);

/** What a server asks of an authenticator. */
export interface Challenge {
  /** Random text to sign; undefined when the server does not want a signature. */
  readonly nonce: string | undefined;
  readonly info: ServerInfo;
}

/** Fields of CONNECT that say who we are. `sig` is base64url without padding. */
export interface AuthFields {
  user?: string;
  pass?: string;
  auth_token?: string;
  nkey?: string;
  jwt?: string;
  sig?: string;
}

/** Answers a challenge. Called for every connect and reconnect. */
export type Authenticator = (challenge: Challenge) => AuthFields | Promise<AuthFields>;

/** PEM texts win over files. Without `ca` and `caFile` the system's store is used, as the Go tools do. */
export interface TlsOptions {
  ca?: string;
  caFile?: string;
  cert?: string;
  certFile?: string;
  key?: string;
  keyFile?: string;
  /** Handshake before the server's INFO. */
  first?: boolean;
  /** Groups to offer for the key exchange, OpenSSL's names joined by colons. */
  curves?: string;
  /** Name to verify in place of the host of the URL. */
  serverName?: string;
  /** Accept any certificate. Only ever by this option: no environment variable reaches it. */
  insecure?: boolean;
}

export interface WebSocketOptions {
  /** Extra request headers. */
  headers?: Record<string, string>;
  /** Path in place of the one of the URL. */
  path?: string;
  /** Offer permessage-deflate (RFC 7692). */
  compression?: boolean;
}

/** How much an iterated subscription may hold before its policy applies. */
export interface PendingLimits {
  /** Messages; 0 means no limit. */
  messages?: number;
  /** Bytes of headers and payload; 0 means no limit. */
  bytes?: number;
}

/** The client's end of a connection that has no socket; bytes of the server come to `onData`. */
export interface InProcess {
  onData: ((bytes: Uint8Array) => void) | null;
  onClose: (() => void) | null;
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface ConnectOptions {
  /** `nats://`, `tls://`, `ws://`, `wss://` URLs or host:port, single or joined by commas. Default: nats://127.0.0.1:4222. */
  servers?: string | readonly string[];
  name?: string;
  user?: string;
  password?: string;
  token?: Provider<string>;
  /** Wins over every other credential but those in a URL. */
  auth?: Authenticator;
  /** Text of a credentials file: user JWT and seed. */
  creds?: Provider<string | Uint8Array>;
  /** Seed of a user nkey; signs for `jwt` when that is given. */
  nkeySeed?: Provider<string | Uint8Array>;
  jwt?: Provider<string>;
  /** `true` demands TLS with default settings. */
  tls?: TlsOptions | boolean;
  /** `socks5://[user:pass@]host[:port]` or host:port. */
  socksProxy?: string;
  /** Connects to a server in this process, as `() => server.connectInProcess()` does; `servers` is then only a name. */
  inProcess?: () => InProcess;
  ws?: WebSocketOptions;
  /** First tokens of reply subjects; `_INBOX` when not given. */
  inboxPrefix?: string;
  /** Milliseconds a request waits when it does not say, and what `connectTimeout` is by default. Default 2000. */
  timeout?: number;
  /** Milliseconds for one server to accept us, all handshakes included. Default is `timeout`. */
  connectTimeout?: number;
  /** Default true. */
  reconnect?: boolean;
  /** Attempts per server before it leaves the pool; negative means for ever. Default 60. */
  maxReconnects?: number;
  /** Milliseconds between two attempts at the same server. Default 2000. */
  reconnectWait?: number;
  /** Upper bound in milliseconds of the random addition to `reconnectWait`. Default 100, with TLS 1000. */
  reconnectJitter?: number;
  /** Bytes of messages kept while there is no connection. Default 8 MiB. */
  reconnectBuffer?: number;
  /** Try the servers in the order given. */
  noRandomize?: boolean;
  /** Milliseconds between keepalive PINGs; 0 turns them off. Default 120000. */
  pingInterval?: number;
  /** Unanswered PINGs after which the connection counts as stale. Default 2. */
  maxPingsOut?: number;
  noEcho?: boolean;
  verbose?: boolean;
  pedantic?: boolean;
  /** Do not add servers that the cluster tells of to the pool. */
  ignoreDiscovered?: boolean;
  /** Announce protocol 0, so that the server sends INFO only once. */
  noAsyncInfo?: boolean;
  /** Hard bound of each subscription's queue. Default 512 K messages, 64 MiB. */
  pendingLimits?: PendingLimits;
  /** Milliseconds `drain` waits for handlers. Default 30000. */
  drainTimeout?: number;
  /** `connect` returns at once and goes on trying as a reconnect does. */
  retryOnInitialConnect?: boolean;
  /** Do not give up after the same server refused the same credentials twice. */
  ignoreAuthErrorAbort?: boolean;
  /** Ends connecting with an error, and an open connection at once. */
  signal?: AbortSignal;
  /** Sees every control line (payloads and secrets left out). Costs time. */
  trace?: (direction: 'in' | 'out', line: string) => void;
}

/** Messages and bytes counted since the start, over all reconnects. Bytes are headers plus payload. */
export interface ConnectionStats {
  inMsgs: number;
  inBytes: number;
  outMsgs: number;
  outBytes: number;
  reconnects: number;
  /** Messages dropped because a subscription's hard bound was reached. */
  dropped: number;
}

/** Something a server said that belongs to no call. */
export interface AsyncProblem {
  error: BoxError;
  /** Set for permission violations. */
  operation?: 'publish' | 'subscribe';
  subject?: string;
  queue?: string;
}

export interface ConnectionEvents {
  disconnect: { server: string; error: BoxError | undefined };
  /** Before an attempt. */
  reconnecting: { server: string; attempt: number };
  /** After a failed attempt. */
  'reconnect-failed': { server: string; error: BoxError };
  reconnect: { server: string };
  'lame-duck': { server: string };
  discovered: { servers: readonly string[] };
  error: AsyncProblem;
  'slow-consumer': { subject: string; sid: number; dropped: number; pending: number };
  close: { error: BoxError | undefined };
}

export type EventHandler<K extends keyof ConnectionEvents> = (event: ConnectionEvents[K]) => void;

export type Payload = Uint8Array | string;

export type HeadersInit = MsgHeaders | Record<string, string | readonly string[]> | Iterable<readonly [string, string]>;

export interface PublishOptions {
  reply?: string;
  headers?: HeadersInit;
}

export interface RequestOptions {
  /** Milliseconds; default is the connection's `timeout`, at least 1. */
  timeout?: number;
  headers?: HeadersInit;
  /** Use a subscription of its own in place of the shared one. */
  noMux?: boolean;
  signal?: AbortSignal;
}

export interface RequestManyOptions {
  /** Milliseconds for the whole exchange; default is the connection's `timeout`. */
  maxWait?: number;
  /** Ends after so many messages; 0 or undefined: no bound. */
  maxMessages?: number;
  /** Ends when no message came for so many milliseconds after the first one. */
  stall?: number;
  /** Ends at the message for which it says yes; that message is not delivered. `true`: at one without payload. */
  sentinel?: boolean | ((msg: Msg) => boolean);
  headers?: HeadersInit;
  noMux?: boolean;
  signal?: AbortSignal;
}

export interface Msg {
  readonly subject: string;
  /** Number of the subscription that received it. */
  readonly sid: number;
  readonly reply: string | undefined;
  readonly headers: MsgHeaders | undefined;
  /** A copy of the message's own: keep it as long as you like. */
  readonly data: Uint8Array;
  /** Bytes of headers and payload. */
  readonly size: number;
  /** Publishes to `reply`; false when the message has none. */
  respond(payload?: Payload, options?: PublishOptions): boolean;
  /** Payload as text; invalid UTF-8 becomes U+FFFD. */
  string(): string;
  json<T = unknown>(): T;
}

export interface SubscribeOptions {
  queue?: string;
  /** Unsubscribes after so many messages. */
  max?: number;
  /** Called for each message as it is read. Without it, iterate the subscription. */
  callback?: (msg: Msg) => void;
  /**
   * For iteration. `backpressure` (default) stops reading the socket while the queue is long, unless something else
   * on the connection is waiting for bytes; beyond the hard bound, and with `drop` always, messages are dropped,
   * counted and reported.
   */
  policy?: 'backpressure' | 'drop';
  pendingLimits?: PendingLimits;
}

export interface BaseSubscription {
  readonly sid: number;
  readonly subject: string;
  readonly queue: string | undefined;
  /** Messages received so far. */
  readonly received: number;
  /** Messages dropped so far. */
  readonly dropped: number;
  readonly isClosed: boolean;
  /** Resolves when no further message comes; with the error if there was one. Never rejects. */
  readonly closed: Promise<BoxError | undefined>;
  /** Ends now, or after `max` messages in total. */
  unsubscribe(max?: number): void;
  /** Stops new messages; resolves when those on the way have been handled. */
  drain(): Promise<void>;
}

export interface Subscription extends BaseSubscription, AsyncIterable<Msg> {
  /** Messages waiting for the iterator. */
  readonly pending: number;
}

/** Handler for the reused view of a message: copy what is kept beyond the call. */
export type FrameHandler = (frame: Frame) => void;

export interface RawSubscribeOptions {
  queue?: string;
  max?: number;
  /** Called for so many messages more that are the one the handler saw last, byte for byte; for those who only count. */
  repeats?: (times: number) => void;
}

/** Both ends of a stream as `address:port`, and what its TLS handshake agreed on. */
export interface LinkFacts {
  readonly local: string;
  readonly remote: string;
  readonly tls?: TlsFacts;
}

export interface TlsFacts {
  /** As OpenSSL names it: TLSv1.3. */
  readonly protocol: string;
  /** The standard name: TLS_AES_128_GCM_SHA256. */
  readonly cipher: string;
  /** The name that was verified. */
  readonly serverName: string;
  /** False when any certificate was accepted. */
  readonly verified: boolean;
  /** DER, the server's own first, then what led to an authority. */
  readonly certificates: readonly Uint8Array[];
  /** PEM texts of the authorities that were trusted; empty for those of the runtime. */
  readonly authorities: readonly string[];
}

export type ConnectionState = 'connected' | 'reconnecting' | 'draining' | 'closed';

export interface Connection {
  /** The last INFO; of a connection that was never up, one with empty fields. */
  readonly info: ServerInfo;
  /** URL of the current server without credentials. */
  readonly serverUrl: string;
  readonly state: ConnectionState;
  readonly isClosed: boolean;
  /** Whether the bytes go over TLS. */
  readonly isSecure: boolean;
  /** Both ends of the stream to the server, and its TLS; undefined while there is none. */
  linkFacts(): LinkFacts | undefined;
  /** The last thing a server complained about, e.g. a permission violation found by `flush`. */
  readonly lastError: BoxError | undefined;
  /** Bytes accepted by `publish` and not yet by the kernel. */
  readonly buffered: number;
  readonly options: Readonly<ConnectOptions>;
  /** Resolves when the connection is closed for good; with the error if there was one. Never rejects. */
  readonly closed: Promise<BoxError | undefined>;

  stats(): ConnectionStats;
  /** Returns the function that takes the handler off again. */
  on<K extends keyof ConnectionEvents>(type: K, handler: EventHandler<K>): () => void;

  /**
   * Queues a message; it leaves at the end of the tick. Throws `usage` for a bad subject or a payload beyond the server's
   * bound, `unreachable` when closed or when too much waits for a reconnect.
   */
  publish(subject: string, payload?: Payload, options?: PublishOptions): void;
  /**
   * Queues complete frames made by `encodePublish`; `messages` is how many, for the statistics. `lent` promises that the
   * array never changes: it is then sent from where it is, when nothing waits in front of it.
   */
  publishFrames(frames: Uint8Array, messages: number, lent?: boolean): void;
  /**
   * Answers a message that a raw subscription sees: `payload` goes to its reply subject, whose bytes are copied as they
   * are. What is answered while one read is handled leaves together. False where no answer is wanted.
   */
  answer(frame: Frame, payload: Uint8Array): boolean;
  /** Undefined while the kernel keeps up, else a promise to wait for before publishing on. */
  writable(): Promise<void> | undefined;
  /** Resolves when the server has handled all that was sent before. Rejects `timeout`, or `unreachable` on a cut. */
  flush(timeout?: number): Promise<void>;
  /** Nanoseconds of one PING and PONG. */
  rtt(timeout?: number): Promise<bigint>;

  subscribe(subject: string, options?: SubscribeOptions): Subscription;
  /** Without an object or a promise per message: for tools that count or print. */
  subscribeRaw(subject: string, options: RawSubscribeOptions, handler: FrameHandler): BaseSubscription;
  /** Whether the socket is not read at the moment: held, or because a queue is full. */
  readonly isResting: boolean;
  /** Stops reading the socket until `resumeReading` was called as often. */
  pauseReading(): void;
  resumeReading(): void;

  request(subject: string, payload?: Payload, options?: RequestOptions): Promise<Msg>;
  requestMany(subject: string, payload?: Payload, options?: RequestManyOptions): AsyncIterable<Msg>;
  /** A fresh unique subject below the inbox prefix. */
  newInbox(): string;

  /** Drains all subscriptions, flushes and closes. */
  drain(): Promise<void>;
  /** Sends what is queued and closes. */
  close(): Promise<void>;
}
