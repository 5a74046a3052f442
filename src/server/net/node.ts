/** TCP over node:net: for Node, and for connections that begin with more than the protocol (TLS, PROXY header). */
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Listen, PeerFacts, TlsFacts, Wire, WireHandler } from '../core/wire.ts';

export const listen: Listen = (options, accept) =>
  listenSockets(options, (socket) => {
    const wire = socketWire(socket);
    wire.start(accept(wire));
  });

/** Listens and hands out bare sockets. */
export async function listenSockets(
  { host, port }: { host: string; port: number },
  take: (socket: Socket) => void,
): ReturnType<Listen> {
  const { createServer } = await import('node:net');
  const server = createServer({ noDelay: true, highWaterMark: 256 * 1024 }, take);
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen({ host, port, backlog: 511 }, () => {
      server.removeListener('error', failed);
      done();
    });
  });
  const address = server.address() as AddressInfo;
  return { host: address.address, port: address.port, stop: () => void server.close() };
}

/** IPv4 addresses arrive in IPv6 form on a dual-stack listener. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** What the peer showed of itself, as `Wire` has it. */
export interface PeerCertificates {
  readonly own: Uint8Array | null;
  chain(): readonly Uint8Array[];
}

/** A socket as the core sees it. What it writes to can change once: when TLS begins. */
export interface SocketWire extends Wire {
  /** From now on bytes go through this one, and come from it. */
  secure(stream: TLSSocket, facts: TlsFacts, certificates: PeerCertificates): void;
  /** Who is told when the connection ends before data may flow. */
  bind(handler: WireHandler): void;
  /** Lets data flow. */
  start(handler: WireHandler): void;
}

export function socketWire(socket: Socket, kind: PeerFacts['kind'] = 'tcp'): SocketWire {
  let stream: Socket = socket;
  let handler: WireHandler | null = null;
  let problem: string | undefined;
  let open = true;
  let facts: TlsFacts | null = null;
  let certificate: Uint8Array | null = null;
  let chain: SocketWire['chain'];
  const closed = (): void => {
    if (!open) return;
    open = false;
    handler?.onClose(problem);
  };
  const watch = (s: Socket): void => {
    s.on('error', (error) => {
      problem = error.message;
    });
    s.on('close', closed);
    s.on('drain', () => handler?.onDrain());
  };
  watch(socket);
  return {
    peer: { host: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0, kind },
    write(buf, offset, length) {
      if (!open) return -1;
      if (stream.writableNeedDrain) return 0;
      // The runtime may keep the bytes when the kernel does not take them at once: it gets its own copy.
      stream.write(Buffer.from(buf.subarray(offset, offset + length)));
      return length;
    },
    end: () => void stream.end(() => stream.destroy()),
    destroy: () => void stream.destroy(),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    tls: () => facts,
    certificate: () => certificate,
    chain: () => chain?.() ?? [],
    secure(next, f, certificates) {
      stream = next;
      facts = f;
      certificate = certificates.own;
      chain = certificates.chain;
      watch(next);
    },
    bind(h) {
      handler = h;
    },
    start(h) {
      handler = h;
      stream.on('data', (chunk: Buffer) => h.onData(chunk));
      stream.resume();
      if (!open) h.onClose(problem);
    },
  };
}
