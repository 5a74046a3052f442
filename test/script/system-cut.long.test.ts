// A server that is cut off from the others, in network namespaces of its own: reports name it while it is away, and it is
// there again afterwards. Needs the right to make namespaces.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { natsServerPath } from '../lib/nats-server.ts';
import { createUser } from '../lib/program.ts';
import { until } from '../lib/super-cluster.ts';

const id = process.pid.toString(36);
const here = `nbh${id}`;
const there = `nbt${id}`;
const nodes: ChildProcess[] = [];
const dir = mkdtempSync(join(tmpdir(), 'natsbox-cut-'));

function ip(...args: string[]): boolean {
  return spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
}

/** Two namespaces with a cable between them; false where that is not allowed. */
function makeNetwork(): boolean {
  if (!ip('netns', 'add', here) || !ip('netns', 'add', there)) return false;
  return (
    ip('link', 'add', 'nb0', 'netns', here, 'type', 'veth', 'peer', 'name', 'nb0', 'netns', there) &&
    [here, there].every((name, i) => {
      const address = `10.77.0.${i + 1}/24`;
      return ip('-n', name, 'addr', 'add', address, 'dev', 'nb0') && ip('-n', name, 'link', 'set', 'nb0', 'up');
    }) &&
    [here, there].every((name) => ip('-n', name, 'link', 'set', 'lo', 'up'))
  );
}

after(() => {
  for (const node of nodes) node.kill('SIGKILL');
  ip('netns', 'del', here);
  ip('netns', 'del', there);
  rmSync(dir, { recursive: true, force: true });
});

const server = await natsServerPath();
const skip = !server
  ? 'no nats-server on this machine'
  : makeNetwork()
    ? false
    : 'network namespaces cannot be made here';

test('a server behind a cut cable is named, and comes back', { skip, timeout: 120_000 }, async () => {
  const user = createUser({ NO_COLOR: '1' });
  const routes = '"nats://10.77.0.1:6221", "nats://10.77.0.1:6222", "nats://10.77.0.2:6223"';
  for (const [i, host] of ['10.77.0.1', '10.77.0.1', '10.77.0.2'].entries()) {
    const file = join(dir, `n${i + 1}.conf`);
    writeFileSync(
      file,
      `server_name: n${i + 1}
listen: "${host}:${4221 + i}"
ping_interval: "1s"
jetstream { store_dir: "${join(dir, `js${i + 1}`)}" }
cluster { name: C1, listen: "${host}:${6221 + i}", routes: [${routes}] }
accounts { SYS: { users: [ {user: sys, password: sys} ] } }
system_account: SYS
`,
    );
    const name = i === 2 ? there : here;
    nodes.push(spawn('ip', ['netns', 'exec', name, server ?? '', '-c', file], { stdio: 'ignore' }));
  }
  const [nats = ''] = (await user.run(['sh', '-c', 'command -v nats'])).out.split('\n');
  const run = (...args: string[]) =>
    user.run(['ip', 'netns', 'exec', here, nats, '-s', 'nats://sys:sys@10.77.0.1:4221', 'server', ...args]);
  const meta = ['check', 'meta', '--expect', '3', '--lag-critical', '1000', '--seen-critical', '30s'];
  await until('a healthy meta group', async () => (await run(...meta)).status === 0);
  assert.equal((await run('list')).err, '');

  ip('-n', here, 'link', 'set', 'nb0', 'down');
  const reports = [
    ['list'],
    ['report', 'jetstream'],
    ['report', 'health'],
    ['report', 'routes'],
    ['request', 'variables'],
  ];
  for (const report of reports) {
    const { status, err } = await run(...report);
    assert.equal(status, 0, err);
    assert.match(err, /no answer from .*n3\n/, report.join(' '));
  }
  assert.equal((await run('report', 'mem', '--strict')).status, 9);
  await until('the meta group misses n3', async () => (await run(...meta.slice(0, -1), '1s')).status === 2);

  ip('-n', here, 'link', 'set', 'nb0', 'up');
  await until('n3 is back', async () => (await run(...meta)).status === 0);
  await until('nobody is missing', async () => (await run('list')).err === '');
  user.remove();
});
