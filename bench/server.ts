// The built-in server beside nats-server under the same load on the same machine: rates, CPU, latency, start, memory.
// Every number is a ratio of two runs made one after the other, ours first in one pair and last in the next; the median
// of the pairs counts. The whole matrix: publish and fan-out to 1, 10 and 100 subscribers in four sizes, request
// latency, start, memory; each figure is held against its bar, and the bars that were missed are listed at the end.
// Run with: node scripts/bun.mjs bench/server.ts [--pairs N] [--only WORD] [--scale X] (after npm run build)
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { natsServer } from '../scripts/nats-server.mjs';
import { compileEmpty } from './empty.ts';

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const PAIRS = Number(argument('pairs') ?? 5);
const ONLY = argument('only') ?? '';
/** How long the loads run, 1 for about a second. */
const SCALE = Number(argument('scale') ?? 1);

const ours = fileURLToPath(new URL('../dist/bin/natsbox', import.meta.url));
const kinds = {
  natsbox: { path: ours, args: ['server'] },
  'nats-server': { path: natsServer() as string, args: [] as string[] },
};
type Kind = keyof typeof kinds;

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;
const wait = (ms: number): Promise<void> => new Promise((r) => setTimeout(r, ms));

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

/** CPU seconds all threads of a process have used, to the nanosecond. */
function cpuOf(pid: number): number {
  let total = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      total += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // Ended in between.
    }
  }
  return total / 1e9;
}

/** Resident megabytes. */
function residentOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

interface Running {
  readonly pid: number;
  readonly port: number;
  /** CPU milliseconds from the start of the process to the first INFO. */
  readonly ready: number;
  stop(): Promise<void>;
}

/** Whether a server answers on the port with INFO. */
function greets(port: number): Promise<boolean> {
  return new Promise((done) => {
    Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data(s) {
          s.end();
          done(true);
        },
        error: () => done(false),
        connectError: () => done(false),
      },
    }).catch(() => done(false));
  });
}

async function start(kind: Kind): Promise<Running> {
  const port = await freePort();
  const { path, args } = kinds[kind];
  const child: ChildProcess = spawn(path, [...args, '-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  while (!(await greets(port))) await wait(0.2);
  const ready = cpuOf(child.pid!) * 1000;
  return {
    pid: child.pid!,
    port,
    ready,
    stop() {
      const gone = new Promise<void>((done) => child.once('exit', () => done()));
      child.kill('SIGKILL');
      return gone;
    },
  };
}

interface Peer {
  readonly socket: Bun.Socket;
  /** Bytes that came in. */
  bytes: number;
  onData: ((chunk: Buffer) => void) | null;
  onDrain: (() => void) | null;
}

/** A connection that has logged in. */
async function peer(port: number, first = ''): Promise<Peer> {
  let made: Peer | undefined;
  let greeted = (): void => {};
  const ready = new Promise<void>((done) => {
    greeted = done;
  });
  let head = '';
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data(_s, chunk) {
        if (made !== undefined) {
          made.bytes += chunk.length;
          made.onData?.(chunk as Buffer);
          return;
        }
        head += chunk.toString();
        if (head.includes('PONG')) greeted();
      },
      drain: () => made?.onDrain?.(),
    },
  });
  socket.setNoDelay(true);
  socket.write(`CONNECT {"verbose":false,"pedantic":false,"protocol":0,"headers":true}\r\n${first}PING\r\n`);
  await ready;
  made = { socket, bytes: 0, onData: null, onDrain: null };
  return made;
}

/** Writes all of it, waiting for the socket where it is full. */
async function pour(p: Peer, chunk: Uint8Array, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    for (let at = 0; at < chunk.length; ) {
      const took = p.socket.write(chunk, at, chunk.length - at);
      if (took < 0) throw new Error('the server closed the connection');
      at += took;
      if (at < chunk.length) {
        await new Promise<void>((done) => {
          p.onDrain = done;
        });
      }
    }
  }
}

interface Load {
  /** Messages per second. */
  readonly rate: number;
  /** CPU microseconds of the server per message published. */
  readonly cpu: number;
}

const BATCH = 64 * 1024;

async function load(server: Running, size: number, subscribers: number, budget: number): Promise<Load> {
  const frame = Buffer.from(`PUB bench.load ${size}\r\n${'x'.repeat(size)}\r\n`);
  const perBatch = Math.max(1, Math.floor(BATCH / frame.length));
  const batch = Buffer.concat(Array.from({ length: perBatch }, () => frame));
  const delivered = `MSG bench.load 1 ${size}\r\n`.length + size + 2;
  const batches = Math.max(4, Math.ceil(budget / ((subscribers + 1) * perBatch)));
  const count = batches * perBatch;
  const subs = await Promise.all(Array.from({ length: subscribers }, () => peer(server.port, 'SUB bench.load 1\r\n')));
  const pub = await peer(server.port);
  const all = subs.map(
    (s) =>
      new Promise<void>((done) => {
        s.onData = () => {
          if (s.bytes >= count * delivered) done();
        };
      }),
  );
  const acked = new Promise<void>((done) => {
    pub.onData = () => done();
  });
  const cpu = cpuOf(server.pid);
  const began = performance.now();
  await pour(pub, batch, batches);
  pub.socket.write('PING\r\n');
  await Promise.all([acked, ...all]);
  const seconds = (performance.now() - began) / 1000;
  const used = cpuOf(server.pid) - cpu;
  for (const p of [pub, ...subs]) p.socket.end();
  return { rate: count / seconds, cpu: (used * 1e6) / count };
}

/** Median and 99th percentile of request times in microseconds, one after the other. */
async function latency(server: Running, requests: number): Promise<{ p50: number; p99: number }> {
  const responder = await peer(server.port, 'SUB svc 1\r\n');
  responder.onData = (chunk) => {
    const reply = /^MSG svc 1 (\S+) /.exec(chunk.latin1Slice())![1];
    responder.socket.write(`PUB ${reply} 2\r\nok\r\n`);
  };
  const asker = await peer(server.port, 'SUB _INBOX.a.* 1\r\n');
  const ask = Buffer.from(`PUB svc _INBOX.a.1 128\r\n${'x'.repeat(128)}\r\n`);
  const times: number[] = [];
  for (let i = 0; i < requests + 500; i++) {
    const began = performance.now();
    await new Promise<void>((done) => {
      asker.onData = () => done();
      asker.socket.write(ask);
    });
    if (i >= 500) times.push((performance.now() - began) * 1000);
  }
  times.sort((a, b) => a - b);
  responder.socket.end();
  asker.socket.end();
  return { p50: times[requests >> 1]!, p99: times[Math.floor(requests * 0.99)]! };
}

/** Runs `measure` on both, alternating which comes first. */
async function pairs<T>(measure: (server: Running) => Promise<T>, count = PAIRS): Promise<Record<Kind, T[]>> {
  const out: Record<Kind, T[]> = { natsbox: [], 'nats-server': [] };
  for (let i = 0; i < count; i++) {
    const order: Kind[] = i % 2 === 0 ? ['natsbox', 'nats-server'] : ['nats-server', 'natsbox'];
    for (const kind of order) {
      const server = await start(kind);
      try {
        out[kind].push(await measure(server));
      } finally {
        await server.stop();
      }
    }
  }
  return out;
}

function ratio<T>(both: Record<Kind, T[]>, of: (value: T) => number): number {
  return median(both.natsbox.map((v, i) => of(v) / Math.max(of(both['nats-server'][i]!), 1e-9)));
}

const missed: string[] = [];

/** A figure with its bar; one that is missed is remembered. */
function held(
  name: string,
  value: number,
  bar: { readonly least: number } | { readonly most: number },
  unit = 'x',
): string {
  const fine = 'least' in bar ? value >= bar.least : value <= bar.most;
  const figure = `${value.toFixed(2)}${unit}`;
  const limit = 'least' in bar ? `at least ${bar.least}${unit}` : `at most ${bar.most}${unit}`;
  if (!fine) missed.push(`${name}: ${figure}, ${limit}`);
  return `${figure} (${limit}${fine ? '' : ', missed'})`;
}

const shown = (n: number): string => (n >= 100 ? n.toFixed(0) : n.toFixed(2));

async function loads(): Promise<void> {
  console.log('load: messages per second and CPU per message, as ratios to nats-server');
  for (const subscribers of [0, 1, 10, 100]) {
    for (const size of [16, 128, 1024, 16384]) {
      const name = `${subscribers === 0 ? 'publish' : `fan-out ${subscribers}`} ${size} B`;
      if (!name.includes(ONLY)) continue;
      // About a second of work for either.
      const budget = Math.round(SCALE * Math.min(4_000_000, 3_000_000_000 / (size + 700)));
      const both = await pairs(async (server) => {
        await load(server, size, subscribers, budget / 4);
        return load(server, size, subscribers, budget);
      });
      const [rate, cpu] = [ratio(both, (v) => v.rate), ratio(both, (v) => v.cpu)];
      const [a, b] = [median(both.natsbox.map((v) => v.rate)), median(both['nats-server'].map((v) => v.rate))];
      const copying = size === 1024;
      const rates = held(`${name}, rate`, rate, { least: copying ? 0.9 : 1 });
      const cpus = held(`${name}, CPU`, cpu, { most: copying ? 0.95 : 0.6 });
      console.log(`  ${name.padEnd(18)} rate ${rates}  CPU ${cpus}  ${shown(a)} and ${shown(b)} msgs/s`);
    }
  }
}

async function latencies(): Promise<void> {
  const both = await pairs((server) => latency(server, 5000));
  const p50 = ratio(both, (v) => v.p50);
  const p99 = ratio(both, (v) => v.p99);
  const [median_, tail] = [held('request, p50', p50, { most: 1.1 }), held('request, p99', p99, { most: 1.1 })];
  console.log(`request latency: p50 ${median_}  p99 ${tail}`);
}

async function starts(): Promise<void> {
  const empty = await compileEmpty();
  const unit: number[] = [];
  const ready: Record<Kind, number[]> = { natsbox: [], 'nats-server': [] };
  for (let i = 0; i < 21; i++) {
    const child = spawn(empty.idle, { stdio: 'ignore' });
    await wait(300);
    unit.push(cpuOf(child.pid!) * 1000);
    child.kill('SIGKILL');
    for (const kind of ['natsbox', 'nats-server'] as const) {
      const server = await start(kind);
      ready[kind].push(server.ready);
      await server.stop();
    }
  }
  const against = (list: number[]): number => median(list.map((t, i) => t / unit[i]!));
  const [ours_, theirs] = [against(ready.natsbox), against(ready['nats-server'])];
  const ready_ = held('ready, CPU of an empty program', ours_, { most: 2 });
  console.log(
    `ready to accept: CPU ${ready_} of an empty program (${shown(median(unit))} ms); nats-server ${theirs.toFixed(2)}x`,
  );
}

async function memory(): Promise<void> {
  const empty = await compileEmpty();
  const child = spawn(empty.idle, { stdio: 'ignore' });
  await wait(1500);
  console.log(`idle RSS of an empty program: ${residentOf(child.pid!).toFixed(1)} MB`);
  child.kill('SIGKILL');
  for (const kind of ['natsbox', 'nats-server'] as const) {
    const server = await start(kind);
    await wait(1500);
    const idle = residentOf(server.pid);
    const peers: Peer[] = [];
    for (let i = 0; i < 5000; i++) peers.push(await peer(server.port, `SUB idle.${i} 1\r\n`));
    await wait(2500);
    const full = residentOf(server.pid);
    if (kind === 'natsbox') {
      const [few, many] = [held('idle', idle, { most: 40 }, ' MB'), held('5,000 idle', full, { most: 250 }, ' MB')];
      console.log(`${kind}: idle ${few}, with 5,000 idle connections ${many}`);
    } else console.log(`${kind}: idle ${idle.toFixed(1)} MB, with 5,000 idle connections ${full.toFixed(1)} MB`);
    for (const p of peers) p.socket.end();
    await server.stop();
  }
}

const parts: Record<string, () => Promise<void>> = { start: starts, memory, latency: latencies, load: loads };
for (const [name, run] of Object.entries(parts)) {
  if (ONLY === '' || ONLY === name || (name === 'load' && /publish|fan-out|B$/.test(ONLY))) await run();
}
console.log(missed.length === 0 ? 'all bars hold' : `missed:\n${missed.map((m) => `- ${m}`).join('\n')}`);
process.exit(0);
