import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvLine, parseCsv } from './csv.ts';

test('fields are quoted when they must be', () => {
  assert.equal(csvLine(['a', 'b c', '']), 'a,b c,');
  assert.equal(csvLine(['a,b', 'say "x"', 'two\nlines', ' lead']), '"a,b","say ""x""","two\nlines"," lead"');
  assert.equal(csvLine(['a\tb', 'c\\n\nd'], '\t'), 'a\\tb\tc\\\\n\\nd');
});

test('what is written is read back', () => {
  const fields = fc.array(fc.string(), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(fields, { minLength: 1 }), (records) => {
      // A record of one empty field is an empty line, which reads as the same record.
      const text = records.map((r) => `${csvLine(r)}\n`).join('');
      assert.deepEqual([...parseCsv(text)], records);
    }),
  );
});
