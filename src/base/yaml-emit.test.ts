import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { emitYaml } from './yaml-emit.ts';

test('records, lists and text', () => {
  const text = emitYaml({
    name: 'a b',
    list: ['x', { k: 1, l: [true] }],
    none: [],
    text: 'two\nlines\n',
    on: 'yes',
    n: '012',
  });
  assert.equal(
    text,
    'name: a b\nlist:\n- x\n- k: 1\n  l:\n  - true\nnone: []\ntext: |\n  two\n  lines\n"on": "yes"\n"n": "012"\n',
  );
  assert.equal(emitYaml({ big: 18446744073709551615n }), 'big: 18446744073709551615\n');
});

test('any data is read back as it was', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.string({ unit: 'grapheme' }));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
  }));
  fc.assert(
    fc.property(tree, (data) => {
      const plain = JSON.parse(JSON.stringify(data));
      for (const version of ['1.1', '1.2'] as const) {
        assert.deepEqual(JSON.parse(JSON.stringify(parse(emitYaml(plain), { version, merge: false }))), plain);
      }
    }),
    { numRuns: 300 },
  );
});
