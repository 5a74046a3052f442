// Object buckets as scripts use them: the built program against the real server.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { beforeServer, type NatsServer, serverTest, startNatsServer } from '#test/nats-server.ts';
import { hasPty, startPty } from '#test/pty.ts';

const program = fileURLToPath(new URL('../../dist/bin/nats', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'natsbox-object-'));
const MIB = 1024 * 1024;
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
  const options = { cwd: dir, input, timeout: 120_000, env: env(), maxBuffer: 64 * MIB };
  const { status, stdout, stderr } = spawnSync(program, args, options);
  return { status, bytes: stdout, out: stdout.toString(), err: stderr.toString() };
}

function ok(...args: string[]) {
  const result = run(args);
  assert.deepEqual([result.status, result.err], [0, ''], args.join(' '));
  return result;
}

const json = (...args: string[]) => JSON.parse(ok(...args, '--as', 'json').out);

function refused(args: readonly string[], message: RegExp, status = 1) {
  const result = run(args);
  assert.equal(result.status, status, args.join(' ') + result.err);
  assert.match(result.err, message);
}

/** Runs to the end and tells the most memory it held, where the system says so (Linux); else 0. */
async function measured(...args: string[]) {
  const child = spawn(program, args, { cwd: dir, env: env(), stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let peak = 0;
  let over = false;
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() => {
    over = true;
  });
  while (!over) {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has ended, or this is another system.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(await ended, 0, args.join(' '));
  return { out, peak };
}

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const chunksOf = (bucket: string) =>
  Object.keys(json('stream', 'subjects', `OBJ_${bucket}`)).filter((subject) => subject.includes('.C.'));

serverTest('256 MiB go in and come out the same, in bounded memory', async () => {
  const path = join(dir, 'big.bin');
  const file = openSync(path, 'w');
  const hash = createHash('sha256');
  for (let i = 0; i < 256; i++) {
    const piece = randomBytes(MIB);
    hash.update(piece);
    writeSync(file, piece);
  }
  closeSync(file);
  const digest = hash.digest('hex');
  ok('object', 'add', 'BIG');
  const stored = await measured('object', 'put', 'BIG', 'big.bin', '--as', 'json');
  const put = JSON.parse(stored.out);
  assert.deepEqual([put.size, put.chunks, put.digest], [256 * MIB, 2048, digest]);
  const fetched = await measured('object', 'get', 'BIG', 'big.bin', '-O', 'copy.bin', '--as', 'json');
  assert.equal(JSON.parse(fetched.out).size, 256 * MIB);
  for (const { peak } of [stored, fetched]) assert.ok(peak < 160 * MIB, `${peak} bytes of memory`);
  assert.equal(sha(readFileSync(join(dir, 'copy.bin'))), digest);
  const info = json('object', 'info', 'BIG', 'big.bin');
  assert.deepEqual([info.digest, info.chunks], [digest, 2048]);
  rmSync(join(dir, 'copy.bin'));
  ok('object', 'del', 'BIG', '-f');
});

serverTest('every size round a chunk survives, from files and pipes', () => {
  ok('object', 'add', 'SIZES');
  for (const size of [0, 1, 999, 1000, 1001, 2000, 70_000, 131_072, 131_073]) {
    const bytes = randomBytes(size);
    const put = run(['object', 'put', 'SIZES', '--name', `s${size}`, '--chunk-size', '1000', '--as', 'json'], bytes);
    assert.equal(put.status, 0, put.err);
    const { chunks, digest } = JSON.parse(put.out);
    assert.deepEqual([chunks, digest], [Math.ceil(size / 1000), sha(bytes)]);
    assert.ok(run(['object', 'get', 'SIZES', `s${size}`, '-O', '-']).bytes.equals(bytes), `size ${size}`);
    ok('object', 'get', 'SIZES', `s${size}`);
    assert.ok(readFileSync(join(dir, `s${size}`)).equals(bytes));
  }
  assert.equal(ok('object', 'ls', 'SIZES', '--names').out.trimEnd().split('\n').length, 9);
});

serverTest('replacing drops the old chunks, and asks first', () => {
  ok('object', 'add', 'REPL');
  writeFileSync(join(dir, 'r.txt'), 'first');
  ok('object', 'put', 'REPL', './r.txt');
  writeFileSync(join(dir, 'r.txt'), 'second');
  refused(['object', 'put', 'REPL', 'r.txt'], /--force/);
  assert.equal(run(['object', 'get', 'REPL', 'r.txt', '-O', '-']).out, 'first');
  ok('object', 'put', 'REPL', 'r.txt', '--force');
  assert.equal(run(['object', 'get', 'REPL', 'r.txt', '-O', '-']).out, 'second');
  assert.equal(chunksOf('REPL').length, 1);
  refused(['object', 'get', 'REPL', 'r.txt'], /--force/);
  ok('object', 'del', 'REPL', 'r.txt', '-f');
  assert.deepEqual(chunksOf('REPL'), []);
  refused(['--strict', 'object', 'get', 'REPL', 'r.txt'], /object not found/, 3);
});

serverTest('transfers end with what was done, on a terminal and in a pipe', async () => {
  ok('object', 'add', 'BARS');
  const put = ['object', 'put', 'BARS', '--name', 'o', 'bars.bin', '-f'];
  const get = ['object', 'get', 'BARS', 'o', '-f', '-O', join(dir, 'bars.out')];
  writeFileSync(join(dir, 'bars.bin'), randomBytes(30_000));
  const stored = /^ done! \[29 KiB in [^\]]+\/s\]\n\n\nObject information for BARS > o\n/;
  const fetched = /^\n done! \[29 KiB in [^\]]+\/s\]\n\nWrote: 29 KiB to /;
  assert.match(ok(...put).out, stored);
  assert.match(ok(...get).out, fetched);
  if (!hasPty) return;
  const screen = async (args: readonly string[]) => {
    const pty = startPty([program, ...args], { env: { HOME: dir, NATS_URL: server?.url ?? '' } });
    assert.equal(await pty.exited, 0, pty.output);
    return (await pty.screen()).join('\n');
  };
  assert.match(await screen(put.with(5, join(dir, 'bars.bin'))), stored);
  assert.match(await screen(get), fetched);
});

serverTest('a put that is interrupted leaves no chunks and the old object', async () => {
  ok('object', 'add', 'CUT');
  run(['object', 'put', 'CUT', '--name', 'o'], 'what was there');
  const child: ChildProcess = spawn(program, ['object', 'put', 'CUT', '--name', 'o', '-f'], {
    cwd: dir,
    env: env(),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // What it has not read when it is interrupted has nowhere to go.
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(randomBytes(4 * MIB));
  // The pipe is written while the event loop turns; the spawned queries alone would never let it.
  while (chunksOf('CUT').length < 2) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGINT');
  assert.equal(await ended, 130);
  assert.equal(chunksOf('CUT').length, 1);
  assert.equal(run(['object', 'get', 'CUT', 'o', '-O', '-']).out, 'what was there');
});

serverTest('a put that does not fit fails and leaves nothing', () => {
  ok('object', 'add', 'FULL', '--max-bucket-size', '1MB');
  const put = run(['object', 'put', 'FULL', '--name', 'o'], randomBytes(3 * MIB));
  assert.equal(put.status, 1);
  assert.match(put.err, /err_code=10077 description=maximum bytes exceeded/);
  assert.deepEqual(chunksOf('FULL'), []);
  assert.deepEqual(json('object', 'ls', 'FULL'), []);
});

serverTest('a get that finds other bytes than were put leaves no file', () => {
  ok('object', 'add', 'BAD');
  run(['object', 'put', 'BAD', '--name', 'o', '--chunk-size', '1000'], randomBytes(3000));
  writeFileSync(join(dir, 'kept.bin'), 'kept');
  const [subject] = chunksOf('BAD');
  ok('stream', 'purge', 'OBJ_BAD', '-f', '--subject', subject as string, '--keep', '2');
  ok('pub', '-q', subject as string, 'x'.repeat(1000));
  const got = run(['object', 'get', 'BAD', 'o', '-O', 'kept.bin', '-f']);
  assert.equal(got.status, 1);
  assert.match(got.err, /digests do not match/);
  assert.equal(readFileSync(join(dir, 'kept.bin'), 'utf8'), 'kept');
  ok('stream', 'purge', 'OBJ_BAD', '-f', '--subject', subject as string, '--keep', '2');
  const short = run(['object', 'get', 'BAD', 'o', '-O', 'short.bin', '--timeout', '1s']);
  assert.equal(short.status, 1);
  assert.match(short.err, /timeout|incomplete/);
  assert.equal(existsSync(join(dir, 'short.bin')), false);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.endsWith('.part')),
    [],
  );
});

serverTest('headers, descriptions and names are kept as they are', () => {
  ok('object', 'add', 'META', '--metadata', 'team=blue', '--description', 'Files');
  const name = 'dir/ünï code/\u{1f600}.txt';
  const flags = ['--name', name, '--description', 'A file', '-H', 'K:one', '-H', 'K:two', '--as', 'json'];
  assert.equal(run(['object', 'put', 'META', ...flags], 'v').status, 0);
  const info = json('object', 'info', 'META', name);
  assert.deepEqual([info.name, info.description, info.headers], [name, 'A file', { K: ['one', 'two'] }]);
  ok('object', 'get', 'META', name);
  assert.equal(readFileSync(join(dir, '\u{1f600}.txt'), 'utf8'), 'v');
  assert.equal(json('object', 'info', 'META').metadata.team, 'blue');
});

serverTest('--plan changes nothing, sealed stays sealed', () => {
  assert.match(ok('object', 'add', 'SEAL', '--plan').out, /would add bucket SEAL/);
  refused(['object', 'info', 'SEAL'], /bucket not found/);
  ok('object', 'add', 'SEAL');
  run(['object', 'put', 'SEAL', '--name', 'o'], 'v');
  const before = json('stream', 'info', 'OBJ_SEAL');
  run(['object', 'put', 'SEAL', '--name', 'o', '--plan'], 'w');
  ok('object', 'edit', 'SEAL', '--ttl', '1h', '--plan');
  ok('object', 'del', 'SEAL', 'o', '--plan');
  ok('object', 'del', 'SEAL', '--plan');
  ok('object', 'seal', 'SEAL', '--plan');
  const now = json('stream', 'info', 'OBJ_SEAL');
  assert.deepEqual([now.config, now.state], [before.config, before.state]);
  ok('object', 'seal', 'SEAL', '-f');
  assert.match(run(['object', 'put', 'SEAL', '--name', 'p'], 'v').err, /error: nats: API error: .*err_code=10109/);
  assert.match(run(['object', 'del', 'SEAL', 'o', '-f']).err, /error: nats: nats: API error: .*err_code=10109/);
  assert.equal(run(['object', 'get', 'SEAL', 'o', '-O', '-']).out, 'v');
});
