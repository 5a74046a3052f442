// A real deployment: cluster C1 of three, cluster C2 of one behind a gateway, a leaf node; accounts SYS, APP and OTHER.
import { freePort, monitor, type NatsServer, startNatsServer } from './nats-server.ts';
import { createUser, type Ran, type User } from './program.ts';

/** A server by its name. */
export type Node = 'n1' | 'n2' | 'n3' | 'g1' | 'l1';

export interface SuperCluster {
  readonly nodes: Readonly<Record<Node, NatsServer>>;
  readonly user: User;
  /** Runs nats as a user of the account, whose name and password are the account's in lower case. */
  nats(account: 'sys' | 'app' | 'other', ...args: string[]): Promise<Ran>;
  /** The same, with the JSON it printed. */
  json<T>(account: 'sys' | 'app' | 'other', ...args: string[]): Promise<T>;
  /** What a node's monitoring endpoint says. */
  monitor<T>(node: Node, path: string): Promise<T>;
  url(node: Node, account: string): string;
  stop(): Promise<void>;
}

const account = (name: string, extra = '') =>
  `${name.toUpperCase()}: { ${extra}users: [ {user: ${name}, password: ${name}} ] }`;
const accounts = `accounts { ${account('sys')}, ${account('app', 'jetstream: enabled, ')}, ${account('other', 'jetstream: enabled, ')} }
system_account: SYS
`;

/** Starts it, and waits until all four servers of the meta group follow one leader and the leaf node is there. */
export async function startSuperCluster(): Promise<SuperCluster> {
  const names = ['n1', 'n2', 'n3', 'g1'] as const;
  const routes = await portsOf(names);
  const gateways = await portsOf(names);
  const leaf = await freePort();
  const url = (port: number | undefined) => `"nats://127.0.0.1:${port}"`;
  const cluster = (name: (typeof names)[number]) => (name === 'g1' ? 'C2' : 'C1');
  const remotes = `[ { name: C1, urls: [${url(gateways.n1)}] }, { name: C2, urls: [${url(gateways.g1)}] } ]`;
  const started: Partial<Record<Node, NatsServer>> = {};
  for (const name of names) {
    const peers = names.filter((other) => cluster(other) === cluster(name)).map((other) => url(routes[other]));
    started[name] = await startNatsServer({
      config: `server_name: ${name}
server_tags: ["az:${name}"]
jetstream { store_dir: "{{DIR}}/js", max_mem: 64MB, max_file: 256MB }
cluster { name: ${cluster(name)}, listen: "127.0.0.1:${routes[name]}", routes: [${peers.join(', ')}] }
gateway { name: ${cluster(name)}, listen: "127.0.0.1:${gateways[name]}", gateways: ${remotes} }
${name === 'n1' ? `leafnodes { listen: "127.0.0.1:${leaf}" }` : ''}
${accounts}`,
    });
  }
  started.l1 = await startNatsServer({
    config: `server_name: l1\nleafnodes { remotes: [ { url: "nats://app:app@127.0.0.1:${leaf}", account: APP } ] }\n${accounts}`,
  });
  const nodes = started as Record<Node, NatsServer>;
  const user = createUser({ NO_COLOR: '1' });
  const world: SuperCluster = {
    nodes,
    user,
    nats: (who, ...args) => user.run(['nats', '-s', world.url('n1', who), ...args]),
    json: async <T>(who: 'sys' | 'app' | 'other', ...args: string[]) => {
      const { out, err } = await world.nats(who, ...args);
      if (out === '') throw new Error(`nothing from nats ${args.join(' ')}: ${err}`);
      return JSON.parse(out) as T;
    },
    monitor: async <T>(node: Node, path: string) => (await monitor(nodes[node], path)) as T,
    url: (node, who) => nodes[node].url.replace('//', `//${who}:${who}@`),
    stop: async () => {
      user.remove();
      await Promise.all(Object.values(nodes).map((node) => node.stop()));
    },
  };
  const meta = ['server', 'check', 'meta', '--expect', '4', '--lag-critical', '1000', '--seen-critical', '30s'];
  await until('a healthy meta group', async () => (await world.nats('sys', ...meta)).status === 0);
  await until('the leaf node', async () => (await world.monitor<{ leafnodes: number }>('n1', 'leafz')).leafnodes === 1);
  return world;
}

async function portsOf<K extends string>(names: readonly K[]): Promise<Record<K, number>> {
  const ports = {} as Record<K, number>;
  for (const name of names) ports[name] = await freePort();
  return ports;
}

/** Waits, half a minute at most, for what nothing announces. */
export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
