import { leave } from './garbage.ts';
import { endText, holdingSink, type Link, type LinkSink, replaceSink } from './link.ts';
import type { TlsFacts } from './types.ts';

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

/** The adapter over `Bun.connect`. */
export async function openBunTcp(host: string, port: number): Promise<Link> {
  const state: BunState = { sink: holdingSink(), closed: false, error: undefined };
  const socket = await Bun.connect({ hostname: host, port, socket: bunHandlers(state) });
  socket.setNoDelay(true);
  return bunLink(socket, state);
}
