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
  /** Sends what was taken, then closes. */
  end(): void;
  destroy(): void;
  pause(): void;
  resume(): void;
  /** Only on transports that may be encrypted; null while they are not. */
  tls?(): TlsFacts | null;
}

/** The core's side of a connection, called by the transport. */
export interface WireHandler {
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
export type Listen = (options: ListenOptions, accept: (wire: Wire) => WireHandler) => Promise<Listener>;
