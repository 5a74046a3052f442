// Every report and request against a real deployment: its numbers are those of the monitoring endpoints, a server that
// does not answer is named, and an archive tells the same as the servers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { beforeServer, serverTest } from '../lib/nats-server.ts';
import { type Node, type SuperCluster, startSuperCluster, until } from '../lib/super-cluster.ts';

let world: SuperCluster;
const servers = ['g1', 'n1', 'n2', 'n3'] as const;

beforeServer(
  async () => {
    world = await startSuperCluster();
    const add = (who: 'app' | 'other', name: string, replicas: number) =>
      world.nats(
        who,
        'stream',
        'add',
        name,
        `--subjects=${name}`,
        `--replicas=${replicas}`,
        '--defaults',
        '--cluster=C1',
      );
    assert.equal((await add('app', 'ORDERS', 3)).status, 0);
    assert.equal((await add('other', 'NOTES', 1)).status, 0);
    for (const text of ['a', 'bb', 'ccc']) await world.nats('app', 'pub', 'ORDERS', text, '--jetstream');
    const consumer = await world.nats('app', 'consumer', 'add', 'ORDERS', 'C', '--pull', '--defaults');
    assert.equal(consumer.status, 0, consumer.err);
  },
  { timeout: 60_000 },
);
after(() => world?.stop());

/** What each server's endpoint says, by its name. */
async function all<T>(path: string): Promise<Record<(typeof servers)[number], T>> {
  const entries = await Promise.all(servers.map(async (name) => [name, await world.monitor<T>(name, path)] as const));
  return Object.fromEntries(entries) as Record<(typeof servers)[number], T>;
}

const sys = <T>(...args: string[]) => world.json<T>('sys', 'server', ...args, '--as', 'json');
const names = (list: readonly { server: string }[]) => [...new Set(list.map((row) => row.server))].sort();
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

serverTest('list and the small reports say what the endpoints say', async () => {
  const list =
    await sys<{ server: { name: string; cluster: string }; statsz: { connections: number; routes: [] } }[]>('list');
  const routez = await all<{ num_routes: number }>('routez');
  assert.deepEqual(list.map((s) => s.server.name).sort(), [...servers]);
  for (const { server, statsz } of list) {
    assert.equal(statsz.routes?.length ?? 0, routez[server.name as 'n1'].num_routes, server.name);
    assert.equal(server.cluster, server.name === 'g1' ? 'C2' : 'C1');
  }
  for (const kind of ['cpu', 'mem']) {
    assert.deepEqual(Object.keys(await sys<object>('report', kind)).sort(), [...servers]);
  }
  const health = await sys<{ server: string; status: string }[]>('report', 'health');
  assert.deepEqual(names(health), [...servers]);
  const healthz = await all<{ status: string }>('healthz');
  for (const row of health) assert.equal(row.status, healthz[row.server as 'n1'].status);
});

serverTest('routes, gateways and leaf nodes', async () => {
  const routes = await sys<{ server: string }[]>('report', 'routes');
  const routez = await all<{ num_routes: number }>('routez');
  for (const name of servers) {
    assert.equal(routes.filter((r) => r.server === name).length, routez[name].num_routes, name);
  }
  const { out } = await world.nats('sys', 'server', 'report', 'gateways', '--as', 'csv');
  const gateways = out.split('\n').map((line) => line.split(','));
  const gatewayz = await all<{ inbound_gateways: Record<string, []>; outbound_gateways: object }>('gatewayz');
  for (const name of servers) {
    const count = (direction: string) => gateways.filter((g) => g[0] === name && g[2] === direction).length;
    assert.equal(
      count('Inbound'),
      sum(Object.values(gatewayz[name].inbound_gateways).map((list) => list.length)),
      name,
    );
    assert.equal(count('Outbound'), Object.keys(gatewayz[name].outbound_gateways).length, name);
  }
  const leafs = await sys<{ server: string; name: string; account: string }[]>('report', 'leafnodes');
  assert.deepEqual(
    leafs.map(({ server, name, account }) => ({ server, name, account })),
    [{ server: 'n1', name: 'l1', account: 'APP' }],
  );
});

serverTest('connections and accounts', async () => {
  const held = (['n2', 'g1', 'l1'] as const).map((node) =>
    world.user.start(['nats', '-s', world.url(node, 'app'), 'sub', `held.${node}`]),
  );
  const count = async (name: Node) =>
    (await world.monitor<{ connections: { name?: string }[] }>(name, 'connz')).connections.filter((c) =>
      c.name?.startsWith('NATS CLI'),
    ).length;
  await until('the subscribers are there', async () => (await count('n2')) === 1 && (await count('g1')) === 1);
  const conns = await sys<{ server: { name: string }; account: string; kind: string }[]>('report', 'connections');
  for (const name of ['n2', 'n3', 'g1'] as const) {
    const connz = await world.monitor<{ num_connections: number }>(name, 'connz');
    assert.equal(conns.filter((c) => c.server.name === name).length, connz.num_connections, name);
  }
  // The subscriber at the leaf node is none of ours, but its connection to n1 is.
  const app = conns.filter((c) => c.account === 'APP');
  const accounts = await sys<{ account: string; connections: number }[]>('report', 'accounts');
  assert.equal(accounts.find((a) => a.account === 'APP')?.connections, app.length);
  const own = await sys<{ account: string }[]>('report', 'connections', '--account', 'APP');
  assert.deepEqual([...new Set(own.map((c) => c.account))], ['APP']);
  await Promise.all(held.map((program) => program.stop()));
});

interface Js {
  server: string;
  streams: number;
  consumers: number;
  messages: number;
  bytes: number;
}

serverTest('JetStream, its replicas and its groups', async () => {
  const jsz = await all<Js & { meta_cluster: { leader: string } }>('jsz');
  const report = await sys<Js[]>('report', 'jetstream');
  assert.deepEqual(names(report), [...servers]);
  for (const row of report) {
    const own = jsz[row.server as 'n1'];
    for (const key of ['streams', 'consumers', 'messages', 'bytes'] as const)
      assert.equal(row[key], own[key], row.server);
  }
  assert.equal(sum(report.map((r) => r.messages)), 9);
  const app = await sys<Js[]>('report', 'jetstream', '--account', 'APP');
  assert.equal(sum(app.map((r) => r.streams)), 3);
  const streams = await sys<{ stream: string; server: string; status: string; messages: number }[]>('stream-check');
  const orders = streams.filter((s) => s.stream === 'ORDERS');
  assert.deepEqual(
    orders.map((s) => [s.server, s.status, s.messages]),
    ['n1', 'n2', 'n3'].map((n) => [n, 'IN SYNC', 3]),
  );
  const consumers = await sys<{ consumer: string; server: string; status: string }[]>('consumer-check');
  assert.equal(consumers.filter((c) => c.consumer === 'C' && !c.status.includes('UNSYNCED')).length, 3);
});

const requests: readonly (readonly string[])[] = [
  ...['variables', 'connections', 'routes', 'gateways', 'leafnodes', 'accounts', 'subscriptions'].map((kind) => [kind]),
  ...['jetstream', 'jetstream-health', 'raft', 'ipqueue'].map((kind) => [kind]),
];

serverTest('every request brings an answer of each server', async () => {
  for (const request of requests) {
    const { out, err, status } = await world.nats('sys', 'server', 'request', ...request);
    assert.equal(status, 0, err);
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { server: { name: string } });
    assert.deepEqual(answers.map((a) => a.server.name).sort(), [...servers], request.join(' '));
    assert.equal(err, '', request.join(' '));
  }
});

serverTest('profiles go into a folder that is there', async () => {
  const nowhere = await world.nats('sys', 'server', 'request', 'profile', 'heap', '/nowhere/at/all');
  assert.equal(nowhere.status, 1);
  assert.equal(nowhere.err.split('\n')[0], "nats: error: path '/nowhere/at/all' does not exist");
});

serverTest('balancing says how connections are spread', async () => {
  const { out, err } = await world.nats('sys', 'server', 'cluster', 'balance', '1s', '--cluster', 'C1', '--force');
  assert.match(out, /^Balanced \d+ connections$/m);
  assert.match(err, /^\d\d:\d\d:\d\d Connection distribution across 3 servers \(target: \d+ per server\):$/m);
  assert.match(err, /^\d\d:\d\d:\d\d {3}Server 'n\d': \d+ connections \(offset: [+-]\d+\)$/m);
});

serverTest('an archive tells the same as the servers', { timeout: 60_000 }, async () => {
  const archive = `${world.user.home}/a.zip`;
  const gathered = await world.json<{ servers: string[]; absent: string[]; streams: number }>(
    'sys',
    ...['audit', 'gather', '--output', archive, '--no-progress', '--timeout', '1s', '--as', 'json'],
  );
  assert.deepEqual(gathered.servers, [...servers]);
  assert.deepEqual([gathered.absent, gathered.streams], [[], 2]);
  for (const report of [['report', 'jetstream'], ['report', 'leafnodes'], ['report', 'health'], ['stream-check']]) {
    const pick = (rows: Record<string, unknown>[]) =>
      rows.map(({ server, name, streams, messages, status, stream }) => ({
        server,
        name,
        streams,
        messages,
        status,
        stream,
      }));
    const live = pick(await sys(...report));
    assert.deepEqual(pick(await sys(...report, '--archive', archive)), live, report.join(' '));
  }
  for (const report of ['accounts', 'connections', 'cpu', 'mem', 'gateways', 'routes']) {
    const { status, out } = await world.nats('sys', 'server', 'report', report, '--archive', archive);
    assert.equal(status, 0, report);
    assert.match(out, report === 'accounts' ? /APP/ : /n1/, report);
  }
  for (const request of requests) {
    const { status, out } = await world.nats('sys', 'server', 'request', ...request, '--archive', archive);
    assert.equal(status, 0, request.join(' '));
    for (const name of servers) assert.match(out, new RegExp(`"name":"${name}"`), request.join(' '));
  }
  const analysis = await world.json<{ outcomes: Record<string, number> }>('sys', 'audit', 'analyze', archive, '--json');
  assert.deepEqual([analysis.outcomes['FAIL'], analysis.outcomes['SKIP']], [0, 1]);
});

/** What names the servers it is from. */
const telling: readonly (readonly string[])[] = [
  ['list'],
  ...['accounts', 'connections', 'cpu', 'mem', 'gateways', 'health', 'jetstream', 'leafnodes', 'routes'].map((kind) => [
    'report',
    kind,
  ]),
  ['report', 'downgrade', '1'],
  ...requests.map((request) => ['request', ...request]),
  ['stream-check', '--read-timeout', '1'],
  ['consumer-check', '--read-timeout', '1'],
];

async function isMissed(node: Node): Promise<void> {
  const look = async (command: readonly string[]): Promise<void> => {
    const { status, err } = await world.nats('sys', '--timeout', '5s', 'server', ...command);
    assert.equal(status, 0, `${command.join(' ')}: ${err}`);
    assert.match(err, new RegExp(`no answer from .*${node}\\n`), command.join(' '));
  };
  // They mostly wait: many at once are no slower.
  for (let i = 0; i < telling.length; i += 8) await Promise.all(telling.slice(i, i + 8).map(look));
}

serverTest(
  'a server that stands still is named by every report, and an audit goes on without it',
  { timeout: 120_000 },
  async () => {
    world.nodes.n3.signal('SIGSTOP');
    try {
      await isMissed('n3');
      const strict = await world.nats('sys', 'server', 'report', 'jetstream', '--strict');
      assert.equal(strict.status, 9);
      const flags = [
        '--output',
        `${world.user.home}/b.zip`,
        '--no-progress',
        '--timeout',
        '2s',
        '--no-server-profiles',
      ];
      const gathered = await world.nats('sys', 'audit', 'gather', ...flags);
      assert.equal(gathered.status, 0);
      assert.match(gathered.err, /No answer from .*\bn3\b/);
    } finally {
      world.nodes.n3.signal('SIGCONT');
    }
  },
);

serverTest('a server that is dead is named, one of another cluster too', { timeout: 120_000 }, async () => {
  await until('n3 is back', async () => (await world.nats('sys', 'server', 'list')).err === '');
  await world.nodes.g1.stop();
  await until(
    'its death is known',
    async () =>
      (await world.monitor<{ inbound_gateways: { C2?: [] } }>('n1', 'gatewayz')).inbound_gateways.C2 === undefined,
  );
  const jetstream = await world.nats('sys', '--timeout', '3s', 'server', 'report', 'jetstream');
  assert.equal(jetstream.status, 0, jetstream.err);
  assert.match(jetstream.out + jetstream.err, /g1/);
  await until('the meta group misses g1', async () => {
    const meta = ['check', 'meta', '--expect', '4', '--lag-critical', '1000', '--seen-critical', '1s'];
    return (await world.nats('sys', 'server', ...meta)).status === 2;
  });
});

test('there is something to test with', () => assert.equal(servers.length, 4));
