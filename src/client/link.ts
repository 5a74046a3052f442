import type { LinkFacts, TlsOptions } from './types.ts';

/** Where a link puts what happens to it. Replaced as the handshakes go on. */
export interface LinkSink {
  /** The bytes are only good until the call returns. */
  data(chunk: Uint8Array): void;
  /** The kernel takes bytes again. */
  drain(): void;
  /** Called once. Clean ends have no error. */
  close(error: Error | undefined): void;
}

/**
 * A byte stream to a server: TCP, TLS or WebSocket. `write` returns how many bytes were taken, and never keeps the
 * array; the rest is offered again after `drain`.
 */
export interface Link {
  sink: LinkSink;
  readonly secure: boolean;
  write(buf: Uint8Array, from: number, length: number): number;
  pause(): void;
  resume(): void;
  /** Sends what was taken, then ends the stream. */
  end(): void;
  /** Ends at once. */
  destroy(): void;
  /** Runs the TLS handshake on this stream; rejects with a BoxError when the peer's certificate is not good. */
  startTls(tls: ResolvedTls): Promise<Link>;
  facts(): LinkFacts;
}

/** `address:port`, IPv6 in brackets. */
export function endText(address: string | undefined, port: number | undefined): string {
  if (!address) return '';
  return `${address.includes(':') ? `[${address}]` : address}:${port ?? 0}`;
}

/** What node:tls and Bun tell about a peer's certificate and those above it. */
export interface ChainLink {
  readonly raw?: Uint8Array;
  readonly issuerCertificate?: ChainLink;
}

/** The certificates of a chain; the last one is its own issuer. */
export function chainOf(first: ChainLink | undefined): Uint8Array[] {
  const seen = new Set<ChainLink>();
  const found: Uint8Array[] = [];
  for (let at = first; at?.raw && !seen.has(at); at = at.issuerCertificate) {
    seen.add(at);
    found.push(new Uint8Array(at.raw));
  }
  return found;
}

/** TLS settings with files read and the store of authorities decided. */
export interface ResolvedTls {
  serverName: string;
  ca: string | string[];
  cert: string | undefined;
  key: string | undefined;
  insecure: boolean;
  /** As given, for messages. */
  options: TlsOptions;
}

/** Keeps what happens before somebody listens, so that no byte is lost between two handshakes. */
export interface HoldingSink extends LinkSink {
  replay(to: LinkSink): void;
}

export function holdingSink(): HoldingSink {
  const chunks: Uint8Array[] = [];
  let ended: { error: Error | undefined } | undefined;
  return {
    data: (chunk) => {
      chunks.push(new Uint8Array(chunk));
    },
    drain: () => {},
    close: (error) => {
      ended = { error };
    },
    replay: (to) => {
      for (const chunk of chunks.splice(0)) to.data(chunk);
      if (ended) to.close(ended.error);
    },
  };
}

/** Puts a sink in place and hands it what was held; the `sink` setter of every link. */
export function replaceSink(state: { sink: LinkSink }, sink: LinkSink): void {
  const before = state.sink;
  state.sink = sink;
  if ('replay' in before) (before as HoldingSink).replay(sink);
}
