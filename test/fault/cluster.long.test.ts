// A real cluster loses the leader in the middle of things: what was acknowledged stays, what fails says so and leaves nothing half.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { type Cluster, startCluster } from '#test/cluster.ts';
import { natsServerPath } from '#test/nats-server.ts';
import { runTool, type ToolOptions } from '#test/run-tool.ts';

const skip = (await natsServerPath()) ? false : 'no nats-server on this machine';
const SIZE = 150_000_000;

let cluster: Cluster;
const cwd = mkdtempSync(join(tmpdir(), 'natsbox-fault-'));
before(async () => {
  if (!skip) cluster = await startCluster();
});
afterEach(() => cluster?.reviveAll());
after(async () => {
  await cluster?.stop();
  rmSync(cwd, { recursive: true });
});

const nats = (args: readonly string[], options: Partial<ToolOptions> = {}) =>
  runTool('nats', args, { cwd, url: cluster.url, ...options });

async function make(name: string): Promise<void> {
  await cluster.ask(`STREAM.CREATE.${name}`, { name, subjects: [`${name}.>`], num_replicas: 3, allow_direct: true });
}

async function stateOf(stream: string): Promise<{ messages: number; last_seq: number }> {
  return ((await cluster.ask(`STREAM.INFO.${stream}`)) as unknown as { state: { messages: number; last_seq: number } })
    .state;
}

/** Kills the leader when `sign` has been seen so often in what a program says. */
function killer(stream: string, sign: RegExp, count: number, consumer?: string) {
  let seen = 0;
  let text = '';
  let killed: Promise<string> | undefined;
  const take = (chunk: Buffer) => {
    text += chunk.toString();
    if (killed) return;
    seen += chunk.toString().match(sign)?.length ?? 0;
    if (seen < count) return;
    killed = cluster.leader(stream, consumer).then(async (leader) => {
      await cluster.kill(leader);
      return leader;
    });
  };
  return { take, text: () => text, killed: () => killed as Promise<string> };
}

test('acknowledged publishing: nothing acknowledged is lost, nothing is there twice', { skip }, async () => {
  await make('PUB');
  const watch = killer('PUB', /\n/g, 2000);
  const args = [
    'pub',
    'PUB.x',
    'm{{Count}}',
    '--count',
    '15000',
    '-J',
    '-H',
    'Nats-Msg-Id:id{{Count}}',
    '--as',
    'ndjson',
  ];
  const { status, err } = await nats(args, { onOut: watch.take });
  const leader = await watch.killed();
  assert.ok(leader, 'the leader was killed in the middle');
  await cluster.revive(leader, 'PUB');
  const acknowledged = new Set([...watch.text().matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq)));
  const state = await stateOf('PUB');
  assert.ok(Math.max(...acknowledged) <= state.last_seq, 'acknowledged sequences are there');
  if (status === 0) assert.equal(state.messages, 15_000);
  else assert.match(err, /"message":"nats: \w/);
  const { out } = await nats(['stream', 'view', 'PUB', '--as', 'ndjson', '--fields', 'data'], {});
  const bodies = out.trim().split('\n');
  assert.equal(new Set(bodies).size, bodies.length, 'no message is there twice');
  assert.equal(bodies.length, state.messages);
  // The rest again, with the same ids: complete, and still nothing twice.
  assert.equal((await nats(args)).status, 0);
  assert.equal((await stateOf('PUB')).messages, 15_000);
});

test('consumer next goes on with the next leader', { skip }, async () => {
  await make('NEXT');
  for (let i = 0; i < 1500; i++) await cluster.connection.request(`NEXT.x`, `b${i}`, { timeout: 10_000 });
  const config = { durable_name: 'C', ack_policy: 'explicit', num_replicas: 3, ack_wait: 3_000_000_000 };
  await cluster.ask('CONSUMER.DURABLE.CREATE.NEXT.C', { stream_name: 'NEXT', config });
  const watch = killer('NEXT', /\n/g, 300, 'C');
  const { status, err } = await nats(['consumer', 'next', 'NEXT', 'C', '--count', '1500', '--raw'], {
    onOut: watch.take,
  });
  assert.equal(status, 0, err);
  await cluster.revive(await watch.killed(), 'NEXT');
  const bodies = watch.text().trim().split('\n');
  const rest = await nats(['consumer', 'next', 'NEXT', 'C', '--count', '1500', '--raw', '--timeout', '4s']);
  const all = new Set([...bodies, ...rest.out.split('\n').filter((line) => line !== '')]);
  assert.equal(all.size, 1500, 'every message was delivered');
});

test('objects are there as a whole or not at all', { skip }, async () => {
  writeFileSync(join(cwd, 'big'), Buffer.alloc(SIZE, 'x'));
  assert.equal((await nats(['object', 'add', 'BOX', '--replicas', '3'])).status, 0);
  const put = nats(['object', 'put', 'BOX', 'big', '--no-progress', '-f']);
  while (((await stateOf('OBJ_BOX').catch(() => undefined))?.messages ?? 0) < 100);
  const leader = await cluster.leader('OBJ_BOX');
  await cluster.kill(leader);
  const { status, err } = await put;
  await cluster.revive(leader, 'OBJ_BOX');
  const got = await nats(['object', 'get', 'BOX', 'big', '-O', 'got', '--no-progress', '-f']);
  if (status === 0) {
    assert.equal(got.status, 0, got.err);
    assert.equal(statSync(join(cwd, 'got')).size, SIZE);
  } else {
    assert.match(err, /nats: error: \S/);
    assert.equal(got.status, 1, 'a failed object is not there');
    assert.equal((await nats(['object', 'put', 'BOX', 'big', '--no-progress', '-f'])).status, 0);
  }
});

test('backup and restore resume or fail with a word, and leave nothing that looks whole', { skip }, async () => {
  const backup = nats([
    'stream',
    'backup',
    'OBJ_BOX',
    'bk',
    '--no-progress',
    '--chunk-size',
    '1KB',
    '--window-size',
    '4KB',
  ]);
  while (!existsSync(join(cwd, 'bk/stream.tar.s2.part'))) await new Promise((resolve) => setTimeout(resolve, 5));
  const leader = await cluster.leader('OBJ_BOX');
  await cluster.kill(leader);
  const { status, err } = await backup;
  if (status !== 0) {
    assert.match(err, /nats: error: snapshot failed: \S/);
    assert.ok(!existsSync(join(cwd, 'bk/backup.json')) && !existsSync(join(cwd, 'bk/stream.tar.s2.part')));
  }
  await cluster.revive(leader, 'OBJ_BOX');
  assert.equal((await nats(['stream', 'backup', 'OBJ_BOX', 'bk', '--no-progress'])).status, 0);
  const { messages } = await stateOf('OBJ_BOX');
  assert.equal((await nats(['stream', 'rm', 'OBJ_BOX', '-f'])).status, 0);
  const restore = nats(['stream', 'restore', 'bk', '--no-progress']);
  const other = await cluster.leader('NEXT');
  await cluster.kill(other);
  const result = await restore;
  await cluster.revive(other, 'NEXT');
  if (result.status === 0) assert.equal((await stateOf('OBJ_BOX')).messages, messages);
  else {
    assert.match(result.err, /nats: error: \S/);
    // The server may have kept a part of it: it is removed, and restored again.
    const retry = () => nats(['stream', 'restore', 'bk', '--no-progress']);
    let again = await retry();
    for (let i = 0; i < 50 && again.status !== 0; i++) {
      if (/already exist/.test(again.err)) await nats(['stream', 'rm', 'OBJ_BOX', '-f']);
      again = await retry();
    }
    assert.equal(again.status, 0, again.err);
    assert.equal((await stateOf('OBJ_BOX')).messages, messages);
  }
});
