// Streams as scripts use them: the built program against a real server.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Connection, connect } from '#client/index.ts';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '../lib/nats-server.ts';
import { hasPty, startPty } from '../lib/pty.ts';
import { runTool, type ToolOptions, toolPath } from '../lib/run-tool.ts';

let server: NatsServer;
let connection: Connection;
const cwd = mkdtempSync(join(tmpdir(), 'natsbox-stream-'));

beforeServer(async () => {
  server = await startNatsServer({ jetstream: true });
  connection = await connect({ servers: [server.url] });
});
after(async () => {
  await connection?.close();
  await server?.stop();
  rmSync(cwd, { recursive: true });
});

const nats = (args: readonly string[], options: Partial<ToolOptions> = {}) =>
  runTool('nats', args, { cwd, url: server.url, ...options });

async function ok(...args: string[]): Promise<string> {
  const { status, out, err } = await nats(args);
  assert.equal(status, 0, `${args.join(' ')}: ${err}`);
  return out;
}

/** Stores messages. Every 500th is acknowledged: a server drops what a stream cannot take in as fast as it comes. */
async function fill(stream: string, count: number, body: (i: number) => string | Uint8Array): Promise<void> {
  await ok('stream', 'add', stream, '--subjects', `${stream}.>`, '--defaults');
  for (let i = 1; i <= count; i++) {
    const subject = `${stream}.${i % 10}`;
    if (i % 500 === 0) await connection.request(subject, body(i), { timeout: 60_000 });
    else connection.publish(subject, body(i));
  }
  const info = JSON.parse(await ok('stream', 'info', stream, '--json')) as { state: { messages: number } };
  assert.equal(info.state.messages, count);
}

/** 2^61 + 1: above what the file store itself can read back, sequences are not of this world. */
const HUGE = '2305843009213693953';

serverTest('sequences beyond 2^53 and nanoseconds stay exact in every form', async () => {
  await ok('stream', 'add', 'BIG', '--subjects', 'big', '--defaults', '--first-sequence', HUGE);
  const ack = await connection.request('big', 'hello');
  assert.match(ack.string(), new RegExp(`"seq":${HUGE}`));
  assert.match(await ok('stream', 'info', 'BIG', '--json'), new RegExp(`"last_seq": ${HUGE}[,\\n]`));
  assert.match(await ok('stream', 'info', 'BIG', '--as', 'yaml'), new RegExp(`last_seq: ${HUGE}\n`));
  assert.match(await ok('stream', 'report', '--as', 'ndjson'), /"name":"BIG"/);
  const line = (await ok('stream', 'view', 'BIG', '--as', 'ndjson')).trimEnd();
  assert.match(line, new RegExp(`"seq":${HUGE},`));
  assert.equal((await ok('stream', 'view', 'BIG', '--as', 'ndjson', '--jq', '.seq')).trim(), HUGE);
  const time = /"time":"([^"]+)"/.exec(line)?.[1] ?? '';
  assert.match(await ok('stream', 'get', 'BIG', '--last-for', 'big', '--json'), new RegExp(`"time": "${time}"`));
  assert.match(time, /\.\d{7,9}Z$/, 'more than microseconds');
  await ok('consumer', 'add', 'BIG', 'C', '--pull', '--defaults', '--deliver', HUGE);
  assert.match(await ok('consumer', 'info', 'BIG', 'C', '--json'), new RegExp(`"opt_start_seq": ${HUGE},`));
  assert.match(
    await ok('consumer', 'next', 'BIG', 'C', '--as', 'ndjson'),
    new RegExp(`"seq":${HUGE},"time":"${time}"`),
  );
  await ok('stream', 'rm', 'BIG', '-f');
});

serverTest('a view without a terminal says how to get one, and works as data and as text', async () => {
  await fill('VIEW', 30, (i) => (i === 7 ? new Uint8Array([0, 255, 1]) : `message ${i}`));
  const refused = await nats(['stream', 'view', 'VIEW']);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /terminal[\s\S]*--no-pager/);
  const lines = (await ok('stream', 'view', 'VIEW', '--as', 'ndjson')).trimEnd().split('\n');
  assert.equal(lines.length, 30);
  const seventh = JSON.parse(lines[6] as string) as { data_base64: string; data?: string };
  assert.deepEqual([seventh.data_base64, seventh.data], ['AP8B', undefined]);
  const raw = await ok('stream', 'view', 'VIEW', '5', '--no-pager', '--raw', '--id', '10');
  assert.equal(raw, [10, 11, 12, 13, 14].map((i) => `message ${i}\n`).join(''));
  const some = await ok('stream', 'view', 'VIEW', '--no-pager', '--raw', '--subject', 'VIEW.3');
  assert.equal(some, 'message 3\nmessage 13\nmessage 23\n');
  assert.equal(await ok('stream', 'view', 'VIEW', '--no-pager', '--raw', '--subject', 'VIEW.none'), '');
});

serverTest('a stream without direct gets is viewed all the same', async () => {
  await ok('stream', 'add', 'SLOW', '--subjects', 'slow.>', '--defaults', '--no-allow-direct', '--retention', 'work');
  for (let i = 1; i <= 20; i++) await connection.request(`slow.${i % 2}`, `m${i}`);
  await ok('stream', 'rmm', 'SLOW', '4', '-f');
  const odd = await ok('stream', 'view', 'SLOW', '--no-pager', '--raw', '--subject', 'slow.0', '--since', '1h');
  assert.equal(odd, [2, 6, 8, 10, 12, 14, 16, 18, 20].map((i) => `m${i}\n`).join(''));
  const state = JSON.parse(await ok('stream', 'state', 'SLOW', '--json')) as { state: { messages: number } };
  assert.equal(state.state.messages, 19, 'reading takes nothing out of a work queue');
});

serverTest('100,000 messages are viewed in bounded memory', async () => {
  await fill('MANY', 100_000, (i) => `message number ${i} ${'x'.repeat(400)}`);
  let lines = 0;
  const { status, err, peak } = await nats(['stream', 'view', 'MANY', '--as', 'ndjson'], {
    onOut: (chunk) => {
      for (const byte of chunk) if (byte === 10) lines += 1;
    },
  });
  assert.deepEqual([status, lines], [0, 100_000], err);
  assert.ok(peak < 150_000, `${peak} kB`);
  await ok('stream', 'rm', 'MANY', '-f');
});

serverTest('a pipe gets every byte of what is viewed, in all forms', async () => {
  const count = 6000;
  const body = (i: number) => `${i} ${'abcdefgh'.repeat(i % 40)}`;
  await ok('stream', 'add', 'WHOLE', '--subjects', 'whole.>', '--defaults', '--allow-direct');
  const subject = (i: number) => (i % 7 === 0 ? `whole.ä.${i}` : `whole.${i}`);
  const own = (i: number) => i % 3 === 0;
  for (let i = 1; i <= count; i++) {
    const options = own(i) ? { headers: [['Own', `value ${i}`]] as const } : {};
    if (i % 500 === 0) await connection.request(subject(i), body(i), { ...options, timeout: 60_000 });
    else connection.publish(subject(i), body(i), options);
  }
  const expected = (one: (i: number) => string) => Array.from({ length: count }, (_, k) => one(k + 1)).join('');
  const headers = (i: number) => (own(i) ? `\n  Own: value ${i}\n` : '');
  const view = await ok('stream', 'view', 'WHOLE', '--no-pager');
  assert.equal(
    view.replace(/Received: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n/g, 'AT\n'),
    expected((i) => `[${i}] Subject: ${subject(i)} AT\n${headers(i)}${body(i)}\n\n\n`),
  );
  assert.equal(
    await ok('stream', 'view', 'WHOLE', '--no-pager', '--raw'),
    expected((i) => `${body(i)}\n`),
  );
  for (const args of [
    ['stream', 'view', 'WHOLE'],
    ['sub', '--stream', 'WHOLE', '--all', '--terminate-at-end'],
    ['sub', '--stream', 'WHOLE', '--direct', '--all', '--terminate-at-end'],
  ]) {
    const lines = (await ok(...args, '--as', 'ndjson')).trimEnd().split('\n');
    const got = lines.map((line) => JSON.parse(line)).map((m) => [m.seq, m.subject, m.headers, m.data]);
    const wanted = Array.from({ length: count }, (_, k) => k + 1).map((i) => [
      i,
      subject(i),
      own(i) ? { Own: [`value ${i}`] } : undefined,
      body(i),
    ]);
    assert.deepEqual(got, wanted, args.join(' '));
  }
});

serverTest('gaps are found from the list of deleted messages', async () => {
  await fill('GAPS', 12, (i) => `m${i}`);
  for (const seq of ['3', '4', '9']) await ok('stream', 'rmm', 'GAPS', seq, '-f');
  assert.deepEqual(JSON.parse(await ok('stream', 'gaps', 'GAPS', '--json')), [
    [3, 4],
    [9, 9],
  ]);
  assert.match(await ok('stream', 'gaps', 'GAPS', '--as', 'csv'), /first,last\n3,4\n9,9/);
});

serverTest('expressions, in JSON and in Go names', async () => {
  await fill('FIND1', 3, (i) => `m${i}`);
  await ok('stream', 'add', 'FIND2', '--subjects', 'find2', '--defaults', '--max-age', '1h');
  const find = async (expression: string) =>
    (await ok('stream', 'find', '--names', '--expression', expression)).trim().split('\n').filter(Boolean);
  assert.deepEqual(await find('config.name startsWith "FIND" and state.messages > 2'), ['FIND1']);
  assert.deepEqual(await find('Info.State.Msgs == 0 and Info.Config.Name startsWith "FIND"'), ['FIND2']);
  assert.deepEqual(await find('info.config.max_age > 0'), ['FIND2']);
  const bad = await nats(['stream', 'find', '--expression', 'stat.messages > 1']);
  assert.equal(bad.status, 1);
  assert.match(bad.err, /stat/);
});

serverTest('a backup comes back with messages, consumers and times as they were', async () => {
  await fill('SAVE', 2_000, (i) => `message ${i} ${'y'.repeat(i % 900)}`);
  await ok('consumer', 'add', 'SAVE', 'WORK', '--pull', '--defaults');
  await ok('consumer', 'next', 'SAVE', 'WORK', '--count', '3', '--raw');
  const before = await ok('stream', 'view', 'SAVE', '--as', 'ndjson');
  const told = await ok('stream', 'backup', 'SAVE', 'save');
  assert.match(
    told,
    /^Starting backup of Stream "SAVE" with [\d.]+ \w+\n\n done! \[[^\]]*\]\n\nReceived .* in \d+ chunks for stream "SAVE" in .*uncompressed\n$/,
  );
  assert.deepEqual(readdirSync(join(cwd, 'save')).sort(), ['backup.json', 'stream.tar.s2']);
  assert.equal(statSync(join(cwd, 'save')).mode & 0o777, 0o700);
  const exists = await nats(['stream', 'restore', 'save', '--strict']);
  assert.equal(exists.status, 8, exists.err);
  await ok('stream', 'rm', 'SAVE', '-f');
  await ok('stream', 'restore', 'save');
  assert.equal(await ok('stream', 'view', 'SAVE', '--as', 'ndjson'), before);
  const consumer = JSON.parse(await ok('consumer', 'info', 'SAVE', 'WORK', '--json')) as { num_pending: number };
  assert.equal(consumer.num_pending, 1_997);
});

serverTest('on a terminal the bars of backup and restore end with what was done', async () => {
  if (!hasPty) return;
  await ok('stream', 'add', 'BARS', '--subjects', 'bars', '--defaults');
  const screen = async (...args: string[]) => {
    const pty = startPty([toolPath('nats'), ...args], { rows: 70, env: { HOME: cwd, NATS_URL: server.url } });
    assert.equal(await pty.exited, 0, pty.output);
    return (await pty.screen()).join('\n');
  };
  const folder = join(cwd, 'bars');
  const start = 'Starting backup of Stream "BARS" with 0 B\n\n';
  assert.match(await screen('stream', 'backup', 'BARS', folder), lines(`${start} done! [N B in T]\n\nReceived `));
  await ok('stream', 'rm', 'BARS', '-f');
  const restore = `Starting restore of Stream "BARS" from file "${folder}"\n\n`;
  assert.match(
    await screen('stream', 'restore', folder),
    lines(`${restore} done! [N B in T]\n\nRestored stream "BARS"`),
  );
});

/** What begins with that text, where N is a number, and T a time and a rate. */
function lines(text: string): RegExp {
  const exact = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${exact.replace('[N ', '[[\\d.]+ ').replace(' T\\]', ' [^\\]]+/s\\]')}`);
}

serverTest('a backup.json as the original writes it is taken', async () => {
  await fill('GO', 50, (i) => `m${i}`);
  await ok('stream', 'backup', 'GO', 'go');
  const path = join(cwd, 'go', 'backup.json');
  const meta = JSON.parse(readFileSync(path, 'utf8')) as {
    config: Record<string, unknown>;
    state: Record<string, unknown>;
  };
  // Other order, and null where Go has nothing.
  writeFileSync(
    path,
    JSON.stringify({ state: { ...meta.state, deleted: null }, config: { ...meta.config, placement: null } }),
  );
  await ok('stream', 'rm', 'GO', '-f');
  const { status, err } = await nats(['stream', 'restore', 'go', '--no-progress']);
  assert.equal(status, 0);
  assert.match(err, /:\d\d Starting restore of "GO" from go\/stream\.tar\.s2 using 1 chunks\n.* Sent 1 chunks, /);
  assert.equal((await ok('stream', 'view', 'GO', '--no-pager', '--raw')).split('\n').length, 51);
});

serverTest('an archive that is cut off is refused, and no stream is left', async () => {
  await fill('CUT', 3_000, (i) => Buffer.from(crypto.getRandomValues(new Uint8Array(200 + (i % 5)))));
  await ok('stream', 'backup', 'CUT', 'cut');
  await ok('stream', 'rm', 'CUT', '-f');
  const file = join(cwd, 'cut', 'stream.tar.s2');
  truncateSync(file, statSync(file).size - 1000);
  const { status, err } = await nats(['stream', 'restore', 'cut']);
  assert.equal(status, 1);
  assert.match(err, /cut off/);
  assert.doesNotMatch(await ok('stream', 'ls', '--names'), /CUT/);
});

serverTest('an interrupted backup leaves nothing that looks whole, and an older one as it was', async () => {
  const noise = crypto.getRandomValues(new Uint8Array(60_000));
  await fill('STOP', 1_500, () => crypto.getRandomValues(noise));
  await ok('stream', 'backup', 'STOP', 'stop');
  const old = readFileSync(join(cwd, 'stop', 'backup.json'), 'utf8');
  for (const [folder, signal] of [
    ['stop', 'SIGINT'],
    ['fresh', 'SIGTERM'],
    ['killed', 'SIGKILL'],
  ] as const) {
    const part = join(cwd, folder, 'stream.tar.s2.part');
    const { status, signal: by } = await nats(['stream', 'backup', 'STOP', folder, '--window-size', '128KB'], {
      onStart: (child) => {
        const look = setInterval(() => {
          if (!existsSync(part) || statSync(part).size === 0) return;
          clearInterval(look);
          child.kill(signal);
        }, 1);
        child.once('exit', () => clearInterval(look));
      },
    });
    assert.ok(status !== 0 || by !== null, `${folder} ended with ${status}`);
    if (folder !== 'stop') assert.equal(existsSync(join(cwd, folder, 'backup.json')), false);
    if (signal !== 'SIGKILL') assert.equal(existsSync(part), false, `${part} is left`);
  }
  assert.equal(readFileSync(join(cwd, 'stop', 'backup.json'), 'utf8'), old);
  const half = await nats(['stream', 'restore', 'killed', '--strict']);
  assert.equal(half.status, 3, half.err);
  assert.match(half.err, /not finished/);
});

serverTest('bad input changes nothing and says what is wrong', async () => {
  const strict = async (...args: string[]) => (await nats([...args, '--strict'])).status;
  assert.equal(await strict('stream', 'backup', 'NOPE', 'nope'), 3);
  assert.equal(existsSync(join(cwd, 'nope')), false, 'no folder for a stream that is not there');
  assert.equal(await strict('stream', 'info', 'NOPE'), 3);
  assert.equal(await strict('stream', 'get', 'VIEW', '999'), 3);
  assert.equal(await strict('stream', 'restore', '/does/not/exist'), 2);
  await ok('stream', 'add', 'MEM', '--subjects', 'mem', '--defaults', '--storage', 'memory');
  const memory = await nats(['stream', 'backup', 'MEM', 'mem']);
  assert.match(memory.err, /memory streams do not support snapshots/);
  assert.equal(existsSync(join(cwd, 'mem')), false);
});

serverTest('--plan changes nothing', async () => {
  await fill('PLAN', 5, (i) => `m${i}`);
  await ok('consumer', 'add', 'PLAN', 'C', '--pull', '--defaults');
  await ok('stream', 'backup', 'PLAN', 'plan');
  const before = await ok('stream', 'state', 'PLAN', '--jq', '.state');
  const consumer = await ok('consumer', 'info', 'PLAN', 'C', '--jq', '.config,.delivered,.num_pending');
  for (const args of [
    ['stream', 'rm', 'PLAN', '-f'],
    ['stream', 'purge', 'PLAN', '-f'],
    ['stream', 'rmm', 'PLAN', '1', '-f'],
    ['stream', 'seal', 'PLAN', '-f'],
    ['stream', 'edit', 'PLAN', '--max-msgs', '1', '-f'],
    ['stream', 'add', 'PLAN2', '--subjects', 'plan2', '--defaults'],
    ['stream', 'copy', 'PLAN', 'PLAN3', '--subjects', 'plan3'],
    ['stream', 'backup', 'PLAN', 'planned'],
    ['consumer', 'rm', 'PLAN', 'C', '-f'],
    ['consumer', 'add', 'PLAN', 'D', '--pull', '--defaults'],
    ['consumer', 'copy', 'PLAN', 'C', 'E'],
    ['consumer', 'edit', 'PLAN', 'C', '--description', 'x', '-f'],
    ['consumer', 'pause', 'PLAN', 'C', '1h', '-f'],
    ['consumer', 'reset', 'PLAN', 'C', '-f'],
    ['consumer', 'next', 'PLAN', 'C'],
  ]) {
    const { status, err } = await nats([...args, '--plan']);
    assert.equal(status, 0, `${args.join(' ')}: ${err}`);
  }
  assert.equal(await ok('stream', 'state', 'PLAN', '--jq', '.state'), before);
  assert.equal(await ok('consumer', 'info', 'PLAN', 'C', '--jq', '.config,.delivered,.num_pending'), consumer);
  assert.equal(await ok('consumer', 'ls', 'PLAN', '--names'), 'C\n');
  assert.doesNotMatch(await ok('stream', 'ls', '--names'), /PLAN[23]/);
  assert.equal(existsSync(join(cwd, 'planned')), false);
});

serverTest('leaders are not balanced where a server has no cluster', async () => {
  await fill('ALONE', 1, (i) => `m${i}`);
  const none = await nats(['consumer', 'cluster', 'balance', 'ALONE']);
  assert.deepEqual([none.status, none.out], [0, 'No consumers on ALONE\n']);
  await ok('consumer', 'add', 'ALONE', 'C', '--pull', '--defaults');
  const stream = await nats(['stream', 'cluster', 'balance', '--subject', 'ALONE.>']);
  assert.equal(stream.status, 1);
  assert.match(stream.err, /^nats: error: failed to balance streams: stream "ALONE" has no cluster information$/m);
  const consumer = await nats(['consumer', 'cluster', 'balance', 'ALONE']);
  assert.equal(consumer.status, 1);
  assert.match(consumer.err, /^nats: error: failed to balance consumers on ALONE - consumer "C" has no cluster info$/m);
});

serverTest('a list of no streams is null where the original says so, and an empty list in data', async () => {
  const nothing = ['stream', 'ls', '--subject', 'nobody.has.this'];
  assert.equal(await ok(...nothing, '--json'), 'null\n');
  assert.equal(await ok(...nothing, '--json', '--names'), 'null\n');
  assert.equal(await ok(...nothing, '--names'), '');
  assert.equal(await ok(...nothing, '--as', 'json'), '[]\n');
  assert.equal(await ok(...nothing, '--names', '--as', 'json'), '[]\n');
});

serverTest('what a server refuses is said after what was tried, where the original says it', async () => {
  await ok('stream', 'add', 'SHUT', '--subjects', 'SHUT', '--defaults');
  await connection.request('SHUT', 'm');
  await ok('stream', 'seal', 'SHUT', '--force');
  const refused = async (...args: string[]) => {
    const { status, err } = await nats(args);
    assert.equal(status, 1, args.join(' '));
    return /^nats: error: (.*)$/m.exec(err)?.[1];
  };
  const sealed = 'invalid operation on sealed stream (10109)';
  assert.equal(await refused('stream', 'purge', 'SHUT', '-f'), `could not purge Stream: ${sealed}`);
  assert.equal(await refused('stream', 'rmm', 'SHUT', '1', '-f'), sealed);
  const nobody = 'invalid input: cannot prompt for user input without a terminal';
  assert.equal(await refused('stream', 'get', 'SHUT'), nobody);
  assert.equal(await refused('stream', 'rmm', 'SHUT'), nobody);
});

serverTest('a stream that goes while the question stands is told as what could not be removed', async () => {
  if (!hasPty) return;
  await ok('stream', 'add', 'GOES', '--subjects', 'GOES', '--defaults');
  const pty = startPty([toolPath('nats'), 'stream', 'rm', 'GOES'], { env: { HOME: cwd, NATS_URL: server.url } });
  await pty.until(/Really delete Stream GOES/);
  await ok('stream', 'rm', 'GOES', '--force');
  pty.type('y\r');
  assert.equal(await pty.exited, 1);
  assert.match(pty.output, /nats: error: could not remove Stream: stream not found \(10059\)/);
});

serverTest('Ctrl-D does not remove a stream, and Ctrl-C says which choice was interrupted', async () => {
  if (!hasPty) return;
  await ok('stream', 'add', 'STAYS', '--subjects', 'STAYS', '--defaults');
  const on = (...args: string[]) => startPty([toolPath('nats'), ...args], { env: { HOME: cwd, NATS_URL: server.url } });
  const left = on('stream', 'rm', 'STAYS');
  await left.until(/Really delete Stream STAYS/);
  left.type('\x04');
  assert.equal(await left.exited, 0, left.output);
  await ok('stream', 'info', 'STAYS');
  const pick = on('stream', 'rm', 'NOWHERE');
  await pick.until(/Select a Stream/);
  pick.type('\x03');
  assert.equal(await pick.exited, 1);
  assert.match(pick.output, /nats: error: could not pick a Stream to operate on: interrupt/);
});

serverTest('a mirror whose origin is missing is shown in the report as in the original', async () => {
  await ok('stream', 'add', 'LONELY', '--mirror', 'NOWHERE', '--defaults');
  const row = async (...flags: string[]) => {
    const report = await ok('stream', 'report', ...flags);
    const line = report.split('\n').find((text) => /LONELY.*NOWHERE/.test(text)) ?? '';
    return line
      .split('│')
      .slice(6, 8)
      .map((cell) => cell.trim());
  };
  assert.deepEqual(await row(), ['0s', '0']);
  assert.deepEqual(await row('--raw'), ['-1ns', '0']);
});
