// Key-value buckets and counters as scripts use them: the built program against the real server.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '#test/nats-server.ts';

const program = fileURLToPath(new URL('../../dist/bin/nats', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'natsbox-kv-'));
let server: NatsServer | undefined;

beforeServer(async () => {
  server = await startNatsServer({ jetstream: true });
});
after(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function env(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', HOME: dir, NATS_URL: server?.url ?? '' };
}

function run(args: readonly string[], input: string | Uint8Array = '') {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: dir,
    input,
    timeout: 60_000,
    env: env(),
    maxBuffer: 2 ** 26,
  });
  return { status, bytes: stdout, out: stdout.toString(), err: stderr.toString() };
}

function ok(...args: string[]) {
  const result = run(args);
  assert.deepEqual([result.status, result.err], [0, ''], args.join(' '));
  return result;
}

const json = (...args: string[]) => JSON.parse(ok(...args, '--as', 'json').out);

function refused(args: readonly string[], message: RegExp, status = 1, input = '') {
  const result = run(args, input);
  assert.equal(result.status, status, args.join(' ') + result.err);
  assert.match(result.err, message);
  assert.equal(result.out, '');
}

/** Starts a program that goes on, and resolves its lines as they come. */
function follow(args: readonly string[]) {
  const child: ChildProcess = spawn(program, args, { cwd: dir, env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const waiting: (() => void)[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const wake of waiting.splice(0)) wake();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    child,
    ended,
    text: () => text,
    async until(pattern: RegExp) {
      while (!pattern.test(text)) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

serverTest('values keep their bytes, from stdin to --raw', () => {
  ok('kv', 'add', 'BYTES');
  // A lone dash is an empty value, and so is read from standard input.
  assert.equal(run(['kv', 'put', 'BYTES', 'dash', '-'], 'piped').status, 0);
  assert.equal(ok('kv', 'get', 'BYTES', 'dash', '--raw').out, 'piped');
  const cases = [
    randomBytes(4096),
    Buffer.from([0]),
    Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x0d]),
    Buffer.from('ends with newlines\n\n'),
    Buffer.from('\ufeffbom and \u{1f600}'),
    randomBytes(1_000_000),
  ];
  for (const [i, value] of cases.entries()) {
    const put = run(['kv', 'put', 'BYTES', `k.${i}`], value);
    assert.deepEqual([put.status, put.out, put.err], [0, '\n', '']);
    assert.ok(ok('kv', 'get', 'BYTES', `k.${i}`, '--raw').bytes.equals(value), `value ${i}`);
    const entry = json('kv', 'get', 'BYTES', `k.${i}`);
    const held = entry.value === undefined ? Buffer.from(entry.value_base64, 'base64') : Buffer.from(entry.value);
    assert.ok(held.equals(value), `value ${i} as data`);
  }
});

serverTest('an empty value is a value', () => {
  ok('kv', 'add', 'EMPTY');
  ok('kv', 'put', 'EMPTY', 'k');
  assert.equal(ok('kv', 'get', 'EMPTY', 'k', '--raw').bytes.length, 0);
  assert.equal(json('kv', 'get', 'EMPTY', 'k').value, '');
  assert.equal(ok('kv', 'ls', 'EMPTY').out, 'k\n');
});

serverTest('history shows values and markers; deleted keys are not listed', () => {
  ok('kv', 'add', 'HIST', '--history', '5');
  for (const value of ['one', 'two']) ok('kv', 'put', 'HIST', 'k', value);
  ok('kv', 'del', 'HIST', 'k', '--force');
  ok('kv', 'create', 'HIST', 'k', 'three');
  const entries = json('kv', 'history', 'HIST', 'k');
  assert.deepEqual(
    entries.map((e: { operation: string; value?: string; revision: number }) => [e.revision, e.operation, e.value]),
    [
      [1, 'PUT', 'one'],
      [2, 'PUT', 'two'],
      [3, 'DELETE', undefined],
      [4, 'PUT', 'three'],
    ],
  );
  ok('kv', 'purge', 'HIST', 'k', '--force');
  assert.deepEqual(
    json('kv', 'history', 'HIST', 'k').map((e: { operation: string }) => e.operation),
    ['PURGE'],
  );
  assert.deepEqual(json('kv', 'ls', 'HIST'), []);
  refused(['kv', 'get', 'HIST', 'k', '--revision', '5'], /key not found/);
});

serverTest('keys with a TTL expire and leave a marker', async () => {
  ok('kv', 'add', 'TTL', '--marker-ttl', '1s', '--history', '3');
  const watch = follow(['kv', 'watch', 'TTL', '--as', 'ndjson']);
  ok('kv', 'create', 'TTL', 'short', 'v', '--ttl', '1s');
  await watch.until(/"operation":"PURGE"/);
  watch.child.kill('SIGINT');
  assert.equal(await watch.ended, 130);
  refused(['kv', 'get', 'TTL', 'short'], /key not found/);
  ok('kv', 'create', 'TTL', 'short', 'again');
  assert.equal(ok('kv', 'get', 'TTL', 'short', '--raw').out, 'again');
  refused(['kv', 'create', 'TTL', 'short', 'v', '--ttl', '1ms'], /err_code=/);
});

serverTest('watch shows what is there, what comes, and ends cleanly', async () => {
  ok('kv', 'add', 'WATCH');
  ok('kv', 'put', 'WATCH', 'a.b', '1');
  ok('kv', 'put', 'WATCH', 'c', '2');
  const all = follow(['kv', 'watch', 'WATCH']);
  const part = follow(['kv', 'watch', 'WATCH', 'a.*', '--no-deletes', '--as', 'ndjson']);
  const news = follow(['kv', 'watch', 'WATCH', '--updates', '--as', 'ndjson']);
  await all.until(/PUT WATCH > c: 2\n/);
  await part.until(/"a.b"/);
  // The updates watch says nothing until something changes: write until it has seen one.
  for (let i = 0; !news.text().includes('\n'); i++) {
    ok('kv', 'put', 'WATCH', 'n', String(i));
    await new Promise((resolve) => setImmediate(resolve));
  }
  ok('kv', 'del', 'WATCH', 'a.b', '-f');
  ok('kv', 'put', 'WATCH', 'a.x', 'last');
  await all.until(/a\.x: last\n/);
  await part.until(/last/);
  for (const watch of [all, part, news]) {
    watch.child.kill('SIGINT');
    assert.equal(await watch.ended, 130);
  }
  assert.match(all.text(), /\] DELETE WATCH > a\.b\n/);
  const keys = part
    .text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    keys.map((e) => [e.key, e.operation]),
    [
      ['a.b', 'PUT'],
      ['a.x', 'PUT'],
    ],
  );
  assert.ok(!news.text().includes('"c"'));
  refused(['kv', 'watch', 'WATCH', '--history', '--updates'], /cannot be used with/);
});

serverTest('--plan changes nothing', () => {
  assert.match(ok('kv', 'add', 'PLAN', '--plan').out, /would add bucket PLAN/);
  refused(['kv', 'info', 'PLAN'], /bucket not found/);
  ok('kv', 'add', 'PLAN', '--history', '3');
  ok('kv', 'put', 'PLAN', 'k', 'v');
  ok('kv', 'put', 'PLAN', 'k', 'w');
  const before = json('stream', 'info', 'KV_PLAN');
  assert.match(ok('kv', 'edit', 'PLAN', '--ttl', '1h', '--plan').out, /MaxAge/);
  ok('kv', 'put', 'PLAN', 'k', 'x', '--plan');
  ok('kv', 'create', 'PLAN', 'new', 'x', '--plan');
  ok('kv', 'update', 'PLAN', 'k', 'x', '2', '--plan');
  ok('kv', 'del', 'PLAN', 'k', '--plan');
  ok('kv', 'del', 'PLAN', '--plan');
  ok('kv', 'purge', 'PLAN', 'k', '--plan');
  ok('kv', 'compact', 'PLAN', '--plan');
  ok('kv', 'revert', 'PLAN', 'k', '1', '--plan');
  const now = json('stream', 'info', 'KV_PLAN');
  assert.deepEqual([now.config, now.state], [before.config, before.state]);
});

serverTest('what cannot be is refused with its cause', () => {
  ok('kv', 'add', 'ERR');
  ok('kv', 'put', 'ERR', 'k', 'v');
  const strict = (...args: string[]) => ['--strict', 'kv', ...args];
  refused(strict('get', 'NOPE', 'k'), /bucket not found/, 3);
  refused(strict('get', 'ERR', 'nope'), /key not found/, 3);
  refused(strict('get', 'ERR', 'k', '--revision', '99'), /key not found/, 3);
  refused(strict('create', 'ERR', 'k', 'w'), /err_code=10071 .*key exists/, 8);
  refused(strict('update', 'ERR', 'k', 'w', '7'), /key revision mismatch/, 8);
  refused(strict('add', 'ERR', '--history', '9'), /bucket name already in use: ERR/, 8);
  for (const key of ['.a', 'a.', 'a..b', 'a b', 'a*', 'ü']) refused(strict('put', 'ERR', key, 'v'), /invalid key/, 2);
  for (const key of ['a..b', '.a', 'a.>.b']) refused(strict('ls', 'ERR', key), /invalid key/, 2);
  refused(strict('add', 'H', '--history', '0'), /history: must be greater than or equal to 1/, 2);
  refused(strict('add', 'H', '--history=65'), /history: must be less than or equal to 64/, 2);
  refused(strict('add', 'H', '--history', 'x'), /error: history: strconv.ParseInt: parsing "x": invalid syntax/, 2);
  refused(strict('add', 'H', '--max-value-size', '3GB'), /bytes value out of allowed range/, 2);
  refused(strict('del', 'ERR', 'k'), /--force/, 2);
  refused(strict('revert', 'ERR', 'k', '1', '--force'), /history=1/);
  ok('kv', 'add', 'SMALL', '--max-value-size', '10');
  refused(['kv', 'put', 'SMALL', 'k', 'more than ten bytes'], /err_code=10054/);
  assert.equal(ok('kv', 'get', 'ERR', 'k', '--raw').out, 'v');
});

serverTest('buckets copy each other: sources and mirrors', async () => {
  ok('kv', 'add', 'ORIGIN');
  ok('kv', 'put', 'ORIGIN', 'k', 'v');
  ok('kv', 'add', 'SOURCED', '--source', 'ORIGIN');
  ok('kv', 'add', 'MIRROR', '--mirror', 'ORIGIN');
  for (const name of ['SOURCED', 'MIRROR']) {
    const watch = follow(['kv', 'watch', name]);
    await watch.until(/> k: v/);
    watch.child.kill('SIGINT');
    await watch.ended;
    assert.equal(ok('kv', 'get', name, 'k', '--raw').out, 'v');
  }
  ok('kv', 'put', 'MIRROR', 'written', 'through the mirror');
  assert.equal(ok('kv', 'get', 'ORIGIN', 'written', '--raw').out, 'through the mirror');
  assert.equal(json('kv', 'info', 'MIRROR').mirror.bucket, 'ORIGIN');
  assert.equal(json('kv', 'info', 'SOURCED').sources[0].bucket, 'ORIGIN');
});

serverTest('compact removes what deleted keys left', () => {
  ok('kv', 'add', 'COMPACT', '--history', '5');
  for (const value of ['1', '2', '3']) ok('kv', 'put', 'COMPACT', 'gone', value);
  ok('kv', 'put', 'COMPACT', 'stays', 'v');
  ok('kv', 'del', 'COMPACT', 'gone', '-f');
  assert.equal(json('kv', 'compact', 'COMPACT', '-f').keys, 1);
  assert.deepEqual(
    json('kv', 'history', 'COMPACT', 'gone').map((e: { operation: string }) => e.operation),
    ['DELETE'],
  );
  assert.equal(ok('kv', 'get', 'COMPACT', 'stays', '--raw').out, 'v');
});

serverTest('counters have any number of digits', () => {
  ok('stream', 'add', 'CNT', '--subjects', 'c.>', '--allow-counter', '--defaults');
  const big = '123456789012345678901234567890';
  assert.equal(ok('counter', 'incr', 'c.big', big).out, `${big}\n`);
  assert.equal(ok('counter', 'decr', 'c.big', '1').out, '123456789012345678901234567889\n');
  assert.equal(ok('counter', 'incr', 'c.neg', '--', '-4').out, '-4\n');
  assert.equal(ok('counter', 'get', 'c.big', '--stream', 'CNT').out, '123456789012345678901234567889\n');
  assert.equal(json('counter', 'view', 'c.big').increment, '-1');
  assert.deepEqual(json('counter', 'ls', 'c.>').sort(), ['c.big', 'c.neg']);
  ok('counter', 'incr', 'c.neg', '1', '--plan');
  assert.equal(ok('counter', 'get', 'c.neg').out, '-4\n');
  ok('stream', 'add', 'PLAIN', '--subjects', 'p.>', '--defaults');
  refused(['--strict', 'counter', 'incr', 'p.x', '1'], /"PLAIN" is not a valid counter stream/, 2);
  refused(['--strict', 'counter', 'get', 'c.none'], /counter not initialized for subject: c\.none/, 3);
  refused(['--strict', 'counter', 'incr', 'c.x', '0x10'], /invalid value/, 2);
});
