// Making a stream and a consumer by answering questions, in a real terminal.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '../lib/nats-server.ts';
import { hasPty, type Pty, startPty } from '../lib/pty.ts';
import { runTool, toolPath } from '../lib/run-tool.ts';

let server: NatsServer;
const cwd = mkdtempSync(join(tmpdir(), 'natsbox-prompts-'));
beforeServer(async () => {
  server = await startNatsServer({ jetstream: true });
});
after(async () => {
  await server?.stop();
  rmSync(cwd, { recursive: true });
});

type Question = readonly [label: string, answer: string];

/** Starts a command and answers its questions in their order; each is waited for. */
async function answer(args: readonly string[], questions: readonly Question[]): Promise<Pty> {
  const pty = startPty([toolPath('nats'), ...args], { rows: 70, env: { NATS_URL: server.url, HOME: cwd } });
  for (const [label, text] of questions) {
    await pty.until((rows) => rows.some((row) => row.startsWith(`? ${label}`)));
    pty.type(`${text}\r`);
  }
  return pty;
}

function askTest(name: string, body: () => Promise<void>): void {
  if (hasPty) serverTest(name, body);
  else test(name, { skip: 'no pseudo terminals in this runtime' }, () => undefined);
}

askTest('stream add and consumer add ask for what was not given', async () => {
  const stream = await answer(
    ['stream', 'add'],
    [
      ['Stream Name', 'ORDERS'],
      ['Subjects', 'orders.>'],
      ['Storage', ''],
      ['Replication', ''],
      ['Retention Policy', ''],
      ['Discard Policy', ''],
      ['Stream Messages Limit', '500'],
      ['Per Subject Messages Limit', ''],
      ['Total Stream Size', '1MB'],
      ['Message TTL', '1h'],
      ['Max Message Size', ''],
      ['Duplicate tracking time window', '30s'],
      ['Allow message Roll-ups', 'y'],
      ['Allow message deletion', ''],
      ['Allow purging subjects', ''],
    ],
  );
  assert.equal(await stream.exited, 0, stream.output);
  const info = await runTool('nats', ['stream', 'info', 'ORDERS', '--json'], { cwd, url: server.url });
  const { config } = JSON.parse(info.out) as { config: Record<string, unknown> };
  assert.deepEqual(
    [config['subjects'], config['max_msgs'], config['max_bytes'], config['max_age'], config['allow_rollup_hdrs']],
    [['orders.>'], 500, 1048576, 3_600_000_000_000, true],
  );
  const consumer = await answer(
    ['consumer', 'add'],
    [
      ['Select a Stream', ''],
      ['Consumer name', 'WORKER'],
      ['Delivery target', ''],
      ['Start policy', 'new'],
      ['Acknowledgment policy', ''],
      ['Replay policy', ''],
      ['Filter Stream by subjects', 'orders.eu'],
      ['Maximum Allowed Deliveries', '5'],
      ['Maximum Acknowledgments Pending', ''],
      ['Deliver headers only', ''],
      ['Add a Retry Backoff Policy', ''],
    ],
  );
  assert.equal(await consumer.exited, 0, consumer.output);
  assert.match(consumer.output, /Information for Consumer ORDERS > WORKER/);
  assert.match(consumer.output, /Filter Subject: orders\.eu/);
});

askTest('an answer that cannot be read is asked for again, at once', async () => {
  const pty = await answer(
    ['stream', 'add', 'AGAIN', '--subjects', 'again', '--storage', 'file', '--replicas', '1', '--max-msgs', '5'],
    [
      ['Retention Policy', ''],
      ['Discard Policy', ''],
      ['Per Subject Messages Limit', ''],
    ],
  );
  for (const [label, wrong, problem, right] of [
    ['Total Stream Size', '1XB', 'X invalid bytes specification 1XB', '1MB'],
    ['Message TTL', 'soon', 'X invalid maximum age limit format', '1h'],
    ['Max Message Size', 'big', 'X invalid bytes specification big', '1KB'],
    ['Duplicate tracking time window', 'x', 'X invalid duplicate window format', '1m'],
  ] as const) {
    await pty.until((rows) => rows.some((row) => row.startsWith(`? ${label}`)));
    pty.type(`${wrong}\r`);
    await pty.until((rows) => rows.some((row) => row.startsWith(problem)));
    pty.type(`\x15${right}\r`);
  }
  for (const label of ['Allow message Roll-ups', 'Allow message deletion', 'Allow purging subjects']) {
    await pty.until((rows) => rows.some((row) => row.startsWith(`? ${label}`)));
    pty.type('\r');
  }
  assert.equal(await pty.exited, 0, pty.output);
  const { out } = await runTool('nats', ['stream', 'info', 'AGAIN', '--json'], { cwd, url: server.url });
  const { config } = JSON.parse(out) as { config: Record<string, unknown> };
  assert.deepEqual(
    [config['max_bytes'], config['max_age'], config['max_msg_size'], config['duplicate_window']],
    [1048576, 3_600_000_000_000, 1024, 60_000_000_000],
  );
});

askTest('a question mark is a question about the question, not a subject', async () => {
  const stream = await answer(['stream', 'add', 'HELPED', '--defaults'], [['Subjects [? for help]', '?']]);
  await stream.until(/What the stream stores/);
  stream.type('helped\r');
  assert.equal(await stream.exited, 0, stream.output);
  const consumer = await answer(['consumer', 'add', 'HELPED'], [['Consumer name [? for help]', '?']]);
  await consumer.until(/The name by which/);
  consumer.type('C\r');
  await consumer.until(/Delivery target \(empty for Pull Consumers\) \[\? for help\]/);
  consumer.type('?\r');
  await consumer.until(/A subject the server sends/);
  consumer.type('\x03');
  assert.equal(await consumer.exited, 1);
  const { out } = await runTool('nats', ['stream', 'info', 'HELPED', '--jq', '.config.subjects[0]'], {
    cwd,
    url: server.url,
  });
  assert.equal(out, '"helped"\n');
});

askTest('an interrupt at a question makes nothing', async () => {
  const pty = await answer(['stream', 'add', 'GONE'], []);
  await pty.until(/\? Subjects/);
  pty.type('\x03');
  assert.notEqual(await pty.exited, 0);
  const names = await runTool('nats', ['stream', 'ls', '-n'], { cwd, url: server.url });
  assert.ok(!names.out.includes('GONE'));
});

askTest('questions name the context they are asked in', async () => {
  const home = { HOME: cwd, XDG_CONFIG_HOME: join(cwd, 'config') };
  for (const args of [['prod', '--select'], ['old']])
    await runTool('nats', ['context', 'add', ...args, '--server', server.url], { cwd, env: home });
  const pty = startPty([toolPath('nats'), 'context', 'rm', 'old'], { env: home });
  await pty.until((rows) => rows.some((row) => row.startsWith('[prod] ? Really delete context "old"')));
  pty.type('y\r');
  assert.equal(await pty.exited, 0, pty.output);
});
