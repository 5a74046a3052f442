import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { emitYaml, type YamlStyle, yamlScalar, yamlV2, yamlV3 } from './yaml-emit.ts';

const data = {
  name: 'ORDERS',
  subjects: ['orders.>', '*'],
  empty: [],
  none: {},
  max_age: 0,
  nothing: null,
  left_out: undefined,
  sources: [{ name: 'A', external: { api: '$JS.x', deliver: '' }, list: [1, [2, 3]] }, { name: 'B' }],
  placement: { cluster: 'c1', tags: ['a:b', 'yes'] },
};

test('the layout of yaml.v3', () => {
  assert.equal(
    emitYaml(data, yamlV3),
    `name: ORDERS
subjects:
    - orders.>
    - '*'
empty: []
none: {}
max_age: 0
nothing: null
sources:
    - name: A
      external:
        api: $JS.x
        deliver: ""
      list:
        - 1
        - - 2
          - 3
    - name: B
placement:
    cluster: c1
    tags:
        - a:b
        - "yes"
`,
  );
});

test('the layout of yaml.v2', () => {
  assert.equal(
    emitYaml({ b: ['x', { c: 1, a: [2] }], a: { z: 1 } }, yamlV2),
    `a:
  z: 1
b:
- x
- a:
  - 2
  c: 1
`,
  );
});

test('comments', () => {
  const comment = (path: readonly string[]) =>
    path.join('.') === 'a.b' ? 'first\n\nsecond' : path[0] === 'c' ? 'last' : undefined;
  assert.equal(emitYaml({ a: { b: 1 }, c: 2 }, { comment }), 'a:\n  # first\n  #\n  # second\n  b: 1\n# last\nc: 2\n');
});

test('scalars', () => {
  const cases: [string | number | bigint | boolean | null, string][] = [
    ['plain text', 'plain text'],
    ['', '""'],
    ['true', '"true"'],
    ['no', '"no"'],
    ['null', '"null"'],
    ['123', '"123"'],
    ['1.5e3', '"1.5e3"'],
    ['0x1F', '"0x1F"'],
    ['2024-05-06', '"2024-05-06"'],
    ['12:30', '"12:30"'],
    ['-', "'-'"],
    ['- a', "'- a'"],
    ['-a', '-a'],
    ['a: b', "'a: b'"],
    ['a:b', 'a:b'],
    ['a #b', "'a #b'"],
    ['>', "'>'"],
    ['*', "'*'"],
    ["'x", "'''x'"],
    [' x', "' x'"],
    ['a\tb', '"a\\tb"'],
    ['\x1b[0m', '"\\e[0m"'],
    ['é日😀', 'é日😀'],
    [5, '5'],
    [18446744073709551615n, '18446744073709551615'],
    [1.5, '1.5'],
    [true, 'true'],
    [null, 'null'],
  ];
  for (const [value, text] of cases) assert.equal(yamlScalar(value), text);
  assert.equal(emitYaml('x'), 'x\n');
  assert.equal(emitYaml([]), '[]\n');
  assert.equal(emitYaml([[], {}, 'a']), '- []\n- {}\n- a\n');
  assert.equal(emitYaml({ x: Number.NaN, i: Number.NEGATIVE_INFINITY }), 'x: .nan\ni: -.inf\n');
});

test('several lines', () => {
  assert.equal(emitYaml({ t: 'a\nb', u: 'a\n\nb\n', v: 'a\n\n' }), 't: |-\n  a\n  b\nu: |\n  a\n\n  b\nv: |+\n  a\n\n');
  assert.equal(emitYaml({ t: ' a\nb', u: 'a \nb', v: '\n' }), 't: " a\\nb"\nu: "a \\nb"\nv: "\\n"\n');
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...'ab01 -:#\'"\n\t[]{}>|*&!%@`,?.~=') }),
  fc.constantFrom(
    'true',
    'Null',
    '~',
    '1e5',
    '0o17',
    '.inf',
    '<<',
    'y',
    '1_000',
    '+1',
    '- ',
    ': ',
    '...',
    '---',
    '--- a',
    '\u0085',
    '\ufeff',
  ),
);
const value = fc.letrec<{ v: unknown }>((tie) => ({
  v: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('v'), { maxLength: 4 }),
    fc.dictionary(text, tie('v'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).v;

test('what is written reads back', () => {
  const styles: YamlStyle[] = [{}, yamlV2, yamlV3, { indent: 4 }];
  fc.assert(
    fc.property(value, fc.constantFrom(...styles), (v, style) => {
      const written = emitYaml(v, style);
      assert.deepEqual(parse(written, { version: '1.2' }), v, written);
    }),
    { numRuns: 500 },
  );
});
