// Lists in one value, as pflag reads them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStrings } from './values.ts';

test('a list is one CSV record', () => {
  const records: readonly (readonly [text: string, ...list: string[]])[] = [
    [''],
    ['a', 'a'],
    ['a,b', 'a', 'b'],
    ['a,,b', 'a', '', 'b'],
    ['a,', 'a', ''],
    ['"a,b",c', 'a,b', 'c'],
    ['"a""b"', 'a"b'],
    ['"",b', '', 'b'],
    ['"a\nb"', 'a\nb'],
    // As in the original what follows the first record is left out.
    ['a,b\nc', 'a', 'b'],
    ['a\r\nb', 'a'],
  ];
  for (const [text, ...list] of records) assert.deepEqual(parseStrings(text, '--f'), list, text);
});

test('quotes that make no sense are refused, not taken for text', () => {
  const bad: readonly (readonly [text: string, column: number, what: RegExp])[] = [
    ['a"b', 2, /bare "/],
    [' "a"', 2, /bare "/],
    ['ä"', 3, /bare "/],
    ['"a"b', 3, /extraneous or missing "/],
    ['"a" ,b', 3, /extraneous or missing "/],
    ['"a', 3, /extraneous or missing "/],
    ['a,"', 4, /extraneous or missing "/],
  ];
  for (const [text, column, what] of bad) {
    assert.throws(
      () => parseStrings(text, '-n, --name'),
      (error: Error) =>
        what.test(error.message) &&
        error.message.startsWith(`invalid argument ${JSON.stringify(text)} for "-n, --name" flag: `) &&
        error.message.includes(`column ${column}:`),
      text,
    );
  }
});
