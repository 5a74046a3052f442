import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { goFloat, plainFloat, toFixedEven } from './fixed.ts';

test('halves go to the even neighbour', () => {
  assert.equal(toFixedEven(0.125, 2), '0.12');
  assert.equal(toFixedEven(0.375, 2), '0.38');
  assert.equal(toFixedEven(1.005, 2), '1.00');
  assert.equal(toFixedEven(2.5, 0), '2');
  assert.equal(toFixedEven(3.5, 0), '4');
  assert.equal(toFixedEven(-2.5, 0), '-2');
  assert.equal(toFixedEven(12.345678, 3), '12.346');
  assert.equal(toFixedEven(7, 2), '7.00');
});

test('fixed text is never further away than half a unit', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.integer({ min: 0, max: 6 }), (value, digits) => {
      const text = toFixedEven(value, digits);
      assert.equal((text.split('.')[1] ?? '').length, digits);
      assert.ok(Math.abs(Number(text) - value) <= 0.5 * 10 ** -digits + Math.abs(value) * 1e-15);
    }),
  );
});

test('floats in Go form', () => {
  assert.equal(goFloat(1.5), '1.5');
  assert.equal(goFloat(999999), '999999');
  assert.equal(goFloat(1e6), '1e+06');
  assert.equal(goFloat(1e6, 21), '1000000');
  assert.equal(goFloat(1e21, 21), '1e+21');
  assert.equal(goFloat(1.5e-7), '1.5e-07');
  assert.equal(goFloat(0.0001), '0.0001');
  assert.equal(goFloat(21598208), '2.1598208e+07');
  assert.equal(goFloat(-0.00001), '-1e-05');
  assert.equal(goFloat(Number.NaN), 'NaN');
  assert.equal(goFloat(Number.POSITIVE_INFINITY), '+Inf');
});

test('every float survives its text', () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (v) => Number(goFloat(v)) === v));
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (v) => Number(goFloat(v, 21)) === v));
});

test('plain digits without an exponent', () => {
  assert.equal(plainFloat(1e-7), '0.0000001');
  assert.equal(plainFloat(1.25e22), '12500000000000000000000');
  assert.equal(plainFloat(-1.5e-9), '-0.0000000015');
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (v) => {
      const text = plainFloat(v);
      return !text.includes('e') && Number(text) === v;
    }),
  );
});
