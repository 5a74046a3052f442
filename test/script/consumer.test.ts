// Consumers as scripts use them: the built program against a real server.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Connection, connect } from '#client/index.ts';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '#test/nats-server.ts';
import { runTool } from '#test/run-tool.ts';

let server: NatsServer;
let connection: Connection;
const cwd = mkdtempSync(join(tmpdir(), 'natsbox-consumer-'));

beforeServer(async () => {
  server = await startNatsServer({ jetstream: true });
  connection = await connect({ servers: [server.url] });
});
after(async () => {
  await connection?.close();
  await server?.stop();
  rmSync(cwd, { recursive: true });
});

const nats = (...args: string[]) => runTool('nats', args, { cwd, url: server.url });

async function ok(...args: string[]): Promise<string> {
  const { status, out, err } = await nats(...args);
  assert.equal(status, 0, `${args.join(' ')}: ${err}`);
  return out;
}

async function stream(name: string, messages: number): Promise<void> {
  await ok('stream', 'add', name, '--subjects', `${name}.>`, '--defaults');
  for (let i = 1; i <= messages; i++) await connection.request(`${name}.${i}`, `m${i}`);
}

serverTest('next with a count beyond what is there gives what there is, then says so', async () => {
  await stream('N', 3);
  await ok('consumer', 'add', 'N', 'C', '--pull', '--defaults');
  const { status, out, err } = await nats(
    'consumer',
    'next',
    'N',
    'C',
    '--count',
    '5',
    '--raw',
    '--timeout',
    '400ms',
    '--strict',
  );
  assert.deepEqual([status, out], [9, 'm1\nm2\nm3\n']);
  assert.match(err, /no message received[\s\S]*3 of 5/);
  const empty = await nats('consumer', 'next', 'N', 'C', '--timeout', '200ms', '--strict');
  assert.deepEqual([empty.status, empty.out], [5, '']);
  const info = JSON.parse(await ok('consumer', 'info', 'N', 'C', '--json')) as { num_ack_pending: number };
  assert.equal(info.num_ack_pending, 0, 'what was shown is acknowledged');
});

serverTest('what a server makes of odd values is for the server to say', async () => {
  await stream('ODD', 1);
  await ok('consumer', 'add', 'ODD', 'C', '--pull', '--defaults', '--max-pending=-5');
  const info = JSON.parse(await ok('consumer', 'info', 'ODD', 'C', '--json')) as {
    config: { max_ack_pending: number };
  };
  assert.equal(info.config.max_ack_pending, -1, 'no bound');
  for (const args of [
    ['stream', 'edit', 'ODD', '--interactive'],
    ['consumer', 'edit', 'ODD', 'C', '--interactive'],
  ]) {
    const { status, out, err } = await nats(...args);
    assert.deepEqual([status, out], [1, ''], args.join(' '));
    assert.match(err, /set EDITOR environment variable to your chosen editor/);
  }
});

serverTest('next says what is not there, and what is no pull consumer', async () => {
  await stream('M', 1);
  await ok('consumer', 'add', 'M', 'P', '--target', 'push.here', '--defaults');
  const missing = await nats('consumer', 'next', 'M', 'NOPE', '--strict', '--timeout', '300ms');
  assert.equal(missing.status, 3);
  assert.match(missing.err, /10014/);
  const noStream = await nats('consumer', 'next', 'NOPE', 'C', '--strict', '--timeout', '300ms');
  assert.equal(noStream.status, 3);
  assert.match(noStream.err, /10059/);
  const push = await nats('consumer', 'next', 'M', 'P', '--strict', '--timeout', '300ms');
  assert.equal(push.status, 2);
  assert.match(push.err, /"P" is not a Pull consumer/);
  const name = await nats('consumer', 'next', 'M.x', 'P', '--strict');
  assert.equal(name.status, 2);
});

serverTest('next waits no longer per pull than the consumer allows', async () => {
  await stream('X', 0);
  await ok('consumer', 'add', 'X', 'C', '--pull', '--defaults', '--max-pull-expire', '1s');
  const late = nats('consumer', 'next', 'X', 'C', '--raw', '--timeout', '20s');
  // The first pull is refused, the second one waits at the server.
  for (;;) {
    const info = (await connection.request('$JS.API.CONSUMER.INFO.X.C')).json<{ num_waiting: number }>();
    if (info.num_waiting > 0) break;
  }
  await connection.request('X.1', 'here');
  const { status, out } = await late;
  assert.deepEqual([status, out], [0, 'here\n']);
});

serverTest('verdicts: nothing, refused, refused for good', async () => {
  await stream('V', 3);
  await ok('consumer', 'add', 'V', 'C', '--pull', '--defaults', '--wait', '30s');
  assert.match(await ok('consumer', 'next', 'V', 'C', '--nak'), /Negative Acknowledged message/);
  assert.match(await ok('consumer', 'next', 'V', 'C', '--term'), /tries: 2[\s\S]*Terminated message\n$/);
  assert.equal(await ok('consumer', 'next', 'V', 'C', '--term', '--raw'), 'm2\n');
  const both = await nats('consumer', 'next', 'V', 'C', '--term', '--ack');
  assert.equal(both.status, 1);
  const record = JSON.parse(await ok('consumer', 'next', 'V', 'C', '--no-ack', '--as', 'ndjson')) as Record<
    string,
    unknown
  >;
  assert.deepEqual([record['subject'], record['seq'], record['tries'], record['data']], ['V.3', 3, 1, 'm3']);
});

serverTest('priority groups: overflow, pinned and its unpin', async () => {
  await stream('G', 2);
  await ok('consumer', 'add', 'G', 'O', '--pull', '--defaults', '--overflow-groups', 'a');
  assert.match(await ok('consumer', 'info', 'G', 'O'), /Priority Policy: Overflow/);
  await ok('consumer', 'add', 'G', 'P', '--pull', '--defaults', '--pinned-groups', 'a', '--pinned-ttl', '2m');
  const none = await nats('consumer', 'unpin', 'G', 'P', 'a', '-f', '--strict');
  assert.equal(none.status, 3);
  assert.equal(await ok('consumer', 'next', 'G', 'P', '--group', 'a', '--raw'), 'm1\n');
  assert.match(await ok('consumer', 'info', 'G', 'P'), /Priority Groups: a: pinned \S+ at/);
  assert.match(await ok('consumer', 'unpin', 'G', 'P', 'a', '-f'), /Unpinned client \S+ from Priority Group G > P > a/);
});

serverTest('a configuration goes through a file unchanged', async () => {
  await stream('F', 0);
  const flags = [
    '--pull',
    '--defaults',
    '--backoff',
    'linear',
    '--backoff-steps',
    '3',
    '--backoff-min',
    '1s',
    '--backoff-max',
    '10s',
  ];
  await ok('consumer', 'add', 'F', 'A', ...flags, '--metadata', 'team=red', '--filter', 'F.a', '--filter', 'F.b');
  const config = async (name: string) => {
    const all = JSON.parse(await ok('consumer', 'info', 'F', name, '--json')) as { config: Record<string, unknown> };
    const { name: _n, durable_name: _d, ...rest } = all.config;
    return rest;
  };
  writeFileSync(join(cwd, 'a.json'), await ok('consumer', 'info', 'F', 'A', '--json'));
  await ok('consumer', 'add', 'F', 'B', '--config', 'a.json');
  assert.deepEqual(await config('B'), await config('A'));
  assert.deepEqual((await config('A'))['backoff'], [1_000_000_000, 4_000_000_000, 7_000_000_000]);
  await ok('consumer', 'copy', 'F', 'A', 'C');
  assert.deepEqual(await config('C'), await config('A'));
  const same = await ok('consumer', 'edit', 'F', 'A', '--config', 'a.json', '-f');
  assert.match(same, /No difference/);
});

serverTest('consumers are found by condition and expression', async () => {
  await stream('Q', 4);
  await ok('consumer', 'add', 'Q', 'PULL', '--pull', '--defaults');
  await ok('consumer', 'add', 'Q', 'PUSH', '--target', 'q.push', '--defaults');
  const find = async (...args: string[]) => (await ok('consumer', 'find', 'Q', ...args)).trim();
  assert.equal(await find('--pull'), 'PULL');
  assert.equal(await find('--pull', '--invert'), 'PUSH');
  assert.equal(await find('--expression', 'config.deliver_subject == "q.push"'), 'PUSH');
  assert.equal(await find('--expression', 'state.num_pending == 4 and Info.Config.AckPolicy == "explicit"'), 'PULL');
  assert.equal((await nats('consumer', 'find', 'Q', '--pull', '--push')).status, 1);
});

serverTest(
  'a copy onto itself is the same consumer, and a refused edit is told in the words of the server',
  async () => {
    await stream('SELF', 1);
    await ok('consumer', 'add', 'SELF', 'C', '--pull', '--defaults');
    const created = await ok('consumer', 'info', 'SELF', 'C', '--jq', '.created');
    await ok('consumer', 'copy', 'SELF', 'C', 'C', '--max-pending', '7');
    assert.equal(await ok('consumer', 'info', 'SELF', 'C', '--jq', '.created'), created);
    assert.equal(await ok('consumer', 'info', 'SELF', 'C', '--jq', '.config.max_ack_pending'), '7\n');
    const edit = await nats('consumer', 'edit', 'SELF', 'C', '-f', '--replicas', '3');
    assert.equal(edit.status, 1);
    assert.match(edit.err, /^nats: error: replicas > 1 not supported in non-clustered mode \(10074\)$/m);
  },
);
