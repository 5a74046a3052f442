/** What the official JavaScript client's documentation promises, driven by that client against both servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connect,
  credsAuthenticator,
  deferred,
  headers,
  type Msg,
  type NatsConnection,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { createKeyPair } from '#crypto/nkeys.ts';
import { operatorMode } from '#test/jwt.ts';
import { onBoth, type TestServer } from './server-world.ts';

type Scene = (nc: NatsConnection, server: TestServer) => Promise<unknown>;

async function same(config: string, options: object, scene: Scene): Promise<unknown> {
  const [ours, real] = await onBoth(config, async (server) => {
    const nc = await connect({ servers: server.url, timeout: 20_000, ...options });
    try {
      return await scene(nc, server);
    } finally {
      await nc.close();
    }
  });
  if (real !== null) assert.deepEqual(ours, real);
  return ours;
}

async function take(source: AsyncIterable<Msg>, count: number): Promise<Msg[]> {
  const list: Msg[] = [];
  for await (const m of source) if (list.push(m) === count) break;
  return list;
}

const failure = (error: unknown): string => {
  const e = error as { name: string; message: string };
  return `${e.name}: ${e.message}`;
};

test('publish, wildcards, replies, headers, empty and large payloads', async () => {
  await same('', {}, async (nc) => {
    const sub = nc.subscribe('a.*.>');
    const h = headers();
    h.append('k', 'v1');
    h.append('k', 'v2');
    h.set('Other', ' spaced ');
    nc.publish('a.b.c', 'text', { headers: h, reply: 'r.1' });
    nc.publish('a.b', 'not heard');
    nc.publish('a.b.c.d');
    nc.publish('a.x.y', new Uint8Array(1024 * 1024));
    const list = await take(sub, 3);
    const limit = nc.info?.max_payload;
    const refused = ((): string => {
      try {
        nc.publish('a.b.c', new Uint8Array(limit! + 1));
        return 'taken';
      } catch (error) {
        return failure(error);
      }
    })();
    return [
      list.map((m) => [m.subject, m.reply, m.data.length, m.headers?.values('k'), m.headers?.get('Other')]),
      limit,
      refused,
    ];
  });
});

test('queue groups, unsubscribe after a number, no echo', async () => {
  await same('', {}, async (nc, server) => {
    const counts = [0, 0, 0, 0];
    for (const i of [0, 1, 2]) nc.subscribe('q', { queue: 'g', callback: () => void counts[i]!++ });
    nc.subscribe('q', { callback: () => void counts[3]!++ });
    const three = nc.subscribe('q', { max: 3 });
    const late = nc.subscribe('q');
    for (let i = 0; i < 300; i++) nc.publish('q');
    await nc.flush();
    late.unsubscribe(305);
    for (let i = 0; i < 10; i++) nc.publish('q');
    const mute = await connect({ servers: server.url, noEcho: true, timeout: 20_000 });
    let own = 0;
    mute.subscribe('q', { callback: () => void own++ });
    mute.publish('q');
    await mute.flush();
    await nc.flush();
    await mute.close();
    await take(late, 305);
    return [counts[0]! + counts[1]! + counts[2]!, counts[3], (await take(three, 99)).length, late.getReceived(), own];
  });
});

test('requests: one answer, many, nobody, too late, by own subscription', async () => {
  await same('', {}, async (nc) => {
    nc.subscribe('svc', {
      callback: (_e, m) => {
        for (let i = 0; i < 3; i++) m.respond(`${i}`);
        m.respond();
      },
    });
    nc.subscribe('mute', { callback: () => {} });
    const many = async (strategy: string): Promise<number> => {
      const options = { strategy, maxMessages: 2, maxWait: 2000, jitter: 300 } as never;
      let n = 0;
      for await (const m of await nc.requestMany('svc', '', options)) if (m.data.length >= 0) n++;
      return n;
    };
    return [
      (await nc.request('svc')).string(),
      (await nc.request('svc', '', { noMux: true, timeout: 5000 })).string(),
      await many('count'),
      await many('sentinel'),
      await nc.request('nobody').catch(failure),
      await nc.request('nobody', '', { noMux: true, timeout: 5000 }).catch(failure),
      await nc.request('mute', '', { timeout: 50 }).catch(failure),
    ];
  });
});

test('drain of a subscription and of a connection', async () => {
  await same('', {}, async (nc, server) => {
    const other = await connect({ servers: server.url, timeout: 20_000 });
    let n = 0;
    const sub = other.subscribe('d', {
      callback: (_e, m) => {
        n++;
        m.respond('done');
      },
    });
    await other.flush();
    let answers = 0;
    nc.subscribe('answers', { callback: () => void answers++ });
    for (let i = 0; i < 500; i++) nc.publish('d', '', { reply: 'answers' });
    await nc.flush();
    await sub.drain();
    nc.publish('d');
    await nc.flush();
    const second = other.subscribe('e');
    await other.flush();
    for (let i = 0; i < 100; i++) nc.publish('e');
    await nc.flush();
    const got = take(second, 1000);
    await other.drain();
    await nc.flush();
    return [n, answers, (await got).length, other.isClosed(), sub.isClosed()];
  });
});

const PERMISSIONS = `authorization { users: [
  { user: u, password: p, permissions: { publish: { deny: secret }, subscribe: { deny: "hidden.>" }, allow_responses: false } }
] }`;

test('permission violations reach the calls and the subscriptions they belong to', async () => {
  await same(PERMISSIONS, { user: 'u', pass: 'p' }, async (nc) => {
    const events: unknown[] = [];
    void (async () => {
      for await (const s of nc.status()) if (s.type === 'error') events.push(failure(s.error));
    })();
    const sub = nc.subscribe('hidden.x');
    const ended = await (async () => {
      try {
        for await (const _ of sub);
        return 'ended';
      } catch (error) {
        return failure(error);
      }
    })();
    nc.publish('secret');
    await nc.flush();
    const asked = await nc.request('secret', '', { timeout: 3000 }).catch(failure);
    return [ended, asked, events];
  });
});

test('logins: name and password, token, nkey, credentials; and the wrong ones', async () => {
  const wrong = async (server: TestServer, options: object): Promise<string> =>
    connect({ servers: server.url, timeout: 20_000, reconnect: false, ...options }).then(
      () => 'let in',
      (error) => failure(error),
    );
  await same('authorization { user: u, password: p }', { user: 'u', pass: 'p' }, async (_nc, server) => [
    await wrong(server, {}),
    await wrong(server, { authenticator: usernamePasswordAuthenticator('u', 'x') }),
    await wrong(server, { authenticator: usernamePasswordAuthenticator('u', 'p') }),
  ]);
  await same('authorization { token: t }', { token: 't' }, async (_nc, server) => [
    await wrong(server, { authenticator: tokenAuthenticator('t') }),
    await wrong(server, { token: 'u' }),
  ]);
  const [known, unknown] = [await createKeyPair('user'), await createKeyPair('user')];
  const nkeys = `authorization { users: [ { nkey: ${known.publicKey} } ] }`;
  await same(nkeys, { authenticator: nkeyAuthenticator(known.seed()) }, async (_nc, server) =>
    wrong(server, { authenticator: nkeyAuthenticator(unknown.seed()) }),
  );
  const operator = await operatorMode();
  const good = await operator.user('a');
  const expired = await operator.user('b', { exp: 1_000_000 });
  const authenticator = credsAuthenticator(new TextEncoder().encode(good.creds));
  await same(operator.config, { authenticator }, async (nc, server) => {
    nc.subscribe('x', { callback: (_e, m) => void m.respond('jwt') });
    const said = (await nc.request('x')).string();
    return [
      said,
      await wrong(server, { authenticator: credsAuthenticator(new TextEncoder().encode(expired.creds)) }),
      await wrong(server, {}),
    ];
  });
});

test('expiry ends a connection while it is open', async () => {
  const operator = await operatorMode();
  const [ours, real] = await onBoth(operator.config, async (server) => {
    const fresh = await operator.user('soon', { exp: Math.floor(Date.now() / 1000) + 2 });
    const nc = await connect({
      servers: server.url,
      reconnect: false,
      timeout: 20_000,
      authenticator: credsAuthenticator(new TextEncoder().encode(fresh.creds)),
    });
    return failure((await nc.closed()) ?? { name: 'none', message: '' });
  });
  if (real !== null) assert.equal(ours, real);
});

test('a slow answer to PING, round trips, statistics, server info', async () => {
  await same('', { name: 'me', pingInterval: 50, maxPingOut: 5 }, async (nc) => {
    const pinged = deferred<void>();
    void (async () => {
      for await (const s of nc.status()) if (s.type === 'ping') pinged.resolve();
    })();
    await pinged;
    const rtt = await nc.rtt();
    nc.subscribe('s', { callback: () => {} });
    nc.publish('s', 'abc');
    await nc.flush();
    const { inMsgs, outMsgs, inBytes, outBytes } = nc.stats();
    const { proto, headers: h, max_payload, auth_required, tls_required, nonce, jetstream } = nc.info!;
    return [
      rtt >= 0,
      inMsgs,
      outMsgs,
      inBytes,
      outBytes,
      { proto, h, max_payload, auth_required, tls_required, nonce, jetstream },
    ];
  });
});

const TOO_MANY = 'ProtocolError: maximum account active connections exceeded';

test('limits of an account: connections, subscriptions, payload', async () => {
  const config = `accounts { A { users: [{user: a, password: a}], limits { max_connections: 2, max_subscriptions: 2, max_payload: 10 } } }`;
  await same(config, { user: 'a', pass: 'a' }, async (nc, server) => {
    const second = await connect({ servers: server.url, user: 'a', pass: 'a', timeout: 20_000 });
    // The server says why and hangs up; which of the two the client meets first is chance.
    const third = await connect({ servers: server.url, user: 'a', pass: 'a', reconnect: false, timeout: 20_000 }).then(
      () => 'let in',
      (error: unknown) => failure(error).replace(/^Error: read ECONNRESET$/, TOO_MANY),
    );
    await second.close();
    const errors: string[] = [];
    void (async () => {
      for await (const s of nc.status()) if (s.type === 'error') errors.push(failure(s.error));
    })();
    for (const s of ['a', 'b', 'c']) nc.subscribe(s, { callback: () => {} });
    await nc.flush();
    return [third, nc.info!.max_payload, errors];
  });
});
