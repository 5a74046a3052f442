import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScanner } from './scanner.ts';

/** Runs of like messages, some one byte off, with control lines between them. */
function stream(): Buffer {
  const one = (subject: string, payload: string) => `MSG ${subject} 1 ${payload.length}\r\n${payload}\r\n`;
  let text = '';
  for (const times of [1, 2, 9, 10, 40, 300]) {
    text += one('a', 'hello').repeat(times);
    text += one('a', 'hellp');
    text += one('b', 'hello').repeat(times);
    text += 'PING\r\n';
    for (let i = 0; i < 20; i++) text += one('a', `n${i % 3}`);
  }
  text += `HMSG h 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n`.repeat(30);
  text += one('big', 'x'.repeat(5000)).repeat(12);
  return Buffer.from(text);
}

/** What a sink sees, each message by itself; `together` counts those that came as repeats. */
function read(pieces: readonly Uint8Array[], repeats: boolean) {
  const found: string[] = [];
  let together = 0;
  let last = '';
  const scanner = createScanner('server', {
    message: (f) => {
      last = `${f.subject} ${f.headerBytes.length} ${Buffer.from(f.payload).toString()}`;
      found.push(last);
      return repeats;
    },
    repeats: (f, times) => {
      assert.equal(`${f.subject} ${f.headerBytes.length} ${Buffer.from(f.payload).toString()}`, last);
      together += times;
      for (let i = 0; i < times; i++) found.push(last);
    },
    line: (op) => found.push(op),
  });
  for (const piece of pieces) assert.equal(scanner.feed(piece), piece.length);
  assert.equal(scanner.held, 0);
  return { found, together };
}

test('runs of like messages are told of at once, none more and none less', () => {
  const all = stream();
  const expected = read([all], false);
  assert.equal(expected.together, 0);
  const at = read([all], true);
  assert.deepEqual(at.found, expected.found);
  assert.ok(at.together > 300, `${at.together} of ${at.found.length}`);
});

test('wherever the bytes are cut, the same messages come', () => {
  const all = stream();
  const expected = read([all], false).found;
  for (const step of [1, 7, 64, 100, 999, 1000, 4096]) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < all.length; at += step) pieces.push(new Uint8Array(all.subarray(at, at + step)));
    assert.deepEqual(read(pieces, true).found, expected, `steps of ${step}`);
  }
});

test('a run that ends in a torn frame leaves that one for later', () => {
  const frame = 'MSG a 1 5\r\nhello\r\n';
  const torn = Buffer.from(frame.repeat(20) + frame.slice(0, 12));
  const rest = Buffer.from(frame.slice(12));
  const { found } = read([torn, rest], true);
  assert.equal(found.length, 21);
});

test('a sink that stops behind a message gets no repeats of it', () => {
  const bytes = Buffer.from('MSG a 1 5\r\nhello\r\n'.repeat(20));
  const scanner = createScanner('server', {
    message: () => {
      scanner.stop();
      return true;
    },
    repeats: () => assert.fail('read behind the stop'),
    line: () => {},
  });
  assert.equal(scanner.feed(bytes), 18);
});
