// What large streams, buckets and objects cost: rate, CPU and peak memory of each command by the kernel's accounting of the
// finished process, beside a plain copy of as many bytes over a socket in the same run.
//   bun bench/volume.ts [--full] [--only backup,view,keys,object] [--stream MB] [--messages N] [--keys N] [--object MB]
// Small unless told otherwise: --full means 2 GB, 10 million messages, 1 million keys and 4 GB, and wants 12 GB of disk.
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startNatsServer } from '#test/nats-server.ts';
import { bunPath } from '../scripts/bun.mjs';
import { watchMemory } from './process.ts';

const MB = 1_000_000;
/** Bars: MiB of memory, MB per second of objects. */
const MOST_RSS = 100;
const LEAST_RATE = 200;

const self = fileURLToPath(import.meta.url);
const nats = fileURLToPath(new URL('../dist/bin/nats', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: 'backup,view,keys,object' },
    stream: { type: 'string' },
    messages: { type: 'string' },
    keys: { type: 'string' },
    object: { type: 'string' },
  },
});
const sized = (given: string | undefined, small: number, full: number) =>
  given === undefined ? (values.full ? full : small) : Number(given);
const size = {
  stream: sized(values.stream, 50, 2000),
  messages: sized(values.messages, 100_000, 10_000_000),
  keys: sized(values.keys, 20_000, 1_000_000),
  object: sized(values.object, 100, 4000),
};

interface Cost {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** MiB. */
  readonly rss: number;
  /** Bytes on stdout. */
  readonly bytes: number;
  /** The last of them. */
  readonly tail: string;
}

/** Runs a program to its end and tells what it cost; its output is read and forgotten. */
async function run(argv: readonly string[]): Promise<Cost> {
  const start = performance.now();
  const child = Bun.spawn([...argv], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const errors = new Response(child.stderr).text();
  const memory = watchMemory(child);
  let bytes = 0;
  let tail: Uint8Array = new Uint8Array(0);
  for await (const chunk of child.stdout) {
    bytes += chunk.length;
    tail = chunk;
  }
  const status = await child.exited;
  const rss = memory();
  const wall = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${(await errors).slice(-500)}`);
  const usage = child.resourceUsage();
  const cpu = Number(usage?.cpuTime.total ?? 0) / 1e6;
  return { wall, cpu, rss, bytes, tail: new TextDecoder().decode(tail) };
}

/** Sends so many bytes to a port: the other end of the plain copy. */
function send(port: number, bytes: number): void {
  const chunk = new Uint8Array(256 * 1024);
  let left = bytes;
  const push = (socket: Bun.Socket<undefined>): void => {
    while (left > 0) {
      const taken = socket.write(chunk, 0, Math.min(left, chunk.length));
      if (taken <= 0) return;
      left -= taken;
    }
    socket.end();
  };
  void Bun.connect({ hostname: '127.0.0.1', port, socket: { open: push, drain: push, data: () => undefined } });
}

/** Seconds that a plain copy of so many bytes from one process to another takes. */
async function copySeconds(bytes: number): Promise<number> {
  let got = 0;
  let done = (): void => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  let start = 0;
  const take = (_socket: unknown, chunk: Uint8Array): void => {
    if (got === 0) start = performance.now();
    got += chunk.length;
    if (got >= bytes) done();
  };
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: take } });
  const child = Bun.spawn([bunPath(), self, 'send', String(listener.port), String(bytes)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await all;
  const seconds = (performance.now() - start) / 1000;
  await child.exited;
  listener.stop(true);
  return seconds;
}

const missed: string[] = [];

interface Row {
  readonly what: string;
  readonly cost: Cost;
  /** Things done and their name; bytes they are made of. */
  readonly count: number;
  readonly unit: string;
  readonly bytes: number;
  /** The bar of the rate, MB per second. */
  readonly least?: number;
}

async function tell({ what, cost, count, unit, bytes, least }: Row): Promise<void> {
  const copy = await copySeconds(bytes);
  const rate = count / cost.wall;
  const mb = bytes / MB / cost.wall;
  const cells = [
    what,
    `${cost.wall.toFixed(1)} s`,
    `${cost.cpu.toFixed(1)} s`,
    `${cost.rss.toFixed(0)} MiB`,
    unit === 'MB' ? `${mb.toFixed(0)} MB/s` : `${Math.round(rate).toLocaleString('en-US')} ${unit}/s`,
    unit === 'MB' ? '-' : `${((cost.cpu / count) * 1e6).toFixed(1)} us`,
    `${((copy / cost.wall) * 100).toFixed(0)} %`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
  // What stands in brackets is a bound, not ours to keep small.
  if (cost.rss >= MOST_RSS && !what.startsWith('('))
    missed.push(`${what}: ${cost.rss.toFixed(0)} MiB, less than ${MOST_RSS} wanted`);
  if (least !== undefined && mb < least) missed.push(`${what}: ${mb.toFixed(0)} MB/s, at least ${least} wanted`);
}

function expect(cost: Cost, wanted: string, what: string): void {
  if (!cost.tail.includes(wanted))
    throw new Error(`${what}: the end is not what it should be: ${cost.tail.slice(-200)}`);
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'natsbox-volume-'));
  const server = await startNatsServer({ jetstream: true });
  const tool = (...words: string[]) => run([nats, '-s', server.url, ...words]);
  const fill = (kind: 'fast' | 'async', subject: string, stream: string, ...words: string[]) =>
    tool('bench', 'js', 'pub', kind, subject, '--stream', stream, '--maxbytes', '32GB', '--no-progress', ...words);

  async function backup(): Promise<void> {
    const count = Math.round((size.stream * MB) / 1024);
    await fill('fast', 'volume.backup', 'BACKUP', '--create', '--size', '1KB', '--msgs', String(count));
    const [bytes, to] = [count * 1024, join(dir, 'backup')];
    const out = await tool('stream', 'backup', 'BACKUP', to, '--no-progress');
    await tell({ what: 'stream backup', cost: out, count, unit: 'MB', bytes });
    await tool('stream', 'rm', 'BACKUP', '-f');
    const back = await tool('stream', 'restore', to, '--no-progress');
    await tell({ what: 'stream restore', cost: back, count, unit: 'MB', bytes });
    const { tail } = await tool('stream', 'info', 'BACKUP', '--as', 'json', '--jq', '.state.messages');
    if (Number(tail) !== count) throw new Error(`restored ${tail.trim()} of ${count} messages`);
    await tool('stream', 'rm', 'BACKUP', '-f');
  }

  async function view(): Promise<void> {
    const count = size.messages;
    await fill('fast', 'volume.view', 'VIEW', '--create', '--size', '128B', '--msgs', String(count));
    const all = await tool('stream', 'view', 'VIEW', '--as', 'ndjson');
    expect(all, `"seq":${count},`, 'stream view');
    await tell({ what: 'stream view --as ndjson', cost: all, count, unit: 'msgs', bytes: all.bytes });
    const text = await tool('stream', 'view', 'VIEW', '--no-pager');
    expect(text, `[${count}] Subject`, 'stream view');
    await tell({ what: 'stream view --no-pager', cost: text, count, unit: 'msgs', bytes: text.bytes });
    const raw = await tool('sub', '--stream', 'VIEW', '--all', '--terminate-at-end', '--raw');
    if (raw.bytes !== count * 129) throw new Error(`sub --raw gave ${raw.bytes} bytes`);
    await tell({ what: 'sub --stream --raw', cost: raw, count, unit: 'msgs', bytes: raw.bytes });
    const one = await tool('stream', 'get', 'VIEW', String(count));
    await tell({ what: 'stream get of the last', cost: one, count: 1, unit: 'msgs', bytes: one.bytes });
    await tool('stream', 'rm', 'VIEW', '-f');
  }

  async function keys(): Promise<void> {
    const count = size.keys;
    await tool('kv', 'add', 'VOLUME');
    await fill('async', '$KV.VOLUME', 'KV_VOLUME', '--multisubject', '--multisubjectmax', '0', '--msgs', String(count));
    for (const words of [[], ['--as', 'ndjson']]) {
      const list = await tool('kv', 'ls', 'VOLUME', ...words);
      const lines = await run(['sh', '-c', '"$0" -s "$1" kv ls VOLUME | sort -u | wc -l', nats, server.url]);
      if (Number(lines.tail) !== count) throw new Error(`kv ls told ${lines.tail.trim()} of ${count} keys`);
      await tell({ what: ['kv ls', ...words].join(' '), cost: list, count, unit: 'keys', bytes: list.bytes });
    }
    await tool('kv', 'del', 'VOLUME', '-f');
  }

  async function object(): Promise<void> {
    const bytes = size.object * MB;
    const [from, to] = [join(dir, 'from'), join(dir, 'to')];
    const block = crypto.getRandomValues(new Uint8Array(65_536));
    const file = openSync(from, 'w');
    for (let left = bytes; left > 0; left -= block.length) {
      // Blocks that are not alike, at the cost of one number each.
      new DataView(block.buffer).setFloat64(0, left);
      writeSync(file, block, 0, Math.min(left, block.length));
    }
    closeSync(file);
    const count = Math.ceil(bytes / 131_072);
    const bare = await fill('async', 'volume.bare', 'BARE', '--create', '--size', '128KB', '--msgs', String(count));
    await tell({ what: '(chunks published, not an object)', cost: bare, count, unit: 'MB', bytes });
    await tool('stream', 'rm', 'BARE', '-f');
    const hash = await run(['sha256sum', from]);
    await tell({ what: '(sha256sum of the file)', cost: hash, count, unit: 'MB', bytes });
    await tool('object', 'add', 'VOLUME');
    const put = await tool('object', 'put', 'VOLUME', from, '--name', 'big', '-f', '--no-progress');
    await tell({ what: 'object put', cost: put, count, unit: 'MB', bytes, least: LEAST_RATE });
    rmSync(from);
    const get = await tool('object', 'get', 'VOLUME', 'big', '-O', to, '-f', '--no-progress');
    if (statSync(to).size !== bytes) throw new Error(`object get wrote ${statSync(to).size} bytes`);
    await tell({ what: 'object get', cost: get, count, unit: 'MB', bytes, least: LEAST_RATE });
    rmSync(to);
    const piped = await tool('object', 'get', 'VOLUME', 'big', '-O', '-');
    if (piped.bytes !== bytes) throw new Error(`object get -O - gave ${piped.bytes} bytes`);
    await tell({ what: 'object get -O -', cost: piped, count, unit: 'MB', bytes, least: LEAST_RATE });
    await tool('object', 'del', 'VOLUME', '-f');
  }

  const parts: Record<string, () => Promise<void>> = { backup, view, keys, object };
  try {
    console.log('| work | time | CPU | memory | rate | CPU each | share of a plain copy |');
    console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
    for (const name of values.only.split(',')) await parts[name]?.();
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  for (const line of missed) console.log(`missed: ${line}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

if (positionals[0] === 'send') send(Number(positionals[1]), Number(positionals[2]));
else await main();
