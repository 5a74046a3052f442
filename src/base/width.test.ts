import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { padCenter, padEnd, padStart, stripAnsi, textWidth, truncate, truncateMiddle } from './width.ts';

test('cells', () => {
  const cases: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本語', 6],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['😀', 2],
    ['👩‍👩‍👧‍👦', 2],
    ['👍🏽', 2],
    ['🇩🇪🇫🇷', 4],
    ['❤', 1],
    ['❤️', 2],
    ['✓', 1],
    ['╭─╮', 3],
    ['█▏', 2],
    ['a\u200bb', 2],
    ['\x1b[31mred\x1b[0m', 3],
    ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 4],
    ['\t', 0],
    ['ア', 2],
    ['ｱ', 1],
  ];
  for (const [text, cells] of cases) assert.equal(textWidth(text), cells, JSON.stringify(text));
});

test('escape sequences go', () => {
  assert.equal(stripAnsi('\x1b[1;31mx\x1b[0m\x1b[2K\x1b(B\x1b7y\x1b]0;title\x07z'), 'xyz');
  assert.equal(stripAnsi('plain'), 'plain');
});

test('cutting', () => {
  assert.equal(truncate('abcdef', 4), 'abc…');
  assert.equal(truncate('abcd', 4), 'abcd');
  assert.equal(truncate('日本語', 4), '日…');
  assert.equal(truncate('日本語', 5), '日本…');
  assert.equal(truncate('abcdef', 0), '');
  assert.equal(truncate('abcdef', 2, '...'), '..');
  assert.equal(truncate('\x1b[31mabcdef\x1b[0m', 4), '\x1b[31mabc…\x1b[0m');
  assert.equal(truncate('a\x1b[31mb\x1b[0mcdef', 4), 'a\x1b[31mb\x1b[0mc…');
  assert.equal(truncateMiddle('abcdefghijklmnop', 11), 'abc ... nop');
  assert.equal(truncateMiddle('abc', 11), 'abc');
  const text = fc.string({ unit: fc.constantFrom('a', '日', '😀', 'e\u0301', '👩‍👧', '\x1b[31m', '\x1b[0m', ' ') });
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 12 }), (t, width) => {
      assert.ok(textWidth(truncate(t, width)) <= width);
      assert.ok(textWidth(truncateMiddle(t, width)) <= width);
    }),
  );
});

test('padding', () => {
  assert.equal(padEnd('日', 4), '日  ');
  assert.equal(padStart('日', 4), '  日');
  assert.equal(padCenter('ab', 5), ' ab  ');
  assert.equal(padEnd('abcdef', 3), 'abcdef');
});
