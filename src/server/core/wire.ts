/** What a connection's transport tells about the other side; fixed for its life. */
export interface PeerFacts {
  readonly host: string;
  readonly port: number;
  readonly kind: 'tcp' | 'websocket' | 'in-process';
}

/** What TLS settled for a connection. */
export interface TlsFacts {
  /** Such as 1.3. */
  readonly version: string;
  readonly cipher: string;
  readonly first: boolean;
  readonly peers: readonly { readonly subject: string; readonly spki_sha256: string; readonly cert_sha256: string }[];
}

/**
 * One connection as the core sees it. Implementations: net/bun.ts, net/node.ts, net/in-process.ts, net/websocket.ts.
 * Bytes taken by `write` were copied or sent: the caller may reuse the buffer at once.
 */
export interface Wire {
  readonly peer: PeerFacts;
  /** Returns how many bytes were taken; fewer than asked means `onDrain` will follow. -1: the connection is gone. */
  write(buf: Uint8Array, offset: number, length: number): number;
  /** Sends what was taken, then closes; `reason` for transports that tell it. */
  end(reason?: string): void;
  destroy(): void;
  pause(): void;
  resume(): void;
  /** Only on transports that may be encrypted; null while they are not. */
  tls?(): TlsFacts | null;
  /** The client's certificate in DER form, when it showed one. */
  certificate?(): Uint8Array | null;
  /** That certificate and those it was verified through, the root last, in DER form; empty without one. */
  chain?(): readonly Uint8Array[];
  /** Credentials that came before the protocol, such as cookies; used where CONNECT has none. */
  readonly credentials?: Readonly<Partial<Record<'jwt' | 'user' | 'pass' | 'auth_token', string>>>;
}

/** How far a connection is when the core takes it in: ready, greeted but not ready yet, or not even greeted. */
export type Stage = 'ready' | 'greeted' | 'silent';

/** What the transport may do with a connection that is not ready yet. */
export interface Door {
  /** Sends INFO. */
  greet(): void;
  /** The protocol may begin; `peer` is where a proxy says that the client is. INFO is sent unless it was. */
  ready(peer: { readonly host: string; readonly port: number } | null): void;
  /** Ends the connection; `error` is told first. */
  refuse(reason: string, error?: string): void;
}

/** The core's side of a connection, called by the transport. */
export interface WireHandler {
  readonly door: Door;
  onData(chunk: Buffer): void;
  onDrain(): void;
  /** The transport is gone; `error` when it was not an orderly end. */
  onClose(error?: string): void;
}

/** Listening socket. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops accepting; open connections stay. */
  stop(): void;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

/** Opens a listener; `accept` is called with each new connection and returns its handler. */
export type Listen = (options: ListenOptions, accept: Accept) => Promise<Listener>;

/** Takes a connection into the core. */
export type Accept = (wire: Wire, stage?: Stage) => WireHandler;
