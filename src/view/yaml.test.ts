import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { yamlDocument } from './yaml.ts';

test('records, lists, scalars', () => {
  assert.equal(
    yamlDocument({
      name: 'ORDERS',
      subjects: ['orders.>', 'x y'],
      config: { max: -1, seq: 9007199254740993n, on: 'yes' },
      none: null,
      list: [],
      rec: {},
      deep: [{ a: 1, b: [true] }, [1]],
    }),
    `name: ORDERS
subjects:
  - orders.>
  - x y
config:
  max: -1
  seq: 9007199254740993
  "on": "yes"
none: null
list: []
rec: {}
deep:
  - a: 1
    b:
      - true
  - - 1
`,
  );
  assert.equal(yamlDocument([]), '[]\n');
  assert.equal(yamlDocument('two\nlines'), '"two\\nlines"\n');
});

test('what looks like something else is quoted', () => {
  for (const text of [
    '',
    '1',
    '012',
    '1e3',
    '0x1f',
    'null',
    'No',
    'ON',
    '.inf',
    '-',
    '- a',
    'a: b',
    'a #b',
    '#',
    '&a',
    '*',
    '!t',
    '%',
    '@',
    '`',
    "'",
    '"',
    '{',
    '[',
    '> x',
    '|',
    '2026-01-01',
    '1:30',
    ' a',
    'a ',
    'a\tb',
    '<<',
    '=',
    '---',
    'y',
  ]) {
    for (const version of ['1.1', '1.2'] as const)
      assert.equal(parse(yamlDocument({ k: text }), { version }).k, text, JSON.stringify(text));
  }
});

test('a reader of either version of YAML gets the same data back', () => {
  const text = fc
    .oneof(fc.string({ unit: 'binary' }), fc.string(), fc.stringMatching(/^[a-zA-Z0-9:.#,\- ]{0,8}$/))
    .map((s) => s.toWellFormed());
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('node')),
      fc.dictionary(
        text.filter((key) => key !== '__proto__' && key !== '<<'),
        tie('node'),
      ),
    ),
  })).node;
  fc.assert(
    fc.property(value, fc.constantFrom('1.1' as const, '1.2' as const), (data, version) => {
      const normal = JSON.parse(JSON.stringify(data));
      const document = yamlDocument(normal);
      assert.doesNotMatch(document, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      assert.deepEqual(parse(document, { version, uniqueKeys: false }), normal);
    }),
    { numRuns: 300 },
  );
});
