import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goRegExp } from './regex.ts';

test('Go expressions', () => {
  const cases: [string, string, boolean][] = [
    ['^a.c$', 'abc', true],
    ['(?i)ABC', 'xabcx', true],
    ['(?s)a.b', 'a\nb', true],
    ['a.b', 'a\nb', false],
    ['^\\d+$', '123', true],
    ['^[[:alpha:]_]+$', 'ab_', true],
    ['^[^[:digit:]]+$', 'a1', false],
    ['\\Aab\\z', 'ab', true],
    ['\\Aab\\z', 'ab\n', false],
    ['^\\Qa.b\\E$', 'a.b', true],
    ['^\\Qa.b\\E$', 'axb', false],
    ['^\\pL+$', 'éa', true],
    ['^\\p{Greek}$', 'α', true],
    ['^[]a]+$', ']a', true],
    ['^[^]]$', 'x', true],
    ['a{2}', 'aa', true],
    ['{x}', '{x}', true],
    ['^\\-\\_\\"\\#$', '-_"#', true],
    ['^[\\w-]+$', 'a-b', true],
    ['^\\x{1F600}$', '😀', true],
    ['^.$', '😀', true],
    ['orders\\.[0-9]+\\.>', 'orders.12.>', true],
    ['(?P<y>\\d{4})', '2024', true],
  ];
  for (const [pattern, text, expected] of cases) assert.equal(goRegExp(pattern).test(text), expected, pattern);
  assert.equal(goRegExp('(?P<y>\\d{4})').exec('in 2024')?.groups?.['y'], '2024');
  assert.equal('aXbx'.replace(goRegExp('(?i)x', 'g'), '-'), 'a-b-');
});

test('broken ones are refused', () => {
  for (const pattern of ['(', '[a', '*a', '(?<x', '\\p{Nope}', 'a**']) {
    assert.throws(() => goRegExp(pattern), /invalid regular expression/, pattern);
  }
});
