import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unsnappy } from '#test/unsnappy.ts';
import { snappy } from './snappy.ts';

const text = (n: number): Buffer => Buffer.from(Array.from({ length: n }, (_, i) => `{"id":${i % 97}},`).join(''));

function noise(n: number): Buffer {
  let s = 7;
  return Buffer.from(Array.from({ length: n }, () => ((s = (Math.imul(s, 1103515245) + 12345) >>> 0) >>> 16) & 255));
}

test('what is packed comes out again', () => {
  const samples = [
    Buffer.alloc(0),
    Buffer.from('a'),
    Buffer.from('abcdabcdabcdabcdabcd'),
    Buffer.alloc(65536, 'x'),
    Buffer.alloc(65537, 'x'),
    noise(59),
    noise(61),
    noise(300),
    noise(70_000),
    text(20_000),
    Buffer.concat([noise(500), text(300), noise(66_000), text(300)]),
  ];
  // Literals of every length around the widths of their element, in front of a repeat.
  for (let n = 55; n < 70; n++) samples.push(Buffer.concat([noise(n), Buffer.alloc(100, 'r')]));
  for (let n = 250; n < 262; n++) samples.push(Buffer.concat([noise(n), Buffer.alloc(100, 'r')]));
  for (const sample of samples) assert.deepEqual(unsnappy(snappy(sample)), sample, `${sample.length} bytes`);
});

test('what repeats gets short, what does not hardly longer', () => {
  assert.ok(snappy(text(20_000)).length < text(20_000).length / 3);
  assert.ok(snappy(noise(200_000)).length < 200_000 + 10 + 4 * 8 + 1);
});
