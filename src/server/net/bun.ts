/** TCP over Bun.listen. Only loaded where the Bun global exists. */
import type { Socket } from 'bun';
import type { Listen, PeerFacts, Wire, WireHandler } from '../core/wire.ts';
import { plainAddress } from './node.ts';

type Conn = Socket<{ handler: WireHandler | null; error?: string }>;

/** Reads from here on (bytes) are freed by hand. */
const LARGE = 16 * 1024;

/**
 * Gives the memory of a read back at once. A busy connection brings half a megabyte per read; left to the collector,
 * each is fresh memory that the kernel has to hand out page by page, which costs more than copying it. Nobody keeps a
 * chunk beyond `onData`.
 */
function free(chunk: Buffer): void {
  const { buffer } = chunk;
  if (buffer.byteLength === chunk.length) (buffer as ArrayBuffer).transfer(0);
}

/** Accepts connections of `listen`; each read event of Bun becomes one `onData`. */
export const listen: Listen = async ({ host, port }, accept) => {
  const server = Bun.listen<{ handler: WireHandler | null; error?: string }>({
    hostname: host,
    port,
    socket: {
      open(socket) {
        socket.setNoDelay(true);
        socket.data = { handler: null };
        socket.data.handler = accept(wireOf(socket));
      },
      data(socket, chunk) {
        socket.data.handler?.onData(chunk);
        if (chunk.length >= LARGE) free(chunk);
      },
      drain: (socket) => socket.data.handler?.onDrain(),
      error: (socket, error) => {
        if (socket.data) socket.data.error = error.message;
      },
      close: (socket, error) => {
        const handler = socket.data?.handler;
        if (!handler) return;
        socket.data.handler = null;
        handler.onClose(socket.data.error ?? error?.message);
      },
    },
  });
  return { host: server.hostname, port: server.port, stop: () => server.stop() };
};

function wireOf(socket: Conn): Wire {
  const peer: PeerFacts = { host: plainAddress(socket.remoteAddress), port: socket.remotePort, kind: 'tcp' };
  return {
    peer,
    write: (buf, offset, length) => socket.write(buf, offset, length),
    end: () => {
      socket.end();
    },
    destroy: () => socket.terminate(),
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
  };
}
