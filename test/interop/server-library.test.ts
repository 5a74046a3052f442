/** The server as a library: without sockets, a hundred at once, with trouble on request, and with a clock of the test's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect as official } from '@nats-io/transport-node';
import { connect } from '#client/index.ts';
import type { Connection } from '#client/types.ts';
import { createServer, createTestClock, type Server, type ServerOptions } from '#server/index.ts';
import { operatorMode } from '#test/jwt.ts';
import { rawClient } from './server-world.ts';

async function withServer(options: ServerOptions, use: (server: Server) => Promise<void>): Promise<void> {
  const server = await createServer({ host: '127.0.0.1', port: 0, ...options });
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

const inside = (server: Server, options = {}): Promise<Connection> =>
  connect({ inProcess: () => server.connectInProcess(), reconnect: false, ...options });

test('without sockets: requests, queues, large messages, and the end of the server', async () => {
  await withServer({ dontListen: true }, async (server) => {
    const [a, b] = [await inside(server), await inside(server)];
    b.subscribe('echo', { callback: (m) => m.respond(m.data) });
    await b.flush();
    const large = new Uint8Array(900_000).fill(7);
    assert.deepEqual((await a.request('echo', large)).data, large);
    const got: string[] = [];
    const sub = b.subscribe('many');
    await b.flush();
    for (let i = 0; i < 5000; i++) a.publish('many', `${i}`);
    for await (const m of sub) if (got.push(m.string()) === 5000) break;
    assert.deepEqual(
      got,
      Array.from({ length: 5000 }, (_, i) => `${i}`),
    );
    assert.equal(server.port, 0);
    await a.close();
    await server.close();
    await b.closed;
  });
});

test('a hundred servers side by side keep to themselves', async () => {
  const servers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => createServer({ host: '127.0.0.1', port: 0, name: `n${i}` })),
  );
  assert.equal(new Set(servers.map((s) => s.id)).size, 100);
  assert.equal(new Set(servers.map((s) => s.port)).size, 100);
  const answers = await Promise.all(
    servers.map(async (server, i) => {
      const outside = await connect({ servers: server.url, timeout: 20_000 });
      const within = await inside(server);
      within.subscribe('who', { callback: (m) => m.respond(`${i}`) });
      await within.flush();
      const answer = (await outside.request('who', '', { timeout: 20_000 })).string();
      await Promise.all([outside.close(), within.close()]);
      return answer;
    }),
  );
  assert.deepEqual(
    answers,
    servers.map((_, i) => `${i}`),
  );
  await Promise.all(servers.map((s) => s.close()));
});

test('delay: what the server sends comes later, in its order, and nothing is lost', async () => {
  const clock = createTestClock();
  await withServer({ clock }, async (server) => {
    const raw = await rawClient(server.port);
    await raw.until(/INFO .*\r\n/);
    raw.send('CONNECT {"verbose":false}\r\nPING\r\n');
    await raw.until('PONG\r\n');
    const fault = server.faults.delay(500);
    assert.equal(fault.met, 1);
    raw.send('SUB a 1\r\nPUB a 1\r\nx\r\nPUB a 1\r\ny\r\nPING\r\n');
    const other = await rawClient(server.port);
    // Its own INFO was held back, too.
    const arrived = (): boolean => server.stats().inMsgs === 2 && server.stats().connections === 2;
    while (!arrived()) await new Promise((r) => setImmediate(r));
    await clock.advance(499);
    assert.equal(other.text(), '');
    await clock.advance(2);
    assert.equal(await raw.until('PONG\r\n'), 'MSG a 1 1\r\nx\r\nMSG a 1 1\r\ny\r\nPONG\r\n');
    await other.until(/INFO .*\r\n/);
    raw.send('PING\r\nPUB a 1\r\nz\r\n');
    while (server.stats().inMsgs < 3) await new Promise((r) => setImmediate(r));
    fault.end();
    assert.equal(await raw.until('z\r\n'), 'PONG\r\nMSG a 1 1\r\nz\r\n');
    raw.end();
    other.end();
  });
});

test('cut: clients find their way back; a message can be cut in the middle', async () => {
  await withServer({}, async (server) => {
    const nc = await official({ servers: server.url, name: 'cut me', reconnectTimeWait: 10 });
    const other = await connect({ servers: server.url, name: 'not me', reconnect: false });
    const events: string[] = [];
    void (async () => {
      for await (const s of nc.status()) events.push(s.type);
    })();
    const back = async (): Promise<void> => {
      while (!events.includes('reconnect')) await new Promise((r) => setTimeout(r, 5));
      events.length = 0;
    };
    assert.equal(server.faults.cut({ name: 'cut me' }).met, 1);
    await back();
    const got: string[] = [];
    nc.subscribe('big', { callback: (_e, m) => void got.push(m.string().slice(0, 1)) });
    await nc.flush();
    const fault = server.faults.cut({ name: 'cut me' }, { bytes: 30_000 });
    other.publish('big', 'a'.repeat(20_000));
    other.publish('big', 'b'.repeat(20_000));
    await other.flush();
    while (!events.includes('disconnect')) await new Promise((r) => setTimeout(r, 5));
    fault.end();
    await back();
    await nc.flush();
    other.publish('big', 'c');
    await other.flush();
    await nc.flush();
    assert.deepEqual(got, ['a', 'c']);
    assert.equal(other.isClosed, false);
    await Promise.all([nc.close(), other.close()]);
  });
});

test('refuse: with words, without, and not any more', async () => {
  await withServer({}, async (server) => {
    const { faults } = server;
    const quiet = faults.refuse();
    await assert.rejects(connect({ servers: server.url, reconnect: false }));
    quiet.end();
    const loud = faults.refuse('maximum connections exceeded');
    await assert.rejects(connect({ servers: server.url, reconnect: false }), /maximum connections exceeded/);
    assert.equal(loud.met, 1);
    faults.clear();
    await (await connect({ servers: server.url })).close();
  });
});

test('slow reader: the server holds its messages back, then lets it go', async () => {
  await withServer({ maxPending: 1024 * 1024 }, async (server) => {
    const slow = await connect({ servers: server.url, name: 'slow', reconnect: false });
    const fast = await connect({ servers: server.url });
    let [a, b] = [0, 0];
    slow.subscribe('s', { callback: () => void a++ });
    fast.subscribe('s', { callback: () => void b++ });
    await Promise.all([slow.flush(), fast.flush()]);
    const trickle = server.faults.slowReader(1000, { name: 'slow' });
    for (let i = 0; i < 100; i++) fast.publish('s', new Uint8Array(1000));
    await fast.flush();
    assert.equal(b, 100);
    assert.ok(a < 100, `${a} came through`);
    trickle.end();
    await slow.flush();
    assert.equal(a, 100);
    server.faults.slowReader(0, { name: 'slow' });
    for (let i = 0; i < 3000; i++) fast.publish('s', new Uint8Array(1000));
    await fast.flush();
    await slow.closed;
    assert.equal(server.stats().slowConsumers, 1);
    await fast.close();
  });
});

test("the test's clock: logins that come too late, tokens that expire, clients that do not answer", async () => {
  const clock = createTestClock();
  await withServer({ clock, auth: { user: 'u', password: 'p' } }, async (server) => {
    const late = await rawClient(server.port);
    await late.until(/INFO .*\r\n/);
    await clock.advance(1999);
    assert.doesNotMatch(late.text(), /ERR/);
    await clock.advance(1);
    assert.match(await late.closed(), /-ERR 'Authentication Timeout'/);
    const mute = await rawClient(server.port);
    await mute.until(/INFO .*\r\n/);
    mute.send('CONNECT {"verbose":false,"user":"u","pass":"p"}\r\nPING\r\n');
    await mute.until('PONG\r\n');
    await clock.advance(3_600_000);
    assert.match(await mute.closed(), /PING\r\n.*-ERR 'Stale Connection'/s);
  });
  const operator = await operatorMode();
  const { loadConfig } = await import('#server/index.ts');
  const { options } = await loadConfig({ text: operator.config });
  await withServer({ ...options, clock }, async (server) => {
    const { creds } = await operator.user('guest', { exp: Math.floor(clock.now() / 1000) + 7200 });
    const nc = await inside(server, { creds });
    await clock.advance(7_100_000);
    await nc.flush();
    await clock.advance(200_000);
    assert.match(String(await nc.closed), /authentication expired/i);
  });
});
