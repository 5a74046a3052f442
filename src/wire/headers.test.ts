import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from './bytes.ts';
import { MsgHeaders } from './headers.ts';

const block = utf8.encode('NATS/1.0\r\nb: 1\r\nA:  two  \r\nB:3\r\nb: 4\r\nEmpty:\r\n\r\n');

test('order, case, blanks and repeats survive', () => {
  const h = MsgHeaders.parse(block);
  assert.deepEqual(h.entries(), [
    ['b', '1'],
    ['A', 'two  '],
    ['B', '3'],
    ['b', '4'],
    ['Empty', ''],
  ]);
  assert.deepEqual(h.getAll('b'), ['1', '4']);
  assert.equal(h.get('B'), '3');
  assert.equal(h.get('a'), undefined);
  assert.deepEqual(h.encode(), block);
  assert.deepEqual(h.keys(), ['b', 'A', 'B', 'Empty']);
});

test('a change keeps the bytes of the other lines', () => {
  const bytes = Uint8Array.from([...utf8.encode('NATS/1.0\r\nBin:\t'), 0xff, 0xfe, ...utf8.encode('\r\nx: 1\r\n\r\n')]);
  const h = MsgHeaders.parse(bytes).set('x', '2').append('y', '3');
  assert.deepEqual(
    h.raw,
    Uint8Array.from([...utf8.encode('NATS/1.0\r\nBin:\t'), 0xff, 0xfe, ...utf8.encode('\r\nx: 2\r\ny: 3\r\n\r\n')]),
  );
});

test('set puts one value in place of several', () => {
  const h = MsgHeaders.from([
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ]);
  h.set('a', '9');
  assert.deepEqual(h.entries(), [
    ['a', '9'],
    ['b', '2'],
  ]);
  assert.equal(h.delete('b'), true);
  assert.equal(h.delete('b'), false);
  assert.equal(new TextDecoder().decode(h.raw), 'NATS/1.0\r\na: 9\r\n\r\n');
});

test('status lines', () => {
  const none = MsgHeaders.parse(utf8.encode('NATS/1.0 503\r\n\r\n'));
  assert.deepEqual([none.code, none.description, none.size], [503, '', 0]);
  const idle = MsgHeaders.parse(utf8.encode('NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 5\r\n\r\n'));
  assert.deepEqual([idle.code, idle.description, idle.get('Nats-Last-Consumer')], [100, 'Idle Heartbeat', '5']);
  const plain = MsgHeaders.parse(utf8.encode('NATS/1.0\r\n\r\n'));
  assert.deepEqual([plain.code, plain.description], [0, '']);
});

test('what would break the block is refused', () => {
  const h = new MsgHeaders();
  for (const key of ['', 'a:b', 'a b', 'a\r\nb', 'ä']) assert.throws(() => h.append(key, 'v'), /invalid header name/);
  assert.throws(() => h.set('k', 'a\r\nx: y'), /line break/);
  assert.equal(h.size, 0);
});

test('broken blocks do not throw', () => {
  for (const text of [
    '',
    '\r\n',
    'NATS/1.0',
    'NATS/1.0\r\nno colon\r\n: empty\r\na: b',
    'NATS/1.0\n\nx',
    ':::\r\n\r\n',
  ]) {
    const h = MsgHeaders.parse(utf8.encode(text));
    assert.ok(Array.isArray(h.entries()));
    assert.ok(h.raw.length >= 0);
  }
});
