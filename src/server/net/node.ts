/** TCP over node:net, for Node. */
import type { AddressInfo, Socket } from 'node:net';
import type { Listen, Wire, WireHandler } from '../core/wire.ts';

export const listen: Listen = async ({ host, port }, accept) => {
  const { createServer } = await import('node:net');
  const server = createServer({ noDelay: true, highWaterMark: 256 * 1024 }, (socket) => attach(socket, accept));
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen({ host, port, backlog: 511 }, () => {
      server.removeListener('error', failed);
      done();
    });
  });
  const address = server.address() as AddressInfo;
  return { host: address.address, port: address.port, stop: () => void server.close() };
};

/** Binds any node:net-like socket to the core; also used for TLS sockets. */
export function attach(socket: Socket, accept: (wire: Wire) => WireHandler): void {
  let handler: WireHandler | null = null;
  let problem: string | undefined;
  let open = true;
  const address = socket.remoteAddress ?? '';
  const wire: Wire = {
    peer: {
      host: address.startsWith('::ffff:') ? address.slice(7) : address,
      port: socket.remotePort ?? 0,
      kind: 'tcp',
    },
    write(buf, offset, length) {
      if (!open) return -1;
      if (socket.writableNeedDrain) return 0;
      // Node may keep the bytes when the kernel does not take them at once: it gets its own copy.
      socket.write(Buffer.from(buf.subarray(offset, offset + length)));
      return length;
    },
    end: () => void socket.end(() => socket.destroy()),
    destroy: () => void socket.destroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
  socket.on('error', (error) => {
    problem = error.message;
  });
  socket.on('close', () => {
    open = false;
    handler?.onClose(problem);
  });
  socket.on('drain', () => handler?.onDrain());
  handler = accept(wire);
  socket.on('data', (chunk: Buffer) => handler?.onData(chunk));
}
