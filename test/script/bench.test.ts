// Benchmarks as people run them: the built program against the real server. Counts are checked, never times.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '#test/nats-server.ts';
import { runTool, toolPath } from '#test/run-tool.ts';

const cwd = mkdtempSync(join(tmpdir(), 'natsbox-bench-'));
let server: NatsServer | undefined;

beforeServer(async () => {
  const users = `accounts { A { jetstream: enabled, users: [
    { user: all, password: all }
    { user: some, password: some, permissions: { publish: ["open", "_INBOX.>"], subscribe: ">" } }
  ] } }`;
  server = await startNatsServer({ jetstream: true, config: users });
});
after(async () => {
  await server?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

const bench = (args: readonly string[], user = 'all') =>
  runTool('nats', ['--user', user, '--password', user, 'bench', ...args], { cwd, url: server?.url ?? '' });

async function data(args: readonly string[]) {
  const result = await bench([...args, '--as', 'json']);
  assert.equal(result.status, 0, result.err);
  return JSON.parse(result.out);
}

/** Starts a benchmark that waits for others; resolves when it says that it is ready. */
async function waiting(args: readonly string[]) {
  const child = spawn(toolPath('nats'), ['--user', 'all', '--password', 'all', 'bench', ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, NATS_URL: server?.url ?? '' },
    timeout: 60_000,
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const ended = new Promise<{ status: number | null; out: string }>((resolve) =>
    child.once('close', (status) => resolve({ status, out })),
  );
  return { child, ended };
}

/** Asks the server until somebody listens on a subject. */
async function listener(subject: string): Promise<void> {
  for (;;) {
    const asked = await runTool(
      'nats',
      ['--user', 'all', '--password', 'all', 'req', subject, 'x', '--timeout', '300ms'],
      {
        cwd,
        url: server?.url ?? '',
      },
    );
    // A machine that is too busy to connect in time says nothing of the subject.
    if (asked.status === 0 && !/no responders/i.test(asked.err + asked.out)) return;
  }
}

serverTest('clients on several threads publish everything, and the data says where it was measured', async () => {
  const found = await data(['pub', 'open', '--msgs', '4001', '--clients', '4', '--threads', '2', '--size', '16']);
  assert.deepEqual([found.total.msgs, found.total.bytes, found.clients.length], [4001, 4001 * 16, 4]);
  assert.deepEqual(
    found.clients.map((c: { msgs: number }) => c.msgs),
    [1001, 1000, 1000, 1000],
  );
  assert.equal(found.total.latency_us.count, 4001);
  assert.match(found.environment.server.version, /^\d+\./);
});

serverTest('a payload from a file counts with the bytes it has', async () => {
  const file = join(cwd, 'payload');
  writeFileSync(file, 'x'.repeat(1000));
  const found = await data(['pub', 'open', '--msgs', '10', '--size', '16', '--payload', file]);
  assert.deepEqual([found.total.bytes, found.parameters.size], [10_000, 1000]);
});

serverTest('what the server refuses does not count: no report, and the reason', async () => {
  const refused = await bench(['pub', 'closed', '--msgs', '50', '--no-progress'], 'some');
  assert.equal(refused.status, 1);
  assert.match(refused.err, /Permissions Violation for Publish to "closed"/);
  assert.doesNotMatch(refused.out, /msgs\/sec/);
  assert.equal((await bench(['pub', 'open', '--msgs', '50', '--no-progress'], 'some')).status, 0);
});

serverTest('a subscriber reads the marks of an open loop and counts what is missing', async () => {
  const subscriber = await waiting(['sub', 'marked', '--marks', '--msgs', '301', '--as', 'json']);
  await listener('marked');
  const sent = await data(['pub', 'marked', '--rate', '5000', '--msgs', '300']);
  assert.equal(sent.total.latency_us.count, 300);
  const { status, out } = await subscriber.ended;
  assert.equal(status, 0);
  const got = JSON.parse(out);
  // One of the 301 is the question that looked for the subscriber: it carries no mark.
  assert.deepEqual([got.total.latency_us.count, got.counts], [300, { lost: 0, duplicate: 0, gaps: 0 }]);
});

serverTest('requests are answered by the service, closed loop and open loop', async () => {
  const service = await waiting(['service', 'serve', 'svc']);
  await listener('svc');
  assert.equal((await data(['service', 'request', 'svc', '--msgs', '200'])).total.msgs, 200);
  const open = await data(['service', 'request', 'svc', '--msgs', '200', '--rate', '4000', '--clients', '2']);
  assert.deepEqual([open.total.msgs, open.counts.lost, open.counts.duplicate], [200, 0, 0]);
  service.child.kill('SIGINT');
  assert.equal((await service.ended).status, 130);
});

serverTest('every way into a stream and out of it moves the messages it says', async () => {
  const stored = async () => {
    const url = server?.url ?? '';
    const args = ['--user', 'all', '--password', 'all', 'stream', 'info', 'benchstream', '--json'];
    return JSON.parse((await runTool('nats', args, { cwd, url })).out).state.messages;
  };
  const pub = ['js', 'pub'];
  await data([...pub, 'async', 'b', '--msgs', '1203', '--create', '--storage', 'memory', '--multisubject', '--purge']);
  assert.equal(await stored(), 1203);
  await data([...pub, 'atomic', 'b', '--msgs', '450', '--batch', '200', '--multisubject']);
  await data([...pub, 'fast', 'b', '--msgs', '300', '--batch', '50', '--multisubject', '--clients', '2']);
  await data([...pub, 'sync', 'b', '--msgs', '47', '--multisubject', '--dedup']);
  assert.equal(await stored(), 2000);
  for (const [words, msgs] of [
    [['js', 'ordered', '--clients', '2'], 4000],
    [['js', 'consume', '--clients', '3'], 2000],
    [['js', 'get', 'batch'], 2000],
    [['oldjs', 'ordered', 'b.*'], 2000],
  ] as const) {
    assert.equal((await data([...words, '--msgs', '2000'])).total.msgs, msgs, words.join(' '));
  }
  assert.equal((await data(['js', 'get', 'sync', '--msgs', '100'])).total.latency_us.count, 100);
  assert.equal((await data(['kv', 'put', '--msgs', '60'])).total.msgs, 60);
  assert.equal((await data(['kv', 'get', '--msgs', '60', '--randomize', '60'])).total.msgs, 60);
  // The consumer has delivered everything: nothing is waited for.
  const drained = await bench(['js', 'fetch', '--msgs', '10', '--no-progress', '--timeout', '1s']);
  assert.deepEqual([drained.status, /no messages left for this consumer/.test(drained.err)], [1, true], drained.err);
});

serverTest('two results are compared, and a gate fails the worse one', async () => {
  const result = (rate: number) => ({ benchmark: 'pub', total: { msgs_per_sec: rate, bytes_per_sec: rate } });
  writeFileSync(join(cwd, 'a.json'), JSON.stringify(result(1000)));
  writeFileSync(join(cwd, 'b.json'), JSON.stringify(result(900)));
  const better = await bench(['compare', 'b.json', 'a.json', '--gate', '5%']);
  assert.deepEqual([better.status, better.err], [0, '']);
  const worse = await bench(['compare', 'a.json', 'b.json', '--gate', '5%', '--strict']);
  assert.equal(worse.status, 10);
  assert.match(worse.err, /msgs\/sec is 10.0% worse, the gate is 5%/);
});

serverTest('--plan starts nothing, --csv writes a line for each client', async () => {
  const planned = await bench(['js', 'pub', 'sync', 'p', '--stream', 'NEW', '--create', '--plan']);
  assert.match(planned.out, /Would create or update stream NEW/);
  const csv = join(cwd, 'o.csv');
  await bench(['pub', 'open', '--msgs', '20', '--clients', '2', '--csv', csv, '--no-progress']);
  assert.deepEqual(
    readFileSync(csv, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(',')[1]),
    ['ClientID', 'P0', 'P1'],
  );
});
