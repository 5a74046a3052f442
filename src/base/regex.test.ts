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

test('broken ones are refused in the words of Go', () => {
  const cases: [string, string][] = [
    ['(', 'missing closing ): `(`'],
    ['a(b', 'missing closing ): `a(b`'],
    ['a)', 'unexpected ): `a)`'],
    ['x[a', 'missing closing ]: `[a`'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['a|+?', 'missing argument to repetition operator: `+?`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['(?<x', 'invalid or unsupported Perl syntax: `(?<`'],
    ['\\p{Nope}', 'invalid character class range: `\\p{Nope}`'],
    ['a\\', 'trailing backslash at end of expression: ``'],
  ];
  for (const [pattern, why] of cases) {
    assert.throws(() => goRegExp(pattern), { message: `error parsing regexp: ${why}` }, pattern);
  }
});
