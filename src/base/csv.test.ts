import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvLine, parseCsv, parseTsvLine, tsvLine } from './csv.ts';

test('writing', () => {
  assert.equal(csvLine(['a', 1, 2n, true, null, undefined, 'b c']), 'a,1,2,true,,,b c');
  assert.equal(csvLine(['a,b', 'say "x"', 'two\nlines', ' lead']), '"a,b","say ""x""","two\nlines"," lead"');
  assert.equal(csvLine(['a;b', 'c'], ';'), '"a;b";c');
  assert.equal(csvLine(['']), '""');
  assert.equal(tsvLine(['a\tb', 'c\\d', 'e\nf', null]), 'a\\tb\tc\\\\d\te\\nf\t');
});

test('reading', () => {
  assert.deepEqual(parseCsv('a,b\r\nc,"d ""e"", f"\n'), [
    ['a', 'b'],
    ['c', 'd "e", f'],
  ]);
  assert.deepEqual(parseCsv('\n\na,\n\n""\n,\n'), [['a', ''], [''], ['', '']]);
  assert.deepEqual(parseCsv('a,'), [['a', '']]);
  assert.deepEqual(parseCsv('\ufeffa;b', ';'), [['a', 'b']]);
  assert.deepEqual(parseCsv(''), []);
  assert.throws(() => parseCsv('a\nb"c'), /CSV line 2: a quote inside/);
  assert.throws(() => parseCsv('a\n"b\nc'), /CSV line 2: a quoted cell is not closed/);
  assert.throws(() => parseCsv('"a"b'), /CSV line 1: text behind/);
});

test('rows come back', () => {
  const cell = fc.string({ unit: fc.constantFrom(...'ab ,;"\t\r\n\\é') });
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), (table, separator, end) => {
      const text = table.map((row) => csvLine(row, separator) + end).join('');
      assert.deepEqual(parseCsv(text, separator), table);
    }),
  );
  fc.assert(fc.property(fc.array(cell, { minLength: 1 }), (row) => assert.deepEqual(parseTsvLine(tsvLine(row)), row)));
});
