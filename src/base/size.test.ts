import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comma, commaFixed, commaFloat, humanBytes, humanBytesSI, parseBytes, parseNumber } from './size.ts';

test('sizes of the nats tool are powers of 1024', () => {
  const cases: [string, bigint][] = [
    ['', -1n],
    ['-1', -1n],
    ['-5KB', -1n],
    ['0', 0n],
    ['512', 512n],
    ['512B', 512n],
    ['1k', 1024n],
    ['1KB', 1024n],
    ['1kib', 1024n],
    ['64 ', 64n],
    ['2MB', 2n << 20n],
    ['3g', 3n << 30n],
    ['1TiB', 1n << 40n],
    ['9223372036854775807', 9223372036854775807n],
  ];
  for (const [text, bytes] of cases) assert.equal(parseBytes(text), bytes, text);
});

test('what is no size is refused', () => {
  for (const text of ['1.5M', 'lots', '1 KB', '1X', '1KBs', '0x10', '1PB']) {
    assert.throws(() => parseBytes(text), /invalid bytes specification/, text);
  }
  assert.throws(() => parseBytes('9223372036854775808'), /maximum value 9,223,372,036,854,775,807/);
  assert.throws(() => parseBytes('4GB', 32), /maximum value 2,147,483,647/);
  assert.equal(parseBytes('2147483647', 32), 2147483647n);
});

test('numbers of nsc', () => {
  const cases: [string, bigint][] = [
    ['', 0n],
    ['0', 0n],
    ['-1', -1n],
    ['1000', 1000n],
    ['1K', 1000n],
    ['1m', 1_000_000n],
    ['1g', 1_000_000_000n],
    ['1kib', 1024n],
    ['1Ki', 1024n],
    ['1MIB', 1_048_576n],
    ['42.5MB', 42_500_000n],
    ['42.5 MiB', 44_564_480n],
    ['1,005.03 MB', 1_005_030_000n],
    ['.5k', 500n],
    ['-2gib', -(2n << 30n)],
    ['9223372036854775807', 9223372036854775807n],
  ];
  for (const [text, value] of cases) assert.equal(parseNumber(text), value, text);
  for (const text of ['32a', 'k', '84 JB', '8EiB', 'x', '-', '1.2.3']) assert.throws(() => parseNumber(text), text);
});

test('binary sizes for people', () => {
  const cases: [number | bigint, string][] = [
    [0, '0 B'],
    [9, '9 B'],
    [803, '803 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [10_240, '10 KiB'],
    [1_048_575, '1024 KiB'],
    [1_048_576, '1.0 MiB'],
    [5_905_580_032, '5.5 GiB'],
    [10_188, '9.9 KiB'],
    [10_189, '10 KiB'],
    [(1n << 50n) - (1n << 40n), '1023 TiB'],
    [18446744073709551615n, '16 EiB'],
    [-2048, '-2.0 KiB'],
    [1536.9, '1.5 KiB'],
    [Number.NaN, '0 B'],
  ];
  for (const [value, text] of cases) assert.equal(humanBytes(value), text);
});

test('decimal sizes for people', () => {
  const cases: [number | bigint, string][] = [
    [999, '999 B'],
    [1024, '1.0 kB'],
    [9999, '10 kB'],
    [65_536, '66 kB'],
    [64_500, '64 kB'],
    [64_550, '65 kB'],
    [999_999, '1000 kB'],
    [1_000_000_000, '1.0 GB'],
    [5.5e9, '5.5 GB'],
    [10n ** 18n, '1.0 EB'],
  ];
  for (const [value, text] of cases) assert.equal(humanBytesSI(value), text);
});

test('thousands separators', () => {
  assert.equal(comma(0), '0');
  assert.equal(comma(999), '999');
  assert.equal(comma(1000), '1,000');
  assert.equal(comma(-1234567), '-1,234,567');
  assert.equal(comma(-0.5), '0');
  assert.equal(comma(-9223372036854775808n), '-9,223,372,036,854,775,808');
  fc.assert(fc.property(fc.bigInt(), (v) => BigInt(comma(v).replaceAll(',', '')) === v));
});

test('decimals are cut or rounded', () => {
  assert.equal(commaFloat(834142.32), '834,142.32');
  assert.equal(commaFloat(1234.5678, 3), '1,234.567');
  assert.equal(commaFloat(10, 3), '10');
  assert.equal(commaFloat(0.1 + 0.2, 3), '0.300');
  assert.equal(commaFloat(-1234567.25), '-1,234,567.25');
  assert.equal(commaFloat(1e21), '1,000,000,000,000,000,000,000');
  assert.equal(commaFloat(12345678901234567890n), '12,345,678,901,234,567,890');
  assert.equal(commaFixed(1234.567, 2), '1,234.57');
  assert.equal(commaFixed(0, 2), '0.00');
  assert.equal(commaFixed(-0.001, 2), '0.00');
  assert.equal(commaFixed(1e6, 2), '1,000,000.00');
  assert.equal(commaFixed(2.5, 0), '3');
});
