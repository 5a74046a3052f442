import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { entriesOf, goValue, sprintf } from './gofmt.ts';
import { quote } from './quote.ts';

test('quoting', () => {
  assert.equal(quote('a"b\\c'), '"a\\"b\\\\c"');
  assert.equal(quote('\x00\x1b\n\t\x7f'), '"\\x00\\x1b\\n\\t\\x7f"');
  assert.equal(quote('é日😀\u200b\u00a0'), '"é日😀\\u200b\\u00a0"');
  assert.equal(quote('é😀', true), '"\\u00e9\\U0001f600"');
  assert.equal(quote("it's", false, "'"), "'it\\'s'");
  const printable = fc.string({ unit: 'grapheme-ascii' }).map((s) => s.replace(/[\x00-\x1f\x7f]/g, ''));
  fc.assert(fc.property(printable, (s) => JSON.parse(quote(s)) === s));
});

test('values', () => {
  const cases: [unknown, string][] = [
    [null, '<nil>'],
    [1, '1'],
    [1.5, '1.5'],
    [1.5e9, '1500000000'],
    [1e-7, '1e-07'],
    [12345678901234567890n, '12345678901234567890'],
    [[1, 'a', [true]], '[1 a [true]]'],
    [{ b: 1, a: { c: null } }, 'map[a:map[c:<nil>] b:1]'],
    [new Map([['k', 1]]), 'map[k:1]'],
    [new Error('x'), 'x'],
  ];
  for (const [value, text] of cases) assert.equal(goValue(value), text);
  assert.deepEqual(
    entriesOf({ _1: 1, _10: 2, _2: 3 }).map(([k]) => k),
    ['_1', '_10', '_2'],
  );
});

test('formats', () => {
  const cases: [string, unknown[], string][] = [
    ['%s is %d%%', ['a', 5], 'a is 5%'],
    ['%5d|%-5d|%05d|%+d', [42, 42, 42, 42], '   42|42   |00042|+42'],
    ['%05d', [-42], '-0042'],
    ['%8.3f|%.0f|%f', [9.14159, 2.5, 1], '   9.142|2|1.000000'],
    ['%e %g %.3g %G', [1234.5678, 1e21, 1234.5678, 1e-7], '1.234568e+03 1e+21 1.23e+03 1E-07'],
    ['%x %X %#x %o %b %x', [255, 255, 255, 8, 5, 'hi'], 'ff FF 0xff 10 101 6869'],
    ['%q %v %t %c %U', ['a"b', [1, 2], true, 0x1f600, 0x41], '"a\\"b" [1 2] true 😀 U+0041'],
    ['%10s|%-10s|%.2s', ['abc', 'abc', 'abc'], '       abc|abc       |ab'],
    ['%*d', [5, 42], '   42'],
    ['%d', ['x'], '%!d(string=x)'],
    ['%s', [3], '%!s(int=3)'],
    ['%d %d', [1], '1 %!d(MISSING)'],
    ['%d', [1, 'x'], '1%!(EXTRA string=x)'],
    ['%d', [1.5], '%!d(float64=1.5)'],
    ['%v %v', [null, 18446744073709551615n], '<nil> 18446744073709551615'],
    ['%', [], '%!(NOVERB)'],
    ['%z', [1], '%!z(int=1)'],
  ];
  for (const [format, args, text] of cases) assert.equal(sprintf(format, ...args), text, format);
});
