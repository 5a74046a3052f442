import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  add,
  compareNums,
  divide,
  multiply,
  type Num,
  narrow,
  negate,
  parseNum,
  remainder,
  subtract,
} from './exact.ts';

const integer = fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(narrow));

test('whole numbers are exact and narrow', () => {
  const is = (result: Num, expected: bigint) => {
    assert.equal(BigInt(result), expected);
    assert.equal(typeof result === 'number', Number.isSafeInteger(Number(expected)));
  };
  fc.assert(
    fc.property(integer, integer, (a, b) => {
      const [x, y] = [BigInt(a), BigInt(b)];
      is(add(a, b), x + y);
      is(subtract(a, b), x - y);
      is(multiply(a, b), x * y);
      is(negate(a), -x);
      assert.equal(compareNums(a, b), x < y ? -1 : x > y ? 1 : 0);
      if (y !== 0n) is(remainder(a, b), x % y);
      if (y !== 0n && (typeof a === 'bigint' || typeof b === 'bigint') && x % y === 0n) is(divide(a, b), x / y);
    }),
  );
});

test('floats behave as floats', () => {
  assert.equal(add(0.5, 1), 1.5);
  assert.equal(add(12345678901234567890n, 0.5), 12345678901234567000);
  assert.equal(divide(7, 2), 3.5);
  assert.equal(divide(18446744073709551615n, 2), 2 ** 63);
  assert.equal(multiply(1e300, 10), 1e301);
  assert.equal(typeof multiply(2n ** 1000n, 2n ** 1000n), 'number');
  assert.equal(compareNums(Number.NaN, 1), -1);
});

test('reading', () => {
  assert.equal(parseNum('18446744073709551615'), 18446744073709551615n);
  assert.equal(parseNum('-5'), -5);
  assert.equal(parseNum('1.5e3'), 1500);
  assert.equal(parseNum('.5'), 0.5);
  for (const text of ['', 'x', '1x', '.', '0x10', ' 1']) assert.equal(parseNum(text), undefined);
});
