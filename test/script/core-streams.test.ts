// Messages from and into streams: `nats sub` with a stream, `nats pub` that waits for the stream.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { connect } from '#client/index.ts';
import { jetStream } from '#client/jetstream/api.ts';
import { consumerNames } from '#client/jetstream/consumers.ts';
import { getMessage } from '#client/jetstream/messages.ts';
import { createStream } from '#client/jetstream/streams.ts';
import type { StreamConfig } from '#client/jetstream/types.ts';
import type { Connection } from '#client/types.ts';
import { beforeServer as before, type NatsServer, startNatsServer, serverTest as test } from '#test/nats-server.ts';
import { createUser, type User } from '#test/program.ts';

let server: NatsServer;
let nc: Connection;
let user: User;
before(async () => {
  server = await startNatsServer({ jetstream: true });
  nc = await connect({ servers: server.url });
  user = createUser({ NATS_URL: server.url });
});
after(async () => {
  await nc?.close();
  user?.remove();
  await server?.stop();
});

let streams = 0;

/** A stream on `NAME.>` with so many messages: subject NAME.1 to NAME.3 in turn, body `m1`, `m2` ... */
async function filled(count: number, config: Partial<StreamConfig> = {}): Promise<string> {
  const name = `S${++streams}`;
  const js = jetStream(nc);
  await createStream(js, {
    name,
    subjects: [`${name}.>`],
    storage: 'memory',
    allow_direct: true,
    ...config,
  } as StreamConfig);
  for (let i = 1; i <= count; i++)
    await nc.request(`${name}.${((i - 1) % 3) + 1}`, `m${i}`, { headers: { I: String(i) } });
  return name;
}

const lines = (text: string) => text.trimEnd().split('\n');

test('where to start: all, last, sequence, since, last of each subject', async () => {
  const s = await filled(5);
  const raw = async (...argv: string[]) => lines((await user.run(['nats', 'sub', '--raw', ...argv])).out);
  assert.deepEqual(await raw('--stream', s, '--all', '-T'), ['m1', 'm2', 'm3', 'm4', 'm5']);
  assert.deepEqual(await raw(`${s}.>`, '--last', '-T'), ['m5']);
  assert.deepEqual(await raw('--stream', s, '--start-sequence', '4', '--count', '2'), ['m4', 'm5']);
  assert.deepEqual(await raw('--stream', s, '--since', '1h', '-T'), ['m1', 'm2', 'm3', 'm4', 'm5']);
  assert.deepEqual(await raw('--stream', s, '--last-per-subject', '-T'), ['m3', 'm4', 'm5']);
  assert.deepEqual(await raw(`${s}.2`, '--all', '--count', '2'), ['m2', 'm5']);
  assert.deepEqual(await raw('--stream', s, '--all', '-I', `${s}.1`, '-T'), ['m2', 'm3', 'm5']);
  const empty = await filled(0);
  assert.deepEqual((await user.run(['nats', 'sub', '--stream', empty, '--all', '-T'])).out, '');
});

test('bodies that are no text leave byte for byte', async () => {
  const s = await filled(0);
  const body = Uint8Array.of(0xff, 0xfe, 0, 1, 0x80, 0x61);
  await nc.request(`${s}.1`, body);
  for (const argv of [
    ['sub', '--stream', s, '--all', '-T', '--raw'],
    ['sub', '--stream', s, '--all', '-T'],
    ['stream', 'view', s, '--no-pager'],
    ['stream', 'view', s, '--no-pager', '--raw'],
    ['stream', 'view', s, '--no-pager', '--translate', 'cat'],
    ['stream', 'get', s, '1'],
  ]) {
    const { bytes } = await user.run(['nats', ...argv]);
    assert.ok(bytes.includes(body), `${argv.join(' ')}: ${bytes.toString('latin1')}`);
  }
});

test('the line above a message, and the record', async () => {
  const s = await filled(2);
  const { out, err } = await user.run(['nats', 'sub', '--stream', s, '--all', '--count', '1']);
  assert.match(err, /Subscribing to subject > from first received message /);
  assert.match(
    out,
    new RegExp(
      `^\\[#1\\] Received JetStream message: stream: ${s} seq: 1 / pending: 1 / subject: ${s}.1 / time: \\d{4}-.*\nI: 1\n\nm1\n\n\n$`,
    ),
  );
  const record = JSON.parse(
    (await user.run(['nats', 'sub', '--stream', s, '--all', '--count', '1', '--as', 'ndjson'])).out,
  );
  assert.deepEqual(
    [record.stream, record.seq, record.pending, record.data, record.headers],
    [s, 1, 1, 'm1', { I: ['1'] }],
  );
  const { headers, data } = JSON.parse(
    (await user.run(['nats', 'sub', '--stream', s, '--all', '--count', '1', '--as', 'ndjson', '--headers-only'])).out,
  );
  assert.deepEqual([headers.I, data], [['1'], undefined]);
});

test('a consumer that was made for one reading is gone afterwards', async () => {
  const s = await filled(3);
  await user.run(['nats', 'sub', '--stream', s, '--all', '--count', '2']);
  const left: string[] = [];
  for await (const name of consumerNames(jetStream(nc), s)) left.push(name);
  assert.deepEqual(left, []);
});

test('a durable consumer goes on exactly where it stopped', async () => {
  const s = await filled(5);
  const read = (...argv: string[]) => user.run(['nats', 'sub', '--stream', s, '--durable', 'D', '--raw', ...argv]);
  assert.deepEqual(lines((await read('--all', '--count', '2')).out), ['m1', 'm2']);
  const second = await read('--count', '3');
  assert.deepEqual(lines(second.out), ['m3', 'm4', 'm5']);
  assert.match(second.err, /using existing pull consumer "D"/);
});

test('direct gets follow the stream, filter, and leave a work queue alone', async () => {
  const s = await filled(4);
  const direct = await user.run(['nats', 'sub', `${s}.1`, '--all', '--direct', '--count', '2']);
  assert.match(direct.out, /Received JetStream message \(direct\): stream: S\d+ seq 1 \/ subject: S\d+\.1 \/ time: /);
  assert.match(direct.out, /seq 4 /);
  const q = await filled(3, { retention: 'workqueue' });
  const follow = user.start(['nats', 'sub', '--stream', q, '--all', '--raw', '--count', '4']);
  await follow.said(/m3/);
  await nc.request(`${q}.x`, 'later');
  assert.deepEqual(lines((await follow.ended).out), ['m1', 'm2', 'm3', 'later']);
  assert.equal((await getMessage(jetStream(nc), q, { seq: 1 })).subject, `${q}.1`);
  const refused = await filled(0, { allow_direct: false });
  const { status, err } = await user.run(['nats', 'sub', '--stream', refused, '--direct']);
  assert.equal(status, 1);
  assert.match(err, /allow_direct is not set to true/);
});

test('what is refused', async () => {
  const missing = await user.run(['nats', 'sub', '--stream', 'NOPE', '--all', '--strict']);
  assert.equal(missing.status, 3);
  assert.match(missing.err, /stream not found \(10059\)/);
  assert.match((await user.run(['nats', 'sub', 'no.stream', '--all'])).err, /no stream found with subject: no\.stream/);
  for (const argv of [
    ['a', '--stream', 'S1', '--durable', 'D'],
    ['a', 'b', '--all'],
    ['a', '--all', '--match-replies'],
  ]) {
    assert.equal((await user.run(['nats', 'sub', ...argv, '--strict'])).status, 2, argv.join(' '));
  }
});

test('acknowledged publishing: stored, duplicate, refused, nobody', async () => {
  const s = await filled(0);
  const pub = (...argv: string[]) => user.run(['nats', 'pub', ...argv, '-J']);
  assert.match(
    (await pub(`${s}.a`, 'x', '-H', 'Nats-Msg-Id:1')).err,
    /Published 1 bytes.*\n.*Stored in Stream: S\d+ Sequence: 1\n$/,
  );
  assert.match((await pub(`${s}.a`, 'x', '-H', 'Nats-Msg-Id:1')).err, /Sequence: 1 Duplicate: true\n$/);
  const traced = await pub(`${s}.a`, 'x', '-H', 'Nats-Msg-Id:1', '--trace');
  const ack = /^<<< (\{.*\})\n$/.exec(traced.out)?.[1] ?? '{}';
  assert.deepEqual(JSON.parse(ack), { stream: s, seq: 1, duplicate: true });
  const wrong = await pub(`${s}.a`, 'x', '-H', 'Nats-Expected-Last-Sequence:7', '--strict');
  assert.equal(wrong.status, 8);
  assert.match(wrong.err, /nats: error: wrong last sequence: 1 \(10071\)/);
  assert.equal((await pub('nobody.here', 'x', '--strict')).status, 6);
  const data = await pub(`${s}.b`, 'x', '--as', 'ndjson');
  assert.deepEqual(JSON.parse(data.out), { subject: `${s}.b`, bytes: 1, stream: s, seq: 2 });
  const many = await user.run(['nats', 'pub', `${s}.c`, '-J', '--send-on', 'newline', '-q'], { stdin: 'a\nb\nc\n' });
  assert.deepEqual([many.status, (await getMessage(jetStream(nc), s, { seq: 5 })).data.toString()], [0, '99']);
});

test('an atomic batch is stored completely or not at all', async () => {
  const s = await filled(0, { allow_atomic: true } as Partial<StreamConfig>);
  const batch = (stdin: string, ...argv: string[]) =>
    user.run(['nats', 'pub', `${s}.x`, '--atomic', '--send-on', 'newline', ...argv], { stdin });
  const done = await batch('a\nb\nc\n', '-H', 'K:{{Count}}');
  assert.match(done.err, /Adding 1 bytes to batch.*\n.*\n.*\n.*Wrote batch ID: \w{22} Messages: 3 Sequence: 3\n$/);
  const last = await getMessage(jetStream(nc), s, { seq: 3 });
  assert.deepEqual([last.headers?.get('K'), last.headers?.get('Nats-Batch-Commit')], ['1', '1']);
  const plain = await filled(0);
  const refused = await user.run(['nats', 'pub', `${plain}.x`, '--atomic', '--send-on', 'newline'], { stdin: 'a\n' });
  assert.equal(refused.status, 1);
  assert.match(refused.err, /atomic publishing is not allowed for stream/);
  assert.equal((await user.run(['nats', 'pub', 'a', 'b', '--atomic', '--strict'])).status, 2);
});

test('schedules become headers of the message', async () => {
  const s = await filled(0, { allow_msg_schedules: true, allow_msg_ttl: true } as Partial<StreamConfig>);
  const at = (n: string, ...argv: string[]) =>
    user.run(['nats', 'pub', `${s}.${n}`, 'body', '--schedule-dest', `${s}.to`, ...argv]);
  for (const [n, flag, value] of [
    ['1', '--schedule-every', '5m'],
    ['2', '--schedule-cron', '0 0 4 * * *'],
    ['3', '--schedule-at', '2037-01-02T03:04:05+01:00'],
    ['4', '--schedule-after', '10h'],
  ] as const) {
    const { status, err } = await at(n, flag, value, '--schedule-ttl', '1m');
    assert.equal(status, 0, err);
  }
  const pattern = async (seq: number) => (await getMessage(jetStream(nc), s, { seq })).headers?.get('Nats-Schedule');
  assert.deepEqual(
    [await pattern(1), await pattern(2), await pattern(3)],
    ['@every 5m0s', '0 0 4 * * *', '@at 2037-01-02T02:04:05Z'],
  );
  assert.match((await pattern(4)) as string, /^@at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal((await user.run(['nats', 'pub', 'a', 'b', '--schedule-every', '5m', '--strict'])).status, 2);
  assert.equal((await at('5', '--schedule-cron', '* * * * * *', '--schedule-every', '5m', '--strict')).status, 2);
});
