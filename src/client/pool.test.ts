import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPool, parseServer } from './pool.ts';

test('server URLs', () => {
  const facts = (text: string): unknown[] => {
    const s = parseServer(text);
    return [s.url, s.user, s.password, s.token, s.path];
  };
  const none = undefined;
  assert.deepEqual(facts('localhost'), ['nats://localhost:4222', none, none, none, '']);
  assert.deepEqual(facts('demo.nats.io:4443'), ['nats://demo.nats.io:4443', none, none, none, '']);
  assert.deepEqual(facts(' TLS://h '), ['tls://h:4222', none, none, none, '']);
  assert.deepEqual(facts('nats://:4222'), ['nats://127.0.0.1:4222', none, none, none, '']);
  assert.deepEqual(facts('nats://u:p%40w@h:1'), ['nats://h:1', 'u', 'p@w', none, '']);
  assert.deepEqual(facts('nats://u:p@w:x@h:1'), ['nats://h:1', 'u', 'p@w:x', none, '']);
  assert.deepEqual(facts('nats://t%2Fk@h'), ['nats://h:4222', none, none, 't/k', '']);
  assert.deepEqual(facts('nats://u:@h'), ['nats://h:4222', 'u', '', none, '']);
  assert.deepEqual(facts('[::1]:5'), ['nats://[::1]:5', none, none, none, '']);
  assert.deepEqual(facts('nats://u:p@[fe80::1]'), ['nats://[fe80::1]:4222', 'u', 'p', none, '']);
  assert.deepEqual(facts('ws://h/a/b?x=1@y:2'), ['ws://h:80', none, none, none, '/a/b?x=1@y:2']);
  assert.deepEqual(facts('wss://u:p@h:8443/n'), ['wss://h:8443', 'u', 'p', none, '/n']);
  assert.deepEqual(facts('nats://u:100%@h'), ['nats://h:4222', 'u', '100%', none, '']);
});

test('what is no server URL', () => {
  for (const bad of [
    'nats://',
    'nats://h:x',
    'nats://h:0',
    'nats://h:65536',
    'nats://secret@:x:y',
    'a:b:c',
    '::1',
    'nats://s@',
  ]) {
    assert.throws(
      () => parseServer(bad),
      (e: Error) => e.message === 'nats: invalid server URL' && !JSON.stringify(e).includes('secret'),
      bad,
    );
  }
  assert.equal(parseServer('tcp://h:1').url, 'nats://h:1', 'any other scheme is the plain one');
});

test('the pool: commas, defaults, rotation, attempts', () => {
  assert.deepEqual(
    createPool([], {}).servers.map((s) => s.url),
    ['nats://127.0.0.1:4222'],
  );
  const pool = createPool(['a, b,', 'c'], { noRandomize: true });
  const urls = (): string[] => pool.servers.map((s) => s.host);
  assert.deepEqual(urls(), ['a', 'b', 'c']);
  pool.rotate(pool.current()!, -1);
  assert.deepEqual(urls(), ['b', 'c', 'a']);
  pool.current()!.attempts = 2;
  pool.rotate(pool.current()!, 2);
  assert.deepEqual(urls(), ['c', 'a']);
  assert.throws(() => createPool(['nats://a', 'ws://b'], {}), /mixing of websocket/);
});

test('discovered servers: added with the credentials of the one that told, removed when no longer told', () => {
  const pool = createPool(['tls://u:p@host.example:4222'], { noRandomize: true });
  const from = pool.current()!;
  assert.deepEqual(pool.learn(['10.0.0.1:4222', '10.0.0.2:4222', 'nonsense:x'], from), [
    'tls://10.0.0.1:4222',
    'tls://10.0.0.2:4222',
  ]);
  const told = pool.servers[1]!;
  assert.deepEqual([told.user, told.password, told.tlsName, told.discovered], ['u', 'p', 'host.example', true]);
  assert.deepEqual(pool.learn(['10.0.0.2:4222'], from), []);
  assert.deepEqual(
    pool.servers.map((s) => s.host),
    ['host.example', '10.0.0.2'],
  );
});
