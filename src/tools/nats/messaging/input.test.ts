import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineGroups } from './input.ts';

async function linesOf(...chunks: string[]): Promise<string[][]> {
  async function* source() {
    const reused = new Uint8Array(64);
    for (const chunk of chunks) {
      // As a stream does that hands out one buffer again and again.
      const { written } = new TextEncoder().encodeInto(chunk, reused);
      yield reused.subarray(0, written);
    }
  }
  const groups: string[][] = [];
  for await (const group of lineGroups(source())) groups.push(group.map((line) => new TextDecoder().decode(line)));
  return groups;
}

test('lines come in the groups in which they were read', async () => {
  assert.deepEqual(await linesOf('a\nb\n', 'c\n'), [['a', 'b'], ['c']]);
  assert.deepEqual(await linesOf('a\nb', 'c\nd', 'e'), [['a'], ['bc'], ['de']]);
  assert.deepEqual(await linesOf('a\r', '\nb\r\n\n'), [['a', 'b', '']]);
  assert.deepEqual(await linesOf('\n\n'), [['', '']]);
  assert.deepEqual(await linesOf('', 'x'), [['x']]);
  assert.deepEqual(await linesOf(), []);
});
