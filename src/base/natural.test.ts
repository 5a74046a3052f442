import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { naturalCompare, naturalSort } from './natural.ts';

test('numbers inside names count', () => {
  assert.deepEqual(naturalSort(['s10', 's9', 's1', 't1', 's', 's02', 's2']), [
    's',
    's1',
    's02',
    's2',
    's9',
    's10',
    't1',
  ]);
  assert.deepEqual(naturalSort(['a100000000000000000001', 'a100000000000000000000']), [
    'a100000000000000000000',
    'a100000000000000000001',
  ]);
  assert.deepEqual(
    naturalSort([{ n: 'b2' }, { n: 'b10' }, { n: 'a' }], (x) => x.n).map((x) => x.n),
    ['a', 'b2', 'b10'],
  );
});

test('it is an order', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '0', '1', '9', 'é') });
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      assert.equal(Math.sign(naturalCompare(a, b)), -Math.sign(naturalCompare(b, a)) + 0);
      assert.equal(naturalCompare(a, b) === 0, a === b);
      if (naturalCompare(a, b) <= 0 && naturalCompare(b, c) <= 0) assert.ok(naturalCompare(a, c) <= 0);
    }),
    { numRuns: 2000 },
  );
});
