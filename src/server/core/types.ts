import type { Shared } from './broadcast.ts';
import type { Frame } from './frame.ts';
import type { Match, Sublist } from './sublist.ts';
import type { Trace } from './trace.ts';
import type { Wire } from './wire.ts';

/** Tests on the publishing side that make a message leave the fast path; all zero for a plain client. */
export const IN_VERBOSE = 1;
export const IN_PEDANTIC = 2;
export const IN_PERMS = 4;
export const IN_MAPPED = 8;
export const IN_TRACE = 16;

/** Tests on the receiving side that make a delivery leave the fast path. */
export const OUT_CLOSED = 1;
export const OUT_DENY = 2;
export const OUT_TRACE = 4;
export const OUT_REPLIES = 8;
export const OUT_NO_HEADERS = 16;

/** Life of a connection. `held`: bytes wait until an asynchronous login is decided. */
export type Phase = 'open' | 'held' | 'closed';

export type ClientKind = 'client' | 'system' | 'account';

/** One entry of a subject tree: a subscription of a client, an internal handler, or the shadow of one in another account. */
export interface Sub {
  readonly client: Client;
  /** Binary strings, see text.ts. */
  readonly sid: string;
  subject: string;
  readonly queue: string | null;
  /** `sid` and a blank, ready to be copied between subject and the rest of a MSG line. */
  readonly sidBytes: Uint8Array;
  /** Delivered so far, and the count after which it ends (0: never). */
  nm: number;
  max: number;
  closed: boolean;
  /** Place in the list of its tree node; kept by the sublist. */
  at: number;
  /** Not a plain local subscription: internal handler or import. Plain deliveries test only this. */
  special: SpecialSub | null;
  /** Copies of this one in the accounts it imports streams from. */
  shadows: Sub[] | null;
}

/** What makes a subscription special: it has a handler, or it is the shadow of another one and has a home. */
export interface SpecialSub {
  /** Internal handler; returns whether the message was taken by someone. */
  readonly handler?: Handler;
  /** Shadow of a client's subscription: how to name the message in the importing account. */
  readonly rename?: (subject: string) => string;
  /** Handlers of service imports take messages of the client that made them, too. */
  readonly serviceImport?: boolean;
  /** Account whose tree holds a shadow. */
  readonly home?: Account;
  /** A trace may tell what becomes of messages in the importing account. */
  readonly allowTrace?: boolean;
}

/** Internal subscriber. `from` is the publishing connection. */
export type Handler = (sub: Sub, from: Client, subject: string, frame: Frame) => boolean;

/** Payload bytes that could not be handed to the wire yet. */
export interface Waiting {
  readonly buf: Uint8Array;
  off: number;
  end: number;
  /** Owner of `buf` when others may need it, too. */
  readonly shared: Shared | null;
}

export interface ConnectOptions {
  echo: boolean;
  verbose: boolean;
  pedantic: boolean;
  tls_required: boolean;
  nkey: string;
  jwt: string;
  sig: string;
  auth_token: string;
  user: string;
  pass: string;
  name: string;
  lang: string;
  version: string;
  protocol: number;
  account: string;
  new_account: boolean;
  headers: boolean;
  no_responders: boolean;
  proxy_sig: string;
}

export interface Traffic {
  inMsgs: number;
  inBytes: number;
  outMsgs: number;
  outBytes: number;
}

/** A subject name space. Everything beyond the core (imports, limits, claims) hangs on `more`, filled by accounts/. */
export interface Account extends Traffic {
  readonly name: string;
  readonly sublist: Sublist<Sub>;
  readonly clients: Set<Client>;
  slowConsumers: number;
  /** Limits; -1 is none. */
  maxConnections: number;
  maxSubs: number;
  maxPayload: number;
  /** Called after a client's subscription entered or left the tree; set when the account imports something. */
  onSubscribe: ((sub: Sub) => void) | null;
  onUnsubscribe: ((sub: Sub) => void) | null;
  /** Subject mappings: null when it has none. */
  mapSubject: ((subject: string) => string) | null;
  more: unknown;
}

/** Compiled permissions of one connection; see auth/permissions.ts. */
export interface Permissions {
  canPublish(subject: string): boolean;
  canSubscribe(subject: string, queue: string | null): boolean;
  /** Whether deliveries on a subscription have to be filtered by deny rules. */
  mustFilter(subject: string, queue: string | null): boolean;
  canDeliver(subject: string, queue: string | null): boolean;
  /** Remembers a reply subject of a delivered request when responses are allowed. */
  readonly trackReply: ((reply: string) => void) | null;
  readonly describe: () => unknown;
  /** The same with one more subject that may not be published to. */
  forbid(subject: string): Permissions;
}

export interface Client extends Traffic {
  readonly srv: ServerState;
  readonly kind: ClientKind;
  readonly cid: number;
  /** Replaced while a fault is laid over it (faults.ts). */
  wire: Wire;
  /** Where the client is; behind a proxy that says so, not where the connection comes from. */
  peerHost: string;
  peerPort: number;
  readonly startedAt: number;
  account: Account;
  phase: Phase;
  inFlags: number;
  outFlags: number;
  echo: boolean;
  headers: boolean;
  noResponders: boolean;
  maxPayload: number;
  maxSubs: number;
  maxControlLine: number;
  readonly subs: Map<string, Sub>;
  /** Match of the last published subject. */
  last: Match<Sub> | null;
  // Outbound.
  out: Uint8Array | null;
  outLen: number;
  waiting: Waiting[] | null;
  /** While it rides along with a broadcast: the range of its bytes there. */
  ride: Shared | null;
  rideFrom: number;
  rideTo: number;
  pending: number;
  blocked: boolean;
  blockedSince: number;
  /** Peer took nothing for a while: producers are no longer held back for it. */
  stuck: boolean;
  dirty: boolean;
  /** Producers paused until this client's backlog shrinks. */
  producers: Set<Client> | null;
  /** Clients whose backlog this producer waits for. */
  pausedFor: number;
  stalls: number;
  // Inbound: a frame that did not fit the last read.
  carry: Buffer | null;
  carryLen: number;
  carryNeed: number;
  held: Buffer[] | null;
  // Login and life.
  connectReceived: boolean;
  firstPongSent: boolean;
  authRequired: boolean;
  options: ConnectOptions;
  nonce: string;
  /** Key of the trusted proxy this connection came through, '' for none. */
  proxyKey: string;
  permissions: Permissions | null;
  /** What authentication learned: names and keys for monitoring and logs. */
  identity: Identity | null;
  authTimer: unknown;
  expiryTimer: unknown;
  /** Epoch ms when the login ends, 0 when never. */
  expiresAt: number;
  pingAt: number;
  pingsOut: number;
  pingSentAt: number;
  /** Round trip in ms, 0 when not known yet. */
  rtt: number;
  lastIn: number;
  lastActivity: number;
  label: string;
  closeReason: string;
}

export interface Identity {
  /** Account owner's view: user name, nkey or JWT subject. */
  readonly user?: string;
  readonly publicKey?: string;
  readonly issuerKey?: string;
  readonly nameTag?: string;
  readonly tags?: readonly string[];
  readonly bearer?: boolean;
}

export type LogLevel = 'info' | 'warn' | 'error' | 'fatal' | 'debug' | 'trace';

/** Where log lines go. `debug` and `trace` say whether such lines are wanted at all. */
export interface Logger {
  readonly debug: boolean;
  readonly trace: boolean;
  log(level: LogLevel, text: string): void;
}

/** Time as the server sees it, replaceable by tests. */
export interface Clock {
  now(): number;
  after(ms: number, run: () => void): unknown;
  cancel(timer: unknown): void;
}

/** Settled options the core reads while it runs. Durations are ms, sizes bytes; 0 means no limit where a limit is optional. */
export interface CoreOptions {
  name: string;
  host: string;
  port: number;
  clientAdvertise: string;
  maxPayload: number;
  maxPending: number;
  maxConnections: number;
  maxSubs: number;
  maxSubTokens: number;
  maxControlLine: number;
  pingInterval: number;
  maxPingsOut: number;
  writeDeadline: number;
  authTimeout: number;
  /** For websocket connections, when not 0. */
  websocketAuthTimeout: number;
  lameDuckDuration: number;
  lameDuckGracePeriod: number;
  noHeaders: boolean;
  shortFirstPing: boolean;
  maxTracedMessage: number;
  traceHeadersOnly: boolean;
  maxClosedClients: number;
}

/** Decides a login. May answer later; the connection's bytes wait meanwhile. */
export interface Authenticator {
  readonly required: boolean;
  readonly nonce: boolean;
  /** Login for connections that send something else before CONNECT. */
  readonly anonymous: boolean;
  /** Whether INFO says that a login is required. */
  readonly shownAsRequired: boolean;
  /** Websocket connections must log in although others need not. */
  readonly websocket?: boolean;
  login(client: Client): Verdict | Promise<Verdict>;
}

/**
 * Refused logins carry the reason kept for monitoring; the client is always told the same. `account` hears of it, with
 * a reason of its own, when it is not the one the client is in.
 */
export type Verdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason?: string;
      readonly told?: boolean;
      readonly account?: Account;
      readonly accountReason?: string;
    };

export interface ServerEvents {
  connect: { client: Client };
  disconnect: { client: Client; reason: string };
  auth: { client: Client; reason: string; account: Account; accountReason: string };
  slow: { client: Client };
  lameduck: Record<string, never>;
  close: Record<string, never>;
}

export interface ServerState extends Traffic {
  readonly id: string;
  readonly xkey: string;
  readonly version: string;
  /** What INFO names as the language runtime. */
  readonly runtime: string;
  options: CoreOptions;
  auth: Authenticator | null;
  logger: Logger | null;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly clients: Map<number, Client>;
  readonly accounts: Map<string, Account>;
  readonly globalAccount: Account;
  systemAccount: Account;
  /** Clients with bytes to be written at the end of this event. */
  dirty: Client[];
  blockedClients: Set<Client>;
  /** Receivers that passed their high-water mark while the current read was handled. */
  stalled: Client[];
  nextCid: number;
  totalConnections: number;
  slowConsumers: number;
  staleConnections: number;
  stalledClients: number;
  subscriptions: number;
  phase: 'running' | 'lame' | 'closed';
  host: string;
  port: number;
  /** What INFO says about TLS. `hideHost`: connections come through proxies, whose address is nobody's business. */
  tls: { required: boolean; verify: boolean; available: boolean; notAfter: number };
  hideHost: boolean;
  connectUrls: string[];
  wsConnectUrls: string[];
  /** Called with every connection before it is greeted; it may be closed there. */
  onConnection: ((c: Client) => void) | null;
  /** Called with every account made. */
  onAccount: ((account: Account) => void) | null;
  /** Takes the finished trace of a message; null while there is no system account to speak of. */
  onTrace: ((trace: Trace) => void) | null;
  emit<K extends keyof ServerEvents>(event: K, value: ServerEvents[K]): void;
  /** Writes what is pending; called at the end of every event that produced output. */
  flush(): void;
}
