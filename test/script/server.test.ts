// The system side of nats: the built program against a real cluster of three, with a node down.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { natsServer } from '../../scripts/nats-server.mjs';

const program = fileURLToPath(new URL('../../dist/bin/nats', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'natsbox-server-'));
const nodes: ChildProcess[] = [];
let ports: number[] = [];

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((s) => new Promise((resolve) => s.once('listening', resolve))));
  const found = servers.map((s) => (s.address() as { port: number }).port);
  await Promise.all(servers.map((s) => new Promise((resolve) => s.close(resolve))));
  return found;
}

function nats(login: string, ...args: string[]) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir, XDG_CONFIG_HOME: dir, XDG_DATA_HOME: dir, NO_COLOR: '1' };
  const url = `nats://${login}@127.0.0.1:${ports[0]}`;
  const { status, stdout, stderr } = spawnSync(program, ['-s', url, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
    env,
  });
  return { status, out: stdout, err: stderr };
}
const sys = (...args: string[]) => nats('sys:sys', ...args);
const app = (...args: string[]) => nats('app:app', ...args);

async function until(what: string, check: () => boolean): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.fail(`never: ${what}`);
}

before(
  async () => {
    ports = await freePorts(6);
    const routes = ports.slice(3).map((port) => `"nats://127.0.0.1:${port}"`);
    const server: string = natsServer();
    for (let i = 0; i < 3; i++) {
      const file = join(dir, `n${i + 1}.conf`);
      writeFileSync(
        file,
        `server_name: n${i + 1}
listen: "127.0.0.1:${ports[i]}"
jetstream { store_dir: "${join(dir, `js${i + 1}`)}" }
cluster { name: C1, listen: "127.0.0.1:${ports[3 + i]}", routes: [${routes.join(', ')}] }
accounts { SYS: { users: [ {user: sys, password: sys} ] }, APP: { jetstream: enabled, users: [ {user: app, password: app} ] } }
system_account: SYS
`,
      );
      nodes.push(spawn(server, ['-c', file], { stdio: 'ignore' }));
    }
    const meta = ['server', 'check', 'meta', '--expect', '3', '--lag-critical', '1000', '--seen-critical', '30s'];
    await until('a healthy meta group', () => sys(...meta).status === 0);
  },
  { timeout: 60_000 },
);

after(() => {
  for (const node of nodes) node.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

test('reports are data too', () => {
  const list = JSON.parse(sys('server', 'list', '--json').out) as { server: { name: string } }[];
  assert.deepEqual(list.map((s) => s.server.name).sort(), ['n1', 'n2', 'n3']);
  const routes = JSON.parse(sys('server', 'report', 'routes', '--as', 'json').out) as { server: string }[];
  assert.deepEqual([...new Set(routes.map((r) => r.server))].sort(), ['n1', 'n2', 'n3']);
  const js = JSON.parse(sys('server', 'report', 'jetstream', '--as', 'json').out) as { server: string }[];
  assert.equal(js.length, 3);
});

test('checks are OK, WARNING and CRITICAL for a reason', () => {
  assert.equal(app('stream', 'add', 'S', '--subjects', 's.>', '--replicas', '3', '--defaults').status, 0);
  for (let i = 0; i < 3; i++) app('pub', 's.a', 'x');
  const check = (...flags: string[]) => app('server', 'check', 'stream', '--stream', 'S', ...flags).status;
  assert.equal(check('--peer-expect', '3', '--msgs-warn', '2', '--msgs-critical', '1'), 0);
  assert.equal(check('--peer-expect', '3', '--msgs-warn', '3', '--msgs-critical', '1'), 1);
  assert.equal(check('--peer-expect', '3', '--msgs-warn', '5', '--msgs-critical', '3'), 2);
  assert.equal(check('--peer-expect', '5'), 2);
  const rows = JSON.parse(sys('server', 'stream-check', '--stream', 'S', '--as', 'json').out) as { status: string }[];
  assert.equal(rows.length, 3);
});

test('a node that is down is named', { timeout: 60_000 }, async () => {
  nodes[2]?.kill('SIGKILL');
  await until('n3 is seen as offline', () => sys('server', 'report', 'jetstream').out.includes('false'));
  const health = sys('server', 'report', 'health');
  assert.equal(health.status, 0);
  assert.match(health.err, /no answer from n3/);
  const strict = sys('server', 'report', 'health', '--strict');
  assert.equal(strict.status, 9);
  assert.match(sys('server', 'list').err, /no answer from n3/);
  const meta = sys('server', 'check', 'meta', '--expect', '3', '--lag-critical', '1000', '--seen-critical', '1s');
  assert.equal(meta.status, 2);
  assert.match(meta.out, /Crit:1 not current/);
});
