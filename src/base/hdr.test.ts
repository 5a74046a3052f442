import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { distributionTable, histogram } from './hdr.ts';

test('a million values give the published percentiles', () => {
  const h = histogram({ highest: 10_000_000, digits: 3 });
  for (let i = 0; i < 1_000_000; i++) h.record(i);
  const expected: [number, number][] = [
    [50, 500223],
    [75, 750079],
    [90, 900095],
    [95, 950271],
    [99, 990207],
    [99.9, 999423],
    [99.99, 999935],
  ];
  for (const [percent, value] of expected) assert.equal(h.percentile(percent), value);
  assert.equal(h.total, 1_000_000);
  assert.equal(h.max(), 1_000_447);
  assert.equal(h.min(), 0);
  assert.ok(Math.abs(h.mean() - 500_000) < 500);
  assert.ok(Math.abs(h.stddev() - 288_675) < 300);
});

test('five digits', () => {
  const h = histogram({ lowest: 459876, highest: 12718782, digits: 5 });
  for (const v of [459876, 669187, 711612, 816326, 931423, 1033197, 1131895, 2477317, 3964974, 12718782]) h.record(v);
  assert.equal(h.percentile(50), 1048575);
});

test('percentiles are those of the sorted values, within the digits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0.1, max: 100, noNaN: true }),
      (values, digits, percent) => {
        const h = histogram({ highest: Number.MAX_SAFE_INTEGER, digits });
        for (const v of values) h.record(v);
        const sorted = [...values].sort((a, b) => a - b);
        const rank = Math.max(1, Math.floor((percent / 100) * values.length + 0.5));
        const exact = sorted[rank - 1] ?? 0;
        const got = h.percentile(percent);
        assert.ok(got >= exact && got - exact <= exact * 10 ** -digits + 1, `${got} for ${exact}`);
        assert.equal(h.clipped, 0);
        const counted = h.buckets().reduce((sum, [, , n]) => sum + n, 0);
        assert.equal(counted, values.length);
      },
    ),
  );
});

test('merging, clipping and emptying', () => {
  const a = histogram({ highest: 1000 });
  const b = histogram({ highest: 5000 });
  a.record(10, 3);
  b.record(20);
  b.record(4000);
  a.merge(b);
  assert.equal(a.total, 5);
  assert.equal(a.clipped, 1);
  assert.equal(a.max(), 1000);
  assert.equal(a.percentile(80), 20);
  a.record(-5);
  a.record(1.9);
  assert.equal(a.min(), 0);
  a.reset();
  assert.deepEqual([a.total, a.clipped, a.percentile(50), a.max(), a.mean(), a.stddev()], [0, 0, 0, 0, 0, 0]);
});

test('the table for plotting', () => {
  const h = histogram({ highest: 1e9 });
  for (let i = 1; i <= 1000; i++) h.record(i * 1_000_000);
  assert.equal(
    distributionTable(h, [50, 100], 1 / 1_000_000),
    `Value    Percentile    TotalCount    1/(1-Percentile)

500.170751    0.500000        500            2.000000
1000.341503    1.000000        1000            10000000.000000
`,
  );
});
