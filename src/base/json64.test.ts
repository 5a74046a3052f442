import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byCodePoint, type Json, parseJson, parseJsonStream, stringifyJson, toJson } from './json64.ts';

test('large integers are exact, all others plain numbers', () => {
  assert.deepEqual(
    parseJson('{"seq":18446744073709551615,"n":-9007199254740993,"s":9007199254740991,"f":1.5,"e":1e20}'),
    {
      seq: 18446744073709551615n,
      n: -9007199254740993n,
      s: 9007199254740991,
      f: 1.5,
      e: 1e20,
    },
  );
  assert.equal(parseJson('9007199254740992'), 9007199254740992n);
  assert.equal(parseJson('12345678901234567.5'), Number('12345678901234567.5'));
  assert.equal(parseJson('0.12345678901234567'), Number('0.12345678901234567'));
});

test('long numbers are found wherever they stand', () => {
  for (let before = 0; before < 40; before++) {
    for (const n of ['9007199254740993', '123456789012345', '18446744073709551615']) {
      const text = `["${'-'.repeat(before)}",${n}]`;
      assert.deepEqual(parseJson(text), ['-'.repeat(before), n.length < 16 ? Number(n) : BigInt(n)]);
    }
  }
});

const plain = fc.jsonValue({ maxDepth: 4 });

/** The value with the precision of a double. */
function rounded(value: Json): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, rounded(v)]));
}

test('both parsers agree with the runtime', () => {
  fc.assert(
    fc.property(plain, fc.integer({ min: 0, max: 3 }), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const expected = JSON.parse(text) as unknown;
      assert.deepEqual(rounded(parseJson(text)), expected);
      assert.deepEqual(rounded([...parseJsonStream(` ${text}\n${text}`)]), [expected, expected]);
    }),
  );
});

test('what the runtime refuses is refused', () => {
  const wrong = [
    '',
    '{',
    '[1,]',
    '{"a" 1}',
    '{a:1}',
    '"a',
    '"\\x"',
    '"\\u12"',
    '01',
    '1.',
    '.5',
    '+1',
    'nul',
    '[1 2]',
    '1 2',
    '{"a":1,}',
    '"\n"',
    '-',
    '1e',
    'NaN',
  ];
  for (const text of wrong) {
    assert.throws(() => JSON.parse(text));
    assert.throws(() => parseJson(text), /invalid JSON/, text);
    assert.throws(() => parseJson(`[1234567890123456,${text}`), /invalid JSON/, text);
  }
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\01.e-ntx ') }), (text) => {
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        assert.throws(() => parseJson(text));
        assert.throws(() => parseJson(`[${text},1234567890123456`));
        return;
      }
      assert.deepEqual(parseJson(text), expected);
    }),
  );
});

test('faults are located', () => {
  assert.throws(() => parseJson('{\n  "a": x\n}'), { message: 'invalid JSON at line 2, column 8: unexpected "x"' });
  assert.throws(() => parseJson('[1,'), { message: 'invalid JSON at line 1, column 4: the text ends too early' });
  assert.throws(() => parseJson('['.repeat(5000)), /nested more than|invalid JSON/);
  assert.throws(() => parseJson(`[1234567890123456789,${'['.repeat(5000)}`), /nested more than/);
});

test('__proto__ is a key like any other', () => {
  const value = parseJson('{"__proto__":{"x":1234567890123456789}}') as Record<string, Json>;
  assert.deepEqual(Object.keys(value), ['__proto__']);
  assert.equal(stringifyJson(value), '{"__proto__":{"x":1234567890123456789}}');
});

test('several documents in one text', () => {
  assert.deepEqual([...parseJsonStream('')], []);
  assert.deepEqual([...parseJsonStream('1 {"a":2}[3]"x"\ntrue')], [1, { a: 2 }, [3], 'x', true]);
  assert.throws(() => [...parseJsonStream('1 x')], /column 3/);
});

const withBig: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }),
    fc.bigInt({ min: -(2n ** 70n), max: -(2n ** 53n) }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('every value survives its text', () => {
  fc.assert(
    fc.property(withBig, fc.constantFrom(0, 2, 4), fc.boolean(), (value, indent, escapeHtml) => {
      const text = stringifyJson(value, { indent, escapeHtml });
      assert.deepEqual(stringifyJson(parseJson(text), { indent, escapeHtml }), text);
      assert.equal(/[<>&]/.test(text) && escapeHtml, false);
      assert.deepEqual(toJson(value), parseJson(text));
    }),
  );
});

test('the layout is that of Go', () => {
  const value = { b: [], a: {}, c: [1, { d: 12345678901234567890n }], u: undefined, h: '<a> & b\u2028' };
  assert.equal(
    stringifyJson(value, { indent: 2 }),
    `{
  "b": [],
  "a": {},
  "c": [
    1,
    {
      "d": 12345678901234567890
    }
  ],
  "h": "\\u003ca\\u003e \\u0026 b\\u2028"
}`,
  );
  assert.equal(stringifyJson(value.c), '[1,{"d":12345678901234567890}]');
  assert.equal(stringifyJson('<', { escapeHtml: false }), '"<"');
  assert.equal(stringifyJson({ b: 1, a: { d: 1, c: 2 } }, { sortKeys: true }), '{"a":{"c":2,"d":1},"b":1}');
  assert.equal(stringifyJson([undefined, Number.NaN, 'a\ud800b', 1e21, 1e-7]), '[null,null,"a\ufffdb",1e+21,1e-7]');
  assert.equal(stringifyJson({ at: new Date(0), n: 1n }), '{"at":"1970-01-01T00:00:00.000Z","n":1}');
  assert.equal(stringifyJson(undefined), 'null');
});

test('indented text is that of the runtime where it can write it', () => {
  fc.assert(
    fc.property(plain, (value) => {
      const big = stringifyJson({ value, big: 1n }, { indent: 2, escapeHtml: false });
      assert.equal(big, JSON.stringify({ value, big: 1 }, undefined, 2));
    }),
  );
});

test('code point order is the order of UTF-8 bytes', () => {
  assert.ok(byCodePoint('\uffee', '😀') < 0);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      assert.equal(Math.sign(byCodePoint(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
