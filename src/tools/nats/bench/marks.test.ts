import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MARK, markReader, putMark } from './clients/marks.ts';

function message(client: number, number: number, time = 0): Uint8Array {
  const bytes = new Uint8Array(MARK + 4);
  putMark(bytes, 0, client, number, time);
  return bytes;
}

test('marks tell when a message should have left, and messages without one are left alone', () => {
  const reader = markReader();
  assert.equal(reader.read(message(0, 0, 1234.5)), 1234.5);
  assert.equal(reader.read(new Uint8Array(64)), undefined);
  assert.equal(reader.read(new Uint8Array(3)), undefined);
  assert.deepEqual(reader.counts(), { lost: 0, duplicate: 0, gaps: 0 });
});

test('what is missing counts as lost until it comes, what comes twice as duplicate', () => {
  const reader = markReader();
  for (const n of [0, 1, 4, 2, 4, 9]) reader.read(message(0, n));
  assert.deepEqual(reader.counts(), { lost: 5, duplicate: 1, gaps: 2 });
});

test('every sender is counted apart', () => {
  const reader = markReader();
  for (const n of [0, 1]) for (const client of [0, 1]) reader.read(message(client, n));
  assert.deepEqual(reader.counts(), { lost: 0, duplicate: 0, gaps: 0 });
});
