import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { connect } from '#client/connect.ts';
import type { ConnectOptions } from '#client/types.ts';
import { createKeyPair } from '#crypto/nkeys.ts';
import { type OperatorMode, operatorMode } from '#test/jwt.ts';
import {
  beforeServer as before,
  monitor,
  type NatsServer,
  startNatsServer,
  serverTest as test,
} from '#test/nats-server.ts';

/** Connects, sends a message to itself and closes; the proof that the server took us. */
async function works(options: ConnectOptions): Promise<void> {
  const nc = await connect(options);
  const sub = nc.subscribe('proof');
  nc.publish('proof', 'x');
  await nc.flush();
  for await (const msg of sub) {
    assert.equal(msg.string(), 'x');
    break;
  }
  await nc.close();
}

const violation = { kind: 'denied', message: 'nats: Authorization Violation' };

let users: NatsServer;
let token: NatsServer;
before(async () => {
  [users, token] = await Promise.all([
    startNatsServer({
      config: `authorization { users = [
        {user: alice, password: "pa:ss@word"},
        {user: reader, password: reader, permissions: { publish: "_INBOX.>", subscribe: ["in.>", "_R.>"] }}
      ] }`,
    }),
    startNatsServer({ args: ['--auth', 's3cr3t'] }),
  ]);
});
after(async () => {
  await Promise.all([users?.stop(), token?.stop()]);
});

test('user and password as options', () => works({ servers: users.url, user: 'alice', password: 'pa:ss@word' }));

test('user and password in the URL, percent-encoded, never shown', async () => {
  const nc = await connect({ servers: `nats://alice:pa%3Ass%40word@127.0.0.1:${users.port}` });
  assert.equal(nc.serverUrl, users.url);
  await nc.close();
});

test('the URL wins over the options', () =>
  works({ servers: `nats://alice:pa%3Ass%40word@127.0.0.1:${users.port}`, user: 'nobody', password: 'x' }));

test('a wrong password is one line of the server with a hint', async () => {
  await assert.rejects(connect({ servers: users.url, user: 'alice', password: 'wrong' }), (e: never) => {
    assert.equal((e as Error).message, violation.message);
    assert.equal((e as { kind: string }).kind, 'denied');
    assert.ok(!JSON.stringify(e).includes('wrong'));
    return true;
  });
  await assert.rejects(connect({ servers: users.url }), violation);
});

test('token as option, provider and in the URL', async () => {
  await works({ servers: token.url, token: 's3cr3t' });
  await works({ servers: token.url, token: async () => 's3cr3t' });
  await works({ servers: `nats://s3cr3t@127.0.0.1:${token.port}` });
  await assert.rejects(connect({ servers: token.url, token: 'no' }), violation);
});

test('an authenticator of the caller', () =>
  works({ servers: token.url, auth: async ({ info }) => (info.auth_required ? { auth_token: 's3cr3t' } : {}) }));

test('name, language and protocol reach the server', async () => {
  const nc = await connect({ servers: token.url, token: 's3cr3t', name: 'who am "I"' });
  const connz = (await monitor(token, 'connz')) as { connections: { name: string; lang: string }[] };
  assert.ok(connz.connections.some((c) => c.name === 'who am "I"' && c.lang === 'natsbox'));
  await nc.close();
});

test('permissions: what is forbidden comes as an event with subject and operation', async () => {
  const nc = await connect({ servers: users.url, user: 'reader', password: 'reader', inboxPrefix: '_R' });
  const seen: unknown[] = [];
  nc.on('error', (p) => seen.push([p.operation, p.subject, p.queue, p.error.kind]));
  nc.publish('pub.a', 'x');
  await nc.flush();
  assert.equal(nc.lastError?.message, 'nats: permissions violation: Permissions Violation for Publish to "pub.a"');
  const sub = nc.subscribe('forbidden.*', { queue: 'q' });
  await assert.rejects(async () => {
    for await (const _ of sub) assert.fail('nothing can come');
  }, /permissions violation: Permissions Violation for Subscription to "forbidden.\*" using queue "q"/);
  assert.equal((await sub.closed)?.kind, 'denied');
  assert.deepEqual(seen, [
    ['publish', 'pub.a', undefined, 'denied'],
    ['subscribe', 'forbidden.*', 'q', 'denied'],
  ]);
  assert.equal(nc.state, 'connected');
  // A request that may not be published fails at once, not by timeout.
  await assert.rejects(nc.request('svc', 'x', { timeout: 20_000 }), /Permissions Violation for Publish to "svc"/);
  await nc.close();
});

test('inbox prefix: requests work where only this prefix may be subscribed', async () => {
  const server = await startNatsServer({
    config: `authorization { users = [
      {user: a, password: a, permissions: { publish: ">", subscribe: ["_MINE.>"] }}, {user: b, password: b}] }`,
  });
  const a = await connect({ servers: server.url, user: 'a', password: 'a', inboxPrefix: '_MINE' });
  const b = await connect({ servers: server.url, user: 'b', password: 'b' });
  b.subscribe('svc', { callback: (m) => m.respond(`${m.reply?.startsWith('_MINE.')}`) });
  await b.flush();
  assert.equal((await a.request('svc')).string(), 'true');
  assert.equal((await a.request('svc', '', { noMux: true })).string(), 'true');
  const wrong = await connect({ servers: server.url, user: 'a', password: 'a' });
  await assert.rejects(wrong.request('svc', '', { timeout: 20_000 }), /Permissions Violation for Subscription/);
  await Promise.all([a.close(), b.close(), wrong.close()]);
  await server.stop();
});

test('nkey', async () => {
  const user = await createKeyPair('user');
  const seed = new TextDecoder().decode(user.seed());
  const server = await startNatsServer({ config: `authorization { users = [ {nkey: ${user.publicKey}} ] }` });
  await works({ servers: server.url, nkeySeed: seed });
  await works({
    servers: server.url,
    nkeySeed: () => `\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
  });
  const other = await createKeyPair('user');
  await assert.rejects(connect({ servers: server.url, nkeySeed: new TextDecoder().decode(other.seed()) }), violation);
  await assert.rejects(connect({ servers: server.url, nkeySeed: 'SUNOTASEED' }), (e: never) => {
    assert.equal((e as { kind: string }).kind, 'usage');
    assert.ok(!(e as Error).message.includes('NOTASEED'));
    return true;
  });
  await server.stop();
  const open = await startNatsServer();
  await assert.rejects(connect({ servers: open.url, nkeySeed: seed }), {
    message: 'nats: nkeys not supported by the server',
  });
  await open.stop();
});

let operator: OperatorMode;
let jwtServer: NatsServer;
before(async () => {
  operator = await operatorMode();
  jwtServer = await startNatsServer({ config: operator.config });
});
after(() => jwtServer?.stop());

test('operator mode: creds text, provider, JWT with seed, system account', async () => {
  const user = await operator.user('u');
  await works({ servers: jwtServer.url, creds: user.creds });
  await works({ servers: jwtServer.url, creds: async () => new TextEncoder().encode(user.creds) });
  await works({ servers: jwtServer.url, jwt: user.jwt, nkeySeed: () => user.seed });
  const sys = await connect({ servers: jwtServer.url, creds: (await operator.user('s', { system: true })).creds });
  const answer = await sys.request('$SYS.REQ.SERVER.PING');
  assert.equal(answer.json<{ server: { id: string } }>().server.id, sys.info.server_id);
  // Said while we are being let in, once the server knows who we are.
  assert.equal(sys.info.acc_is_sys, true);
  await sys.close();
  await assert.rejects(connect({ servers: jwtServer.url }), violation);
});

test('windows line ends in credentials', async () => {
  const user = await operator.user('w');
  await works({ servers: jwtServer.url, creds: user.creds.replaceAll('\n', '\r\n') });
});

test('an expired JWT is refused with the reason as hint', async () => {
  const user = await operator.user('old', { exp: 1_600_000_000 });
  await assert.rejects(connect({ servers: jwtServer.url, creds: user.creds }), (e: never) => {
    assert.equal((e as Error).message, violation.message);
    assert.match((e as { facts: { hint: string } }).facts.hint, /expired at 2020-09-13/);
    return true;
  });
});

test('a JWT that expires while connected: event, reconnect refused twice, closed with the reason', async () => {
  const user = await operator.user('short', { exp: Math.floor(Date.now() / 1000) + 2 });
  const nc = await connect({ servers: jwtServer.url, creds: user.creds, reconnectWait: 10, reconnectJitter: 0 });
  const messages: string[] = [];
  nc.on('error', (p) => messages.push(p.error.message));
  const error = await nc.closed;
  // Within its last second the server may take us once more before it says so again.
  assert.ok(messages.length <= 2 && messages.every((m) => m === 'nats: User Authentication Expired'), messages.join());
  assert.equal(error?.kind, 'denied');
});

test('creds without a JWT and a missing seed', async () => {
  await assert.rejects(connect({ servers: jwtServer.url, creds: 'nonsense' }), { kind: 'usage' });
  const user = await operator.user('x');
  const wrong = await operator.user('y');
  await assert.rejects(connect({ servers: jwtServer.url, jwt: user.jwt, nkeySeed: wrong.seed }), violation);
});

test('credentials from a file that changes between reconnects', async () => {
  const a = await operator.user('first');
  const b = await operator.user('second');
  const file = join(jwtServer.dir, 'user.creds');
  writeFileSync(file, a.creds, { mode: 0o600 });
  const { readFile } = await import('node:fs/promises');
  const nc = await connect({
    servers: jwtServer.url,
    creds: () => readFile(file, 'utf8'),
    reconnectWait: 10,
    reconnectJitter: 0,
    name: 'rotating',
  });
  writeFileSync(file, b.creds, { mode: 0o600 });
  const back = new Promise<void>((resolve) => nc.on('reconnect', () => resolve()));
  const connz = (await monitor(jwtServer, 'connz')) as { connections: { cid: number; name: string }[] };
  const sys = await connect({ servers: jwtServer.url, creds: (await operator.user('s', { system: true })).creds });
  const cid = connz.connections.find((c) => c.name === 'rotating')!.cid;
  await sys.request(`$SYS.REQ.SERVER.${sys.info.server_id}.KICK`, JSON.stringify({ cid }));
  await back;
  const now = (await monitor(jwtServer, 'connz?auth=true')) as { connections: { name: string; jwt: string }[] };
  assert.equal(now.connections.find((c) => c.name === 'rotating')?.jwt, b.jwt);
  await Promise.all([nc.close(), sys.close()]);
});
