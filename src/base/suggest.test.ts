import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance, suggest } from './suggest.ts';

test('distances', () => {
  const cases: [string, string, number][] = [
    ['', '', 0],
    ['a', '', 1],
    ['stream', 'straem', 1],
    ['kitten', 'sitting', 3],
    ['PUB', 'pub', 0],
    ['ca', 'abc', 3],
  ];
  for (const [a, b, n] of cases) assert.equal(editDistance(a, b), n, `${a} ${b}`);
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const d = editDistance(a, b);
      assert.equal(d, editDistance(b, a));
      assert.ok(d >= Math.abs(a.length - b.length) && d <= Math.max(a.length, b.length));
      assert.equal(d === 0, a === b);
    }),
  );
});

test('suggestions', () => {
  const commands = ['pub', 'sub', 'stream', 'server', 'service', 'consumer', 'context', 'counter', 'kv', 'object'];
  assert.deepEqual(suggest('straem', commands), ['stream']);
  assert.deepEqual(suggest('servce', commands), ['service', 'server']);
  assert.deepEqual(suggest('rm', ['m', 'mappings', 'add']), []);
  assert.deepEqual(suggest('con', commands), ['consumer', 'context']);
  assert.deepEqual(suggest('zzz', commands), []);
  assert.deepEqual(suggest('x', ['a', 'b']), []);
  assert.deepEqual(suggest('', commands), []);
  assert.deepEqual(suggest('pubb', commands, 1), ['pub']);
  assert.deepEqual(suggest('frobnicate', commands, 3, 2), []);
});
