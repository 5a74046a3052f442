import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digitsOf, emptyBytes, putNumber, readNumber, utf8 } from './bytes.ts';
import { createInterner } from './intern.ts';
import { encodePublish, FrameQueue } from './writer.ts';

const text = (b: Uint8Array): string => new TextDecoder().decode(b);

test('frames', () => {
  const q = new FrameQueue();
  q.publish('a.b', '', emptyBytes, utf8.encode('hi'));
  q.publish('ü', 'r', utf8.encode('NATS/1.0\r\n\r\n'), utf8.encode('x'.repeat(100)));
  q.line('PING');
  assert.equal(
    text(q.pending()),
    `PUB a.b 2\r\nhi\r\nHPUB ü r 12 112\r\nNATS/1.0\r\n\r\n${'x'.repeat(100)}\r\nPING\r\n`,
  );
  assert.equal(text(encodePublish('s', utf8.encode('1'), 'r')), 'PUB s r 1\r\n1\r\n');
});

test('numbers', () => {
  const into = new Uint8Array(20);
  for (const n of [
    0,
    7,
    9,
    10,
    99,
    100,
    12345,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 + 5,
    999999999,
    Number.MAX_SAFE_INTEGER,
  ]) {
    const end = putNumber(into, 0, n);
    assert.equal(text(into.subarray(0, end)), String(n));
    assert.equal(digitsOf(n), String(n).length);
  }
  assert.equal(readNumber(utf8.encode('a123b'), 1, 4), 123);
  assert.equal(readNumber(utf8.encode('a123b'), 0, 4), -1);
});

test('unsent frames start at a frame border however far the kernel got', () => {
  const frames = [
    'PUB a 2\r\nhi\r\n',
    'PING\r\n',
    'HPUB h 12 13\r\nNATS/1.0\r\n\r\nx\r\n',
    'SUB a 1\r\n',
    'PUB long 12\r\nPUB x 1\r\ny\r\n\r\n',
  ];
  const all = frames.join('');
  for (let sent = 0; sent < all.length; sent++) {
    const q = new FrameQueue();
    for (const f of frames) q.push(utf8.encode(f));
    q.sent(sent);
    // More frames behind a backlog force the slab to grow and to move.
    q.publish('big', '', emptyBytes, new Uint8Array(40_000).fill(97));
    let offset = 0;
    const expected: string[] = [];
    for (const f of frames) {
      offset += f.length;
      if (offset > sent && !f.startsWith('SUB') && !f.startsWith('PING')) expected.push(f);
    }
    const kept = text(q.unsentMessages());
    assert.ok(kept === `${expected.join('')}PUB big 40000\r\n${'a'.repeat(40_000)}\r\n`, `sent ${sent}`);
  }
});

test('a slab that is drained by pieces loses nothing and does not grow without bound', () => {
  const q = new FrameQueue();
  let out = '';
  let want = '';
  let largest = 0;
  for (let i = 0; i < 5000; i++) {
    const body = utf8.encode(String(i).repeat(5));
    q.publish('s', '', emptyBytes, body);
    want += `PUB s ${body.length}\r\n${text(body)}\r\n`;
    const take = Math.min(q.length, (i * 37) % 90);
    out += text(q.buf.subarray(q.head, q.head + take));
    q.sent(take);
    largest = Math.max(largest, q.buf.length);
  }
  out += text(q.pending());
  assert.equal(out, want);
  assert.ok(largest <= 64 * 1024, String(largest));
});

test('lent frames are sent from where they are and never written to', () => {
  const one = 'PUB a 2\r\nhi\r\n';
  const frames = utf8.encode(one.repeat(3000));
  const before = frames.slice();
  for (const sent of [0, 5, one.length, frames.length - 1, frames.length]) {
    const q = new FrameQueue();
    q.line('PING');
    q.sent(6);
    q.lend(frames);
    assert.equal(q.buf, frames);
    q.sent(sent);
    assert.equal(q.lent, sent < frames.length);
    // Frames behind what is lent must go elsewhere, and a second array has to wait its turn as a copy.
    q.line('PING');
    q.lend(frames);
    q.publish('b', '', emptyBytes, utf8.encode('1'));
    const all = one.repeat(3000);
    assert.equal(text(q.pending()), `${all.slice(sent)}PING\r\n${all}PUB b 1\r\n1\r\n`);
    const whole = all.slice(Math.floor(sent / one.length) * one.length);
    assert.equal(text(q.unsentMessages()), `${whole}${all}PUB b 1\r\n1\r\n`);
    q.sent(q.length);
    q.line('PONG');
    assert.equal(text(q.pending()), 'PONG\r\n');
    q.clear();
    assert.deepEqual(frames, before);
  }
});

test('a queue that is cleared while it sends lent frames goes on in its own slab', () => {
  const frames = utf8.encode('PUB a 2\r\nhi\r\n'.repeat(10));
  const before = frames.slice();
  const q = new FrameQueue();
  q.lend(frames);
  q.sent(3);
  q.clear();
  q.line('PING');
  assert.equal(text(q.pending()), 'PING\r\n');
  assert.deepEqual(frames, before);
});

test('interned text is the same for the same bytes', () => {
  const intern = createInterner(4);
  for (let i = 0; i < 100; i++) {
    const bytes = utf8.encode(`xsubject.${i % 9}y`);
    assert.equal(intern.text(bytes, 1, bytes.length - 1), `subject.${i % 9}`);
  }
});
