import { leave } from './garbage.ts';
import type { LinkFacts, TlsFacts, TlsOptions } from './types.ts';

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

/** Opens a TCP stream. Rejects with the runtime's error, whose `code` names the cause. */
export async function openTcp(host: string, port: number): Promise<Link> {
  if (typeof Bun === 'undefined') return (await import('./socket-node.ts')).openNodeTcp(host, port);
  return openBunTcp(host, port);
}

/** What one Bun socket tells; also used by the TLS layer put on top of it. */
export interface BunState {
  sink: LinkSink;
  closed: boolean;
  error: Error | undefined;
}

function closeOnce(state: BunState, error: Error | undefined): void {
  if (state.closed) return;
  state.closed = true;
  state.sink.close(error ?? state.error);
}

/** Bytes from which on a read is given back at once. */
const LARGE = 16 * 1024;

/**
 * Frees what was read. Left to the collector, every read lies on pages that are new to the process, and to touch them for
 * the first time costs more than all else that is done with the bytes.
 */
function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength) (buffer as ArrayBuffer).transfer(0);
}

/** The handlers Bun calls, bound to a state. */
export function bunHandlers(state: BunState): Bun.SocketHandler<undefined> {
  return {
    // Plain arrays: a Buffer's `slice` is a view, and to ask for its `buffer` costs more than to scan a small message.
    // The type says Buffer since connect, unlike these handlers, is declared for nothing else.
    binaryType: 'uint8array' as 'buffer',
    data: (_socket, chunk) => {
      const { length } = chunk;
      state.sink.data(chunk);
      if (length >= LARGE) giveBack(chunk);
      else leave(length);
    },
    drain: () => state.sink.drain(),
    error: (_socket, error) => {
      state.error = error;
    },
    end: (socket) => {
      // The peer is done: there is no half-open state in this protocol.
      socket.end();
      closeOnce(state, undefined);
    },
    close: (_socket, error) => closeOnce(state, error),
  };
}

/** The link over a Bun socket. */
export function bunLink(socket: Bun.Socket<undefined>, state: BunState, tls?: () => TlsFacts): Link {
  return {
    get sink() {
      return state.sink;
    },
    set sink(sink) {
      replaceSink(state, sink);
    },
    secure: tls !== undefined,
    write: (buf, from, length) => {
      const n = state.closed ? 0 : socket.write(buf, from, length);
      return Math.max(0, n);
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    end: () => {
      socket.end();
    },
    destroy: () => {
      socket.terminate();
      closeOnce(state, undefined);
    },
    startTls: async (wanted) => (await import('./tls-bun.ts')).upgradeBun(socket, state, wanted),
    facts: () => ({
      local: endText(socket.localAddress, socket.localPort),
      remote: endText(socket.remoteAddress, socket.remotePort),
      ...(tls ? { tls: tls() } : {}),
    }),
  };
}

async function openBunTcp(host: string, port: number): Promise<Link> {
  const state: BunState = { sink: holdingSink(), closed: false, error: undefined };
  const socket = await Bun.connect({ hostname: host, port, socket: bunHandlers(state) });
  socket.setNoDelay(true);
  return bunLink(socket, state);
}
