// How reports stand to the plain exchange they are made of: so many connections and streams on one server, each report
// against the same questions asked and thrown away. Prints time to the first byte, time, CPU and peak memory.
//   bun bench/system.ts [connections] [streams]
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connect } from '#client/index.ts';
import { startNatsServer } from '../test/lib/nats-server.ts';

const [connections = 5000, streams = 1000] = process.argv.slice(2).map(Number);
const nats = fileURLToPath(new URL('../dist/bin/nats', import.meta.url));
const page = 1024;

const server = await startNatsServer({
  jetstream: true,
  config: `server_name: n1
max_connections: ${connections + 100}
accounts { SYS: { users: [ {user: sys, password: sys} ] }, APP: { jetstream: enabled, users: [ {user: app, password: app} ] } }
system_account: SYS
`,
});
const url = server.url.replace('//', '//sys:sys@');

/** Clients with two subscriptions each. */
async function fill(): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < connections; i++) {
    const socket = createConnection(server.port, '127.0.0.1');
    const login = JSON.stringify({
      verbose: false,
      user: 'app',
      pass: 'app',
      name: `client ${i}`,
      lang: 'x',
      version: '1',
    });
    socket.write(`CONNECT ${login}\r\nSUB a.${i}.> 1\r\nSUB b.${i} 2\r\nPING\r\n`);
    await new Promise<void>((resolve) => {
      socket.on('data', (data) => {
        const text = data.toString();
        if (text.includes('PONG')) resolve();
        if (text.includes('PING\r\n')) socket.write('PONG\r\n');
      });
    });
    sockets.push(socket);
  }
  const app = await connect({ servers: server.url.replace('//', '//app:app@') });
  for (let i = 0; i < streams; i++) {
    const config = { name: `S${i}`, subjects: [`s.${i}`], storage: 'memory', num_replicas: 1, retention: 'limits' };
    await app.request(`$JS.API.STREAM.CREATE.S${i}`, JSON.stringify(config), { timeout: 10_000 });
  }
  await app.close();
  return sockets;
}

/** The bare exchange: milliseconds, and the CPU of this process for it. */
async function plain(subject: string, body: object, paged: boolean): Promise<{ ms: number; cpu: number }> {
  const nc = await connect({ servers: url });
  const [started, before] = [performance.now(), process.cpuUsage()];
  for (let offset = 0; offset === 0 || (paged && offset < connections); offset += page) {
    const options = paged ? { ...body, offset, limit: page } : body;
    await nc.request(subject, JSON.stringify(options), { timeout: 30_000 });
  }
  const { user, system } = process.cpuUsage(before);
  const ms = performance.now() - started;
  await nc.close();
  return { ms, cpu: (user + system) / 1000 };
}

interface Run {
  readonly first: number;
  readonly ms: number;
  /** kB. */
  readonly peak: number;
}

/** One run of the program. */
function report(args: readonly string[]): Promise<Run> {
  const started = performance.now();
  const child = spawn(nats, ['-s', url, 'server', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let first = 0;
  let peak = 0;
  const look = setInterval(() => {
    try {
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
    } catch {
      // It has ended.
    }
  }, 10);
  child.stdout.on('data', () => {
    first ||= performance.now() - started;
  });
  return new Promise((resolve) => {
    child.once('close', () => {
      clearInterval(look);
      resolve({ first, ms: performance.now() - started, peak });
    });
  });
}

const jsz = { accounts: true, streams: true, consumer: true, config: true, raft: true };
const connz = { subscriptions: true, auth: true, state: 0 };
const cases: readonly (readonly [args: readonly string[], subject: string, body: object, paged: boolean])[] = [
  [['report', 'connections'], '$SYS.REQ.SERVER.PING.CONNZ', connz, true],
  [['report', 'connections', '--as', 'ndjson'], '$SYS.REQ.SERVER.PING.CONNZ', connz, true],
  [['report', 'accounts'], '$SYS.REQ.SERVER.PING.CONNZ', connz, true],
  [['report', 'jetstream'], '$SYS.REQ.SERVER.PING.JSZ', {}, false],
  [['report', 'jetstream', '--account', 'APP'], '$SYS.REQ.SERVER.PING.JSZ', { ...jsz, account: 'APP' }, false],
  [['report', 'downgrade', '1'], '$SYS.REQ.SERVER.PING.JSZ', { ...jsz, limit: page }, false],
  [['stream-check'], '$SYS.REQ.SERVER.PING.JSZ', { streams: true, raft: true, accounts: true }, false],
  [['report', 'health'], '$SYS.REQ.SERVER.PING.HEALTHZ', { details: true }, false],
  [['list'], '$SYS.REQ.SERVER.PING', {}, false],
];

const sockets = await fill();
process.stdout.write(`${connections} connections, ${streams} streams\n`);
process.stdout.write('report                          first ms   all ms  plain ms  ratio   peak MB\n');
const middle = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
for (const [args, subject, body, paged] of cases) {
  const runs: Run[] = [];
  const bare: number[] = [];
  for (let i = 0; i < 5; i++) {
    runs.push(await report(args));
    bare.push((await plain(subject, body, paged)).ms);
  }
  const [first, all, floor] = [middle(runs.map((r) => r.first)), middle(runs.map((r) => r.ms)), middle(bare)];
  const peak = middle(runs.map((r) => r.peak)) / 1024;
  const cells = [first.toFixed(0), all.toFixed(0), floor.toFixed(1), (all / floor).toFixed(1), peak.toFixed(0)];
  process.stdout.write(`${args.join(' ').padEnd(30)}${cells.map((cell) => cell.padStart(10)).join('')}\n`);
}
for (const socket of sockets) socket.destroy();
await server.stop();
