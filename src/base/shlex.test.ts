import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinWords, quoteWord, splitWords } from './shlex.ts';

test('splitting', () => {
  const cases: [string, string[]][] = [
    ['', []],
    ['  a  b\tc\n', ['a', 'b', 'c']],
    ['"a b" c', ['a b', 'c']],
    [`'a "b"' c`, ['a "b"', 'c']],
    ['a\\ b', ['a b']],
    ['"a\\"b\\\\"', ['a"b\\']],
    [`'a\\b'`, ['a\\b']],
    ['a""b', ['ab']],
    ['"" \'\'', ['', '']],
    ['a # b\nc', ['a', 'c']],
    ['a#b', ['a#b']],
    ['jq .a', ['jq', '.a']],
  ];
  for (const [line, words] of cases) assert.deepEqual(splitWords(line), words, line);
  for (const line of ['"a', "'", 'a\\']) assert.throws(() => splitWords(line), line);
});

test('quoted words come back', () => {
  assert.equal(quoteWord("it's"), "'it'\\''s'");
  assert.equal(quoteWord(''), "''");
  assert.equal(quoteWord('a-b/c.d'), 'a-b/c.d');
  const word = fc.string({ unit: fc.constantFrom(...' ab\'"\\#$\n*') });
  fc.assert(fc.property(fc.array(word), (words) => assert.deepEqual(splitWords(joinWords(words)), words)));
});
