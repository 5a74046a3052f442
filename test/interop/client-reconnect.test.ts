import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { connect } from '#client/connect.ts';
import type { Connection, ConnectionEvents, ConnectOptions } from '#client/types.ts';
import { freePort, type NatsServer, startNatsServer, serverTest as test } from '#test/nats-server.ts';

const quick: ConnectOptions = { reconnectWait: 10, reconnectJitter: 5, maxReconnects: -1 };

function once<K extends keyof ConnectionEvents>(nc: Connection, type: K): Promise<ConnectionEvents[K]> {
  return new Promise((resolve) => {
    const off = nc.on(type, (event) => {
      off();
      resolve(event);
    });
  });
}

test('a server that is killed and comes back: subscriptions resume, bounds stay, waiting messages leave', async () => {
  let server = await startNatsServer();
  const { port } = server;
  const nc = await connect({ servers: server.url, ...quick });
  const got: string[] = [];
  const sub = nc.subscribe('a', { max: 5, callback: (m) => void got.push(m.string()) });
  for (let i = 0; i < 3; i++) nc.publish('a', `${i}`);
  await nc.flush();
  const gone = once(nc, 'disconnect');
  await server.stop();
  await gone;
  assert.equal(nc.state, 'reconnecting');
  for (let i = 3; i < 9; i++) nc.publish('a', `${i}`);
  const flushed = nc.flush();
  const back = once(nc, 'reconnect');
  server = await startNatsServer({ port });
  await back;
  await flushed;
  assert.deepEqual(got, ['0', '1', '2', '3', '4']);
  assert.equal(await sub.closed, undefined);
  assert.equal(nc.stats().reconnects, 1);
  await nc.close();
  await server.stop();
});

test('killed and restarted under load: what was flushed arrived, subscribers go on', async () => {
  const stable = await startNatsServer();
  let server = await startNatsServer({ jetstream: false });
  const { port } = server;
  const publisher = await connect({ servers: server.url, ...quick });
  const subscriber = await connect({ servers: server.url, ...quick });
  const seen = new Set<number>();
  let acknowledged = -1;
  const lostFlushes: number[] = [];
  subscriber.subscribe('load', { callback: (m) => void seen.add(Number(m.string())) });
  await subscriber.flush();
  const must = new Set<number>();
  let n = 0;
  let stop = false;
  const load = (async () => {
    while (!stop) {
      const first = n;
      // Only batches sent while the subscriber is there can be owed to it.
      const both = subscriber.state === 'connected' && publisher.state === 'connected';
      const before = subscriber.stats().reconnects + publisher.stats().reconnects;
      for (let i = 0; i < 200; i++) publisher.publish('load', `${n++}`);
      try {
        await publisher.flush();
        await subscriber.flush();
        if (both && before === subscriber.stats().reconnects + publisher.stats().reconnects) {
          for (let i = first; i < n; i++) must.add(i);
        }
        acknowledged = n;
      } catch {
        lostFlushes.push(first);
        await new Promise((r) => setTimeout(r, 5));
      }
    }
  })();
  for (let round = 0; round < 3; round++) {
    await new Promise((r) => setTimeout(r, 60));
    const back = Promise.all([once(publisher, 'reconnect'), once(subscriber, 'reconnect')]);
    await server.stop();
    server = await startNatsServer({ port });
    await back;
    const before = acknowledged;
    while (acknowledged <= before) await new Promise((r) => setTimeout(r, 5));
  }
  stop = true;
  await load;
  await subscriber.flush();
  const missing = [...must].filter((i) => !seen.has(i));
  assert.deepEqual(missing.slice(0, 5), []);
  assert.ok(must.size > 1000, `${must.size} owed`);
  assert.equal(publisher.stats().reconnects, 3);
  await Promise.all([publisher.close(), subscriber.close()]);
  await Promise.all([server.stop(), stable.stop()]);
});

test('half-sent frames are sent again whole on the next connection', async () => {
  // The first server takes a little of a large message, then dies; the second has to see a clean stream.
  const seen: Buffer[] = [];
  let accepted = 0;
  const fake: Server = createServer((s: Socket) => {
    accepted++;
    const first = accepted === 1;
    s.on('error', () => {});
    s.write('INFO {"server_id":"x","version":"2.15.0","proto":1,"headers":true,"max_payload":100000000}\r\n');
    let connected = false;
    s.on('data', (d: Buffer) => {
      if (!connected) {
        connected = true;
        s.write('PONG\r\n');
        if (!first) seen.push(d.subarray(d.indexOf('PING\r\n') + 6));
        return;
      }
      if (first) {
        s.pause();
        setTimeout(() => s.resetAndDestroy(), 20);
      } else {
        seen.push(d);
        if (Buffer.concat(seen.slice(-2)).subarray(-6).toString('latin1') === 'PING\r\n') s.write('PONG\r\n');
      }
    });
  });
  await new Promise<void>((r) => fake.listen(0, '127.0.0.1', r));
  const { port } = fake.address() as { port: number };
  const nc = await connect({ servers: `127.0.0.1:${port}`, ...quick, reconnectBuffer: 100_000_000 });
  nc.subscribe('s', { callback: () => {} });
  const big = new Uint8Array(20_000_000).fill(98);
  const back = once(nc, 'reconnect');
  nc.publish('big', big);
  nc.publish('small', 'x');
  await back;
  await nc.flush();
  const text = Buffer.concat(seen).toString('latin1');
  assert.ok(text.startsWith('SUB s 1\r\nPUB big 20000000\r\nbbb'));
  assert.ok(text.endsWith('bbb\r\nPUB small 1\r\nx\r\nPING\r\n'));
  assert.equal(
    text.length,
    'SUB s 1\r\nPUB big 20000000\r\n'.length + 20_000_002 + 'PUB small 1\r\nx\r\nPING\r\n'.length,
  );
  await nc.close();
  fake.close();
});

test('a PONG never lands inside a half-written frame', async () => {
  const parts: Buffer[] = [];
  let over: () => void = () => {};
  const done = new Promise<void>((r) => {
    over = r;
  });
  const fake: Server = createServer((s: Socket) => {
    s.on('error', () => {});
    s.write('INFO {"server_id":"x","version":"2.15.0","proto":1,"headers":true,"max_payload":100000000}\r\n');
    let connected = false;
    s.on('data', (d: Buffer) => {
      if (!connected) {
        connected = true;
        s.write('PONG\r\n');
        return;
      }
      if (parts.length === 0) {
        // Let the client's socket fill up in the middle of the payload, and ask for PONGs meanwhile.
        s.pause();
        for (let i = 0; i < 5; i++) setTimeout(() => s.write('PING\r\n'), i * 5);
        setTimeout(() => s.resume(), 50);
      }
      parts.push(d);
      if (Buffer.concat(parts.slice(-2)).subarray(-6).toString('latin1') === 'DONE\r\n') over();
    });
  });
  await new Promise<void>((r) => fake.listen(0, '127.0.0.1', r));
  const nc = await connect({ servers: `127.0.0.1:${(fake.address() as { port: number }).port}` });
  nc.publish('big', new Uint8Array(20_000_000).fill(97));
  await new Promise((r) => setTimeout(r, 60));
  nc.publish('end', 'DONE');
  await done;
  const text = Buffer.concat(parts).toString('latin1');
  assert.match(text.slice(0, 30), /^PUB big 20000000\r\na/);
  assert.match(
    text.slice('PUB big 20000000\r\n'.length, 'PUB big 20000000\r\n'.length + 20_000_002),
    /^a{20000000}\r\n$/,
  );
  assert.match(text.slice('PUB big 20000000\r\n'.length + 20_000_002), /^(PONG\r\n){5}PUB end 4\r\nDONE\r\n$/);
  await nc.close();
  fake.close();
});

test('the pool: another server takes over, discovered ones are learnt', async () => {
  const [routeA, routeB] = await Promise.all([freePort(), freePort()]);
  const config = (own: number, other: number): string =>
    `cluster { name: c, listen: "127.0.0.1:${own}", routes: ["nats://127.0.0.1:${other}"] }`;
  const a = await startNatsServer({ config: config(routeA, routeB) });
  const nc = await connect({ servers: a.url, ...quick });
  const found = once(nc, 'discovered');
  const b = await startNatsServer({ config: config(routeB, routeA) });
  assert.deepEqual((await found).servers, [b.url]);
  const sub = nc.subscribe('x');
  const back = once(nc, 'reconnect');
  await a.stop();
  assert.equal((await back).server, b.url);
  nc.publish('x', 'still here');
  for await (const m of sub) {
    assert.equal(m.string(), 'still here');
    break;
  }
  await nc.close();
  const deaf = await connect({ servers: b.url, ignoreDiscovered: true });
  await deaf.close();
  await b.stop();
});

test('lame duck: the event comes, then the client moves on by itself', async () => {
  const [routeA, routeB] = await Promise.all([freePort(), freePort()]);
  const config = (own: number, other: number): string =>
    `cluster { name: c, listen: "127.0.0.1:${own}", routes: ["nats://127.0.0.1:${other}"] }\nlame_duck_duration: "30s"\nlame_duck_grace_period: "100ms"`;
  const a = await startNatsServer({ config: config(routeA, routeB) });
  const b = await startNatsServer({ config: config(routeB, routeA) });
  const nc = await connect({ servers: [a.url, b.url], noRandomize: true, ...quick });
  const lame = once(nc, 'lame-duck');
  const back = once(nc, 'reconnect');
  a.signal('SIGUSR2');
  assert.equal((await lame).server, a.url);
  assert.equal((await back).server, b.url);
  await nc.flush();
  await nc.close();
  await Promise.all([a.stop(), b.stop()]);
});

test('attempts run out: closed with "no servers", iterators end', async () => {
  const server = await startNatsServer();
  const nc = await connect({ servers: server.url, reconnectWait: 5, reconnectJitter: 0, maxReconnects: 3 });
  const attempts: number[] = [];
  nc.on('reconnecting', (e) => attempts.push(e.attempt));
  const sub = nc.subscribe('x');
  await server.stop();
  assert.equal((await nc.closed)?.message, 'nats: no servers available for connection');
  assert.deepEqual(attempts, [1, 2, 3]);
  await assert.rejects(async () => {
    for await (const _ of sub) assert.fail();
  }, /no servers available/);
});

test('without reconnect a lost connection is closed with the reason', async () => {
  const server = await startNatsServer();
  const nc = await connect({ servers: server.url, reconnect: false });
  await server.stop();
  assert.equal((await nc.closed)?.message, 'nats: connection lost');
});

test('flush that was cut off rejects, requests wait for their time', async () => {
  const server = await startNatsServer();
  const nc = await connect({ servers: server.url, ...quick });
  server.signal('SIGSTOP');
  const cut = assert.rejects(nc.flush(), { kind: 'unreachable', message: 'nats: connection lost' });
  const slow = assert.rejects(nc.request('a', '', { timeout: 150 }), { message: 'nats: timeout' });
  server.signal('SIGKILL');
  await cut;
  await slow;
  await nc.close();
  await server.stop();
});

test('while disconnected only so much is kept, then publish says so', async () => {
  const server = await startNatsServer();
  const nc = await connect({ servers: server.url, ...quick, reconnectBuffer: 1000 });
  const gone = once(nc, 'disconnect');
  await server.stop();
  await gone;
  nc.publish('a', new Uint8Array(900));
  assert.throws(() => nc.publish('a', new Uint8Array(900)), { message: 'nats: outbound buffer limit exceeded' });
  await nc.close();
});

test('first connect may be retried', async () => {
  const port = await freePort();
  const nc = await connect({ servers: `127.0.0.1:${port}`, retryOnInitialConnect: true, ...quick });
  assert.equal(nc.state, 'reconnecting');
  nc.publish('early', 'x');
  const sub = nc.subscribe('early');
  const flushed = nc.flush();
  const server: NatsServer = await startNatsServer({ port });
  await flushed;
  for await (const m of sub) {
    assert.equal(m.string(), 'x');
    break;
  }
  await nc.close();
  await server.stop();
});

test('a stale server is left after unanswered PINGs', async () => {
  const server = await startNatsServer();
  const nc = await connect({ servers: server.url, ...quick, pingInterval: 20, maxPingsOut: 2, timeout: 100 });
  const lost = once(nc, 'disconnect');
  server.signal('SIGSTOP');
  assert.equal((await lost).error?.message, 'nats: stale connection');
  server.signal('SIGCONT');
  await once(nc, 'reconnect');
  await nc.close();
  await server.stop();
});

test('the server cuts a consumer that does not read: an event, a reconnect, nothing silent', async () => {
  const server = await startNatsServer({ config: 'max_pending: 1MB\nwrite_deadline: "200ms"' });
  const nc = await connect({ servers: server.url, ...quick });
  const publisher = await connect({ servers: server.url });
  nc.subscribe('flood', { callback: () => {} });
  await nc.flush();
  nc.pauseReading();
  const lost = once(nc, 'disconnect');
  const end = Date.now() + 10_000;
  let gone = false;
  void lost.then(() => {
    gone = true;
  });
  const resume = setTimeout(() => nc.resumeReading(), 600);
  while (!gone && Date.now() < end) {
    for (let i = 0; i < 50; i++) publisher.publish('flood', new Uint8Array(100_000));
    await publisher.flush();
  }
  await lost;
  clearTimeout(resume);
  nc.resumeReading();
  if (nc.state !== 'connected') await once(nc, 'reconnect');
  await nc.flush();
  await Promise.all([nc.close(), publisher.close()]);
  await server.stop();
});
