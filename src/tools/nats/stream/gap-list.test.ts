import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deletedGaps, messageGaps } from './gap-list.ts';

test('missing sequences become gaps, exact beyond 2^53', () => {
  const big = 2n ** 63n;
  assert.deepEqual(deletedGaps([5n, 3n, 2n, big + 1n, big]), [
    [2n, 3n],
    [5n, 5n],
    [big, big + 1n],
  ]);
  assert.deepEqual(deletedGaps([]), []);
});

test('what is there tells what is not', async () => {
  async function* present() {
    yield* [2n, 3n, 7n];
  }
  assert.deepEqual(await messageGaps(present(), 1n, 9n), [
    [1n, 1n],
    [4n, 6n],
    [8n, 9n],
  ]);
});
