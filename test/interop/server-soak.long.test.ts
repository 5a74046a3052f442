/** Crowds and hours, in minutes: memory stays flat, every limit holds, and nothing goes unhandled. */
import assert from 'node:assert/strict';
import { connect as dial, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect } from '#client/index.ts';
import { createServer } from '#server/index.ts';
import { rawClient } from './server-world.ts';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 5);
const megabytes = (): number => {
  Bun.gc(true);
  return process.memoryUsage.rss() / 1024 / 1024;
};
const unhandled: unknown[] = [];
process.on('unhandledRejection', (e) => unhandled.push(e));
process.on('uncaughtException', (e) => unhandled.push(e));

async function until(what: string, check: () => boolean): Promise<void> {
  for (let i = 0; i < 6000; i++) {
    if (check()) return;
    await new Promise((r) => setTimeout(r, 5));
  }
  assert.fail(`never: ${what}`);
}

test(`${MINUTES} minutes at full rate with connections that come and go`, {
  timeout: (MINUTES + 3) * 60_000,
}, async () => {
  const server = await createServer({ host: '127.0.0.1', port: 0, maxPending: 4 * 1024 * 1024 });
  const pub = await connect({ servers: server.url, timeout: 20_000 });
  const steady = await connect({ servers: server.url, timeout: 20_000 });
  let heard = 0;
  steady.subscribeRaw('soak.>', {}, () => void heard++);
  await steady.flush();
  const sizes: number[] = [];
  let sent = 0;
  let sample = Date.now() + 20_000;
  const end = Date.now() + MINUTES * 60_000;
  const body = new Uint8Array(256);
  while (Date.now() < end) {
    for (let i = 0; i < 2000; i++) pub.publish(`soak.${(sent + i) % 50_000}`, body);
    sent += 2000;
    await pub.flush();
    if (sent % 40_000 === 0) {
      const guests = await Promise.all(
        Array.from({ length: 10 }, () => connect({ servers: server.url, timeout: 20_000, reconnect: false })),
      );
      for (const [i, g] of guests.entries()) {
        g.subscribe(`soak.${i}`, { callback: () => {} });
        g.subscribe('soak.*', { queue: 'q', callback: () => {} });
      }
      await Promise.all(guests.map((g) => g.flush()));
      await Promise.all(guests.map((g) => g.close()));
    }
    if (Date.now() > sample) {
      sizes.push(megabytes());
      sample = Date.now() + Math.max(10_000, MINUTES * 3000);
    }
  }
  await until('all messages', () => heard === sent);
  await Promise.all([pub.close(), steady.close()]);
  await until('no connections', () => server.stats().connections === 0);
  assert.equal(server.stats().subscriptions, 0);
  assert.equal(server.stats().slowConsumers, 0);
  await server.close();
  console.log(`soak: ${sent} messages, RSS ${sizes.map((s) => s.toFixed(0)).join(' ')} MB`);
  const half = sizes.length >> 1;
  const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  assert.ok(mean(sizes.slice(half)) < mean(sizes.slice(0, half)) * 1.25 + 20, `memory grows: ${sizes.join(' ')}`);
  assert.deepEqual(unhandled, []);
});

test('a flood of connections: the limit holds, and all of it is forgotten', { timeout: 120_000 }, async () => {
  const server = await createServer({ host: '127.0.0.1', port: 0, maxConnections: 200 });
  const before = megabytes();
  for (let round = 0; round < 20; round++) {
    const sockets = await Promise.all(
      Array.from(
        { length: 400 },
        () =>
          new Promise<{ socket: Socket; refused: boolean }>((done) => {
            const socket = dial(server.port, '127.0.0.1');
            let text = '';
            const tell = (): void => done({ socket, refused: text.includes('maximum connections exceeded') });
            socket.on('data', (d) => {
              text += d;
              if (text.includes('\r\n')) setTimeout(tell, 20);
            });
            socket.on('error', tell);
            socket.on('close', tell);
          }),
      ),
    );
    assert.ok(server.stats().connections <= 200);
    assert.ok(sockets.filter((s) => !s.refused).length <= 200 + 5, 'more were let in than may be');
    for (const { socket } of sockets) socket.destroy();
    await until('an empty server', () => server.stats().connections === 0);
  }
  const grown = megabytes() - before;
  assert.ok(grown < 60, `${grown.toFixed(0)} MB more after 8,000 connections`);
  await server.close();
  assert.deepEqual(unhandled, []);
});

test('slow consumers go by size and by time; half-open sockets go by silence', { timeout: 120_000 }, async () => {
  const server = await createServer({
    host: '127.0.0.1',
    port: 0,
    maxPending: 1024 * 1024,
    writeDeadline: 500,
    pingInterval: 300,
    maxPingsOut: 2,
  });
  const reasons: string[] = [];
  server.on('disconnect', ({ reason }) => reasons.push(reason));
  const pub = await connect({ servers: server.url, timeout: 20_000 });
  const lazy = async (): Promise<void> => {
    const c = await rawClient(server.port);
    await c.until(/INFO .*\r\n/);
    c.send('CONNECT {"verbose":false}\r\nSUB load 1\r\nPING\r\n');
    await c.until('PONG\r\n');
    c.socket.pause();
  };
  await lazy();
  // More at once than kernel buffers and limit hold together.
  for (let i = 0; i < 24_000 && !reasons.includes('Slow Consumer (Pending Bytes)'); i++) {
    pub.publish('load', new Uint8Array(1024));
    if (i % 1000 === 0) await pub.flush();
  }
  await until('a slow consumer by size', () => reasons.some((r) => r.startsWith('Slow Consumer')));
  await lazy();
  for (let i = 0; i < 5000; i++) pub.publish('load', new Uint8Array(1024));
  await pub.flush();
  await until('a slow consumer by time', () => reasons.filter((r) => r.startsWith('Slow Consumer')).length >= 2);
  const mute = await rawClient(server.port);
  await mute.until(/INFO .*\r\n/);
  mute.send('CONNECT {"verbose":false}\r\nPING\r\n');
  await until('a stale connection', () => reasons.includes('Stale Connection'));
  await pub.close();
  await server.close();
  assert.deepEqual(unhandled, []);
});
