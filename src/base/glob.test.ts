import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { globMatcher } from './glob.ts';

test('patterns', () => {
  const cases: [string, string, boolean][] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abb', false],
    ['*.json', 'x.json', true],
    ['?', 'é', true],
    ['?', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[a', '[a', true],
    ['[]]', ']', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['ORDERS_*_??', 'ORDERS_eu_01', true],
    ['**a**', 'xxaxx', true],
  ];
  for (const [pattern, name, expected] of cases)
    assert.equal(globMatcher(pattern)(name), expected, `${pattern} ${name}`);
});

test('agreement with a regular expression', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?') });
  fc.assert(
    fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b') }), (pattern, name) => {
      const regex = new RegExp(
        `^${pattern
          .replaceAll('*', '.*')
          .replaceAll('?', '.')
          .replace(/(\.\*)+/g, '.*')}$`,
        's',
      );
      assert.equal(globMatcher(pattern)(name), regex.test(name));
    }),
  );
});

test('many stars do not explode', () => {
  assert.equal(globMatcher('*a'.repeat(30) + 'b')('a'.repeat(2000)), false);
});
