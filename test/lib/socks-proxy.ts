import { connect, createServer, type Server, type Socket } from 'node:net';

export interface SocksProxy {
  port: number;
  /** Addresses asked for, `host:port`. */
  asked: string[];
  stop(): Promise<void>;
}

/** A small SOCKS 5 proxy on 127.0.0.1: CONNECT only, with user and password when given. */
export function startSocksProxy(login?: { user: string; password: string }): Promise<SocksProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    void serve(client);
  });

  async function serve(client: Socket): Promise<void> {
    const read = byteReader(client);
    const [, count] = await read(2);
    const methods = await read(count!);
    if (login) {
      if (!methods.includes(2)) return void client.end(Buffer.from([5, 255]));
      client.write(Buffer.from([5, 2]));
      const user = await read((await read(2))[1]!);
      const password = await read((await read(1))[0]!);
      const good = user.toString() === login.user && password.toString() === login.password;
      client.write(Buffer.from([1, good ? 0 : 1]));
      if (!good) return void client.end();
    } else client.write(Buffer.from([5, 0]));
    const [, , , kind] = await read(4);
    const host =
      kind === 3 ? (await read((await read(1))[0]!)).toString() : (await read(kind === 1 ? 4 : 16)).join('.');
    const port = (await read(2)).readUInt16BE();
    asked.push(`${host}:${port}`);
    const upstream = connect(port, host === 'nats.internal' ? '127.0.0.1' : host);
    sockets.add(upstream);
    upstream.once('error', () => client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
    upstream.once('connect', () => {
      client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
      read.release();
      client.pipe(upstream);
      upstream.pipe(client);
    });
  }

  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as { port: number }).port,
        asked,
        stop: () => {
          for (const socket of sockets) socket.destroy();
          return new Promise((done) => server.close(() => done()));
        },
      });
    });
  });
}

function byteReader(socket: Socket): ((bytes: number) => Promise<Buffer>) & { release(): void } {
  let held = Buffer.alloc(0);
  let waiting: { bytes: number; resolve: (b: Buffer) => void } | undefined;
  const pump = (): void => {
    if (!waiting || held.length < waiting.bytes) return;
    const { bytes, resolve } = waiting;
    waiting = undefined;
    const taken = held.subarray(0, bytes);
    held = held.subarray(bytes);
    resolve(taken);
  };
  const onData = (chunk: Buffer): void => {
    held = Buffer.concat([held, chunk]);
    pump();
  };
  socket.on('data', onData);
  const read = (bytes: number): Promise<Buffer> =>
    new Promise((resolve) => {
      waiting = { bytes, resolve };
      pump();
    });
  return Object.assign(read, { release: () => void socket.off('data', onData) });
}
