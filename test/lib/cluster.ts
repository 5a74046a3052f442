// A real cluster of three servers, each a process of its own, with JetStream.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect } from '#client/index.ts';
import { freePort, type NatsServer, startNatsServer } from './nats-server.ts';

export interface Cluster {
  /** All servers, joined by commas. */
  readonly url: string;
  /** A connection of the test's own, which finds the servers that are up. */
  readonly connection: Connection;
  /** The name of the server that leads a stream, or a consumer of it. */
  leader(stream: string, consumer?: string): Promise<string>;
  /** Kills a server without a warning. */
  kill(name: string): Promise<void>;
  /** Starts a server that was killed, with the same data, and waits until the stream has all its replicas. */
  revive(name: string, stream?: string): Promise<void>;
  /** Asks the API until it gives an answer without an error, as long as leaders are being elected. */
  ask(subject: string, body?: unknown): Promise<Record<string, never>>;
  /** Starts all servers that were killed. */
  reviveAll(): Promise<void>;
  stop(): Promise<void>;
}

const names = ['n1', 'n2', 'n3'];

/** Starts the cluster and waits for its meta leader. */
export async function startCluster(): Promise<Cluster> {
  const root = mkdtempSync(join(tmpdir(), 'natsbox-cluster-'));
  const [clientPorts, routePorts] = [await ports(), await ports()];
  const routes = routePorts.map((port) => `nats://127.0.0.1:${port}`).join(', ');
  const servers = new Map<string, NatsServer>();
  const dead = new Set<string>();
  const start = async (name: string) => {
    const i = names.indexOf(name);
    const config = `server_name: ${name}
jetstream { store_dir: "${root}/${name}" }
cluster { name: C1, listen: 127.0.0.1:${routePorts[i]}, routes: [${routes}] }`;
    dead.delete(name);
    servers.set(name, await startNatsServer({ config, port: clientPorts[i] as number }));
  };
  await Promise.all(names.map(start));
  const url = clientPorts.map((port) => `nats://127.0.0.1:${port}`).join(',');
  const connection = await connect({ servers: url, maxReconnects: -1, reconnectWait: 100 });
  const ask: Cluster['ask'] = async (subject, body = '') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    for (let tries = 0; ; tries++) {
      const answer = await connection.request(`$JS.API.${subject}`, text, { timeout: 3000 }).catch(() => undefined);
      const document = answer && (JSON.parse(answer.string()) as { error?: { description: string } });
      if (document && !document.error) return document as Record<string, never>;
      if (tries > 200) throw new Error(`${subject}: ${document?.error?.description ?? 'no answer'}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await ask('STREAM.CREATE.READY', { name: 'READY', subjects: ['ready'], num_replicas: 3, storage: 'memory' });
  await ask('STREAM.DELETE.READY');
  const info = async (subject: string) =>
    ((await ask(subject)) as { cluster?: { leader?: string; replicas?: { current: boolean; offline?: boolean }[] } })
      .cluster;
  return {
    url,
    connection,
    ask,
    leader: async (stream, consumer) => {
      const subject = consumer ? `CONSUMER.INFO.${stream}.${consumer}` : `STREAM.INFO.${stream}`;
      for (;;) {
        const leader = (await info(subject))?.leader;
        if (leader) return leader;
      }
    },
    kill: async (name) => {
      const server = servers.get(name) as NatsServer;
      dead.add(name);
      server.signal('SIGKILL');
      await server.exited;
    },
    revive: async (name, stream) => {
      await start(name);
      while (stream) {
        const cluster = await info(`STREAM.INFO.${stream}`);
        if (cluster?.leader && cluster.replicas?.length === 2 && cluster.replicas.every((r) => r.current && !r.offline))
          return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    reviveAll: async () => {
      await Promise.all([...dead].map(start));
    },
    stop: async () => {
      await connection.close();
      await Promise.all([...servers.values()].map((server) => server.stop()));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function ports(): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < names.length) found.add(await freePort());
  return [...found];
}
