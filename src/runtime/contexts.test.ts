import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nscProfile, resolveLiteral, resolveSecret, secretScheme } from './contexts.ts';
import { fakeRuntime } from './fake.ts';
import { settingsFrom } from './settings.ts';

const text = (s: string) => new TextEncoder().encode(s);
const runtime = fakeRuntime({
  env: { TOKEN: 's3cret', EMPTY: '', DIR: '/keys' },
  files: { '/keys/a.creds': 'creds', '/home/user/b.creds': 'home', '/from/nsc.creds': 'nsc' },
  programs: ([program, ...args]) => {
    const line = args.join(' ');
    if (program === 'op') return { status: 0, stdout: text(`op:${line}\n`), stderr: text('') };
    if (line === 'generate profile nsc://O/A/U') {
      const profile = { user_creds: '/from/nsc.creds', operator: { service: ['nats://x:1', 'nats://y:2'] } };
      return { status: 0, stdout: text(JSON.stringify(profile)), stderr: text('') };
    }
    return { status: 1, stdout: text('JWT'), stderr: text('no such user') };
  },
});

test('locations of secrets', async () => {
  for (const [location, wanted] of [
    ['/keys/a.creds', 'creds'],
    ['$DIR/a.creds', 'creds'],
    ['${DIR}/a.creds', 'creds'],
    ['file:///keys/a.creds', 'creds'],
    ['~/b.creds', 'home'],
    ['env://TOKEN', 's3cret'],
    ['ENV://TOKEN', 's3cret'],
    ['op://vault/item/field', 'op:read op://vault/item/field\n'],
    ['nsc://O/A/U', 'nsc'],
    ['data:;base64,aGVsbG8=', 'hello'],
    ['data:text/plain;base64,aGVsbG8=', 'hello'],
  ] as const) {
    assert.equal(await resolveSecret(runtime, location), wanted, location);
  }
});

test('what cannot be had is told without what was there', async () => {
  for (const [location, message] of [
    ['/none', /nats: open \/none: no such file or directory$/],
    ['env://NONE', /variable "NONE" is not set/],
    ['env://EMPTY', /variable "EMPTY" is empty/],
    ['env://', /name of a variable/],
    ['data:plain,x', /data:;base64/],
    ['nsc://O/A/X', /nsc generate failed: no such user/],
  ] as const) {
    await assert.rejects(resolveSecret(runtime, location), message, location);
  }
});

test('literals are what they say, unless they have a scheme', async () => {
  assert.equal(await resolveLiteral(runtime, 'plain:text'), 'plain:text');
  assert.equal(await resolveLiteral(runtime, 'env://TOKEN'), 's3cret');
  assert.equal(await resolveLiteral(runtime, 'op://v'), 'op:read op://v');
  assert.deepEqual(['C:\\x', 'a', 'file://x', 'data:x'].map(secretScheme), ['path', 'path', 'file', 'data']);
  assert.deepEqual(await nscProfile(runtime, 'O/A/U'), { creds: '/from/nsc.creds', service: 'nats://x:1,nats://y:2' });
});

test('who we are: one kind of login, the first of the order, wherever it is set', async () => {
  const { emptyContext } = await import('#client/context.ts');
  const login = async (globals: Record<string, unknown>, context = {}) => {
    const { client } = await settingsFrom(fakeRuntime({ globals }), {}, 'c', { ...emptyContext(), ...context });
    return Object.keys(client)
      .filter((key) => ['user', 'password', 'token', 'creds', 'nkeySeed', 'jwt', 'auth'].includes(key))
      .sort();
  };
  assert.deepEqual(await login({ user: 'u', password: 'p', creds: '/c' }), ['password', 'user']);
  assert.deepEqual(await login({ user: 'u' }), ['token']);
  assert.deepEqual(await login({ creds: '/c', nkey: '/n' }), ['creds']);
  assert.deepEqual(await login({ nkey: '/n', jwt: 'j' }), ['nkeySeed']);
  assert.deepEqual(await login({ jwt: 'j', seed: 's' }), ['jwt', 'nkeySeed']);
  assert.deepEqual(await login({ token: 't' }), ['token']);
  assert.deepEqual(await login({ password: 'p' }, { user: 'u' }), ['password', 'user']);
  assert.deepEqual(await login({ user: 't' }, { user: 'u', password: 'p' }), ['password', 'token', 'user']);
  assert.deepEqual(await login({}, { user: 'u', password: 'env://X' }), ['auth']);
  assert.deepEqual(await login({}), []);
});

test('how we get there: flags before the context, defaults last', async () => {
  const { emptyContext } = await import('#client/context.ts');
  const settings = (globals: Record<string, unknown>, context = {}) =>
    settingsFrom(fakeRuntime({ globals, env: { HOME: '/h' } }), {}, 'c', { ...emptyContext(), ...context });
  assert.deepEqual((await settings({})).servers, ['nats://127.0.0.1:4222']);
  assert.deepEqual((await settings({ server: 'a, b' }, { url: 'c' })).servers, ['a', 'b']);
  assert.deepEqual((await settings({}, { url: 'c' })).servers, ['c']);
  const { client, inboxPrefix, jsDomain } = await settings(
    { tlsca: '/flag.pem', timeout: 2_500_000_000n },
    { ca: '~/c.pem', cert: '~/cert', key: '$HOME/key', tls_first: true, inbox_prefix: '_MY', jetstream_domain: 'hub' },
  );
  assert.deepEqual(client.tls, { certFile: '/home/user/cert', keyFile: '/h/key', caFile: '/flag.pem', first: true });
  assert.deepEqual([client.timeout, client.inboxPrefix, inboxPrefix, jsDomain], [2500, '_MY', '_MY', 'hub']);
  assert.deepEqual(
    await Promise.all(
      [undefined, 0n, 50_000_000n, 9_000_000_000n].map(async (timeout) => {
        const { client } = await settings(timeout === undefined ? {} : { timeout });
        return [client.timeout, client.connectTimeout];
      }),
    ),
    [
      [5000, 2000],
      [1, 2000],
      [50, 2000],
      [9000, 9000],
    ],
    'a short timeout is about answers alone',
  );
  assert.equal((await settings({ 'socks-proxy': 'none' }, { socks_proxy: 'socks5://x' })).client.socksProxy, undefined);
});
