import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compactNames,
  human,
  percent,
  perSecond,
  plural,
  replicaDrift,
  sentenceList,
  shortList,
  wrap,
} from './human.ts';
import { textWidth } from './width.ts';

test('values', () => {
  assert.equal(human(1234567), '1,234,567');
  assert.equal(human(1234.56789), '1,234.567');
  assert.equal(human(1234567n), '1,234,567');
  assert.equal(human(18446744073709551615n), '18446744073709551615');
  assert.equal(human(true), 'true');
  assert.equal(human(['a', 'b']), 'a, b');
  assert.equal(human('x'), 'x');
});

test('words', () => {
  assert.equal(plural(1, 'message'), '1 message');
  assert.equal(plural(0, 'message'), '0 messages');
  assert.equal(plural(2000n, 'reply', 'replies'), '2,000 replies');
  assert.equal(percent(1, 8), '12.50%');
  assert.equal(percent(1, 0), '0.00%');
  assert.equal(percent(2n, 3n, 1), '66.7%');
  assert.equal(perSecond(10, 2_000_000_000n), 5);
  assert.equal(perSecond(10, 0n), 0);
  assert.equal(sentenceList(['a', 'b', 'c']), 'a, b and c');
  assert.equal(sentenceList(['a'], 'or'), 'a');
  assert.equal(shortList(['a', 'b', 'c'], 2), 'a, b and 1 more');
});

test('wrapping', () => {
  assert.deepEqual(wrap('one two three four', 9), ['one two', 'three', 'four']);
  assert.deepEqual(wrap('  one two three', 9), ['  one two', '  three']);
  assert.deepEqual(wrap('one two three', 9, 2), ['one two', '  three']);
  assert.deepEqual(wrap('a\n\nb', 5), ['a', '', 'b']);
  assert.deepEqual(wrap('unbreakablelongword x', 5), ['unbreakablelongword', 'x']);
  const text = fc.array(fc.constantFrom('a', 'bcd', '日本', 'efghij')).map((w) => w.join(' '));
  fc.assert(
    fc.property(text, fc.integer({ min: 6, max: 30 }), (t, width) => {
      const lines = wrap(t, width);
      assert.ok(lines.every((line) => textWidth(line) <= width));
      assert.equal(lines.join(' '), t);
    }),
  );
});

test('shared endings go', () => {
  assert.deepEqual(compactNames(['n1.eu.x.net', 'n2.eu.x.net']), ['n1', 'n2']);
  assert.deepEqual(compactNames(['n1.eu.x.net', 'n2.us.x.net']), ['n1.eu', 'n2.us']);
  assert.deepEqual(compactNames(['x.net', 'x.net']), ['x', 'x']);
  assert.deepEqual(compactNames(['a', 'b.c']), ['a', 'b.c']);
  assert.deepEqual(compactNames([]), []);
});

test('drift', () => {
  assert.equal(replicaDrift(100, 100), '100');
  assert.equal(replicaDrift(50, 100), '50 (-50%)');
  assert.equal(replicaDrift(1001, 1000), '1001 (+0.1%)');
  assert.equal(replicaDrift(5, 0), '5 (+100%)');
  assert.equal(replicaDrift(1000001, 1000000), '1000001 (+0.01%)');
});
