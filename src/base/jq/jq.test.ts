import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BoxError } from '../errors.ts';
import { type Json, parseJson, stringifyJson } from '../json64.ts';
import { compileJq } from './jq.ts';
import { compare } from './values.ts';

function run(filter: string, input: Json = null): Json[] {
  return [...compileJq(filter)(input)];
}

function texts(filter: string, input: Json = null): string {
  return run(filter, input)
    .map((v) => stringifyJson(v, { escapeHtml: false }))
    .join(' ');
}

test('what is no filter is refused with its place', () => {
  const wrong: [string, RegExp][] = [
    ['.a |', /something is missing at the end of the filter/],
    ['.a | | .b', /unexpected "\|" at line 1, column 6/],
    ['{', /} is missing at the end/],
    ['[1, 2', /] is missing/],
    ['(1', /\) is missing/],
    ['if . then 1', /end is missing/],
    ['"abc', /string is not closed/],
    ['"\\q"', /unknown escape \\q/],
    ['"\\u12"', /four hexadecimal digits/],
    ['"\\(1', /interpolation \\\( is not closed/],
    ['.a\n  | %%', /unexpected "%" at line 2, column 5/],
    ['.a ~ 1', /unexpected character "~"/],
    ['$nope', /\$nope is not defined at line 1, column 1/],
    ['$ENV.HOME', /\$ENV is not available here/],
    ['selct(.a)', /selct\/1 is not defined, did you mean select/],
    ['length(1)', /length\/1 takes another number of arguments/],
    ['@nope', /@nope is not a format/],
    ['break $x', /\$\*label-x is not defined/],
    ['import "a" as b; 1', /modules are not supported/],
    ['1 < 2 < 3', /comparisons cannot follow each other/],
    ['reduce .[] as $x (0)', /unexpected "\)"|; is missing/],
    ['def f: 1', /; is missing/],
    ['. as [] | 1', /unexpected "\]"/],
    ['end', /unexpected "end"/],
    ['['.repeat(1000), /nested too deeply/],
  ];
  for (const [filter, message] of wrong) {
    assert.throws(
      () => compileJq(filter),
      (error: unknown) => error instanceof BoxError && error.kind === 'usage' && message.test(error.message),
      filter,
    );
  }
});

test('what fails on an input says why', () => {
  const wrong: [string, Json, RegExp][] = [
    ['.a', 5, /^jq: Cannot index number with "a"$/],
    ['.[0]', { a: 1 }, /^jq: Cannot index object with number$/],
    ['.[]', null, /^jq: Cannot iterate over null$/],
    ['.[]', 5, /^jq: Cannot iterate over number \(5\)$/],
    ['. + 1', 'a', /^jq: string \("a"\) and number \(1\) cannot be added$/],
    ['{} - 1', null, /cannot be subtracted/],
    ['1 / 0', null, /divisor is zero/],
    ['5 % 0', null, /divisor is zero/],
    ['-"a"', null, /cannot be negated/],
    ['keys', 5, /has no keys/],
    ['{(1): 2}', null, /Object keys must be strings/],
    ['path(1)', null, /Invalid path expression with result 1/],
    ['map(. + 1) = 3', [1], /Invalid path expression/],
    ['.[-5] = 1', [1], /Out of bounds negative array index/],
    ['.[1e9] = 1', [1], /too large/],
    ['error("x")', null, /^jq: x$/],
    ['error({a: 1})', null, /^jq: \{"a":1\} \(not a string\)$/],
    ['tonumber', 'x', /cannot be parsed as a number/],
    ['fromjson', '{', /^jq: invalid JSON at line 1/],
    ['test("(")', 'a', /not a valid regex/],
    ['@csv', [[1]], /not valid in a csv row/],
    ['@base64d', '*', /not valid base64/],
    ['now', null, /no clock/],
    ['env', null, /env is not available here/],
    ['input', null, /No more inputs/],
    ['join(",")', [[1]], /cannot be joined/],
    ['"x" * 1e12', null, /too long/],
    ['def f: f + 1; f', null, /recurses too deeply/],
  ];
  for (const [filter, input, message] of wrong) {
    assert.throws(
      () => run(filter, input),
      (error: unknown) => error instanceof BoxError && error.kind === 'error' && message.test(error.message),
      filter,
    );
  }
});

test('outputs before a failure are given', () => {
  const seen: Json[] = [];
  assert.throws(() => {
    for (const v of compileJq('1, 2, error("x")')(null)) seen.push(v);
  });
  assert.deepEqual(seen, [1, 2]);
});

test('outputs are made as they are asked for', () => {
  const outputs = compileJq('range(infinite)')(null)[Symbol.iterator]();
  assert.deepEqual([outputs.next().value, outputs.next().value], [0, 1]);
});

test('comments and lines', () => {
  assert.equal(texts('# first\n.a # then\n  | .b\n', { a: { b: 2 } }), '2');
  assert.equal(texts('', 5), '5');
});

test('long loops do not need the stack', () => {
  assert.equal(texts('[recurse(if . < 50000 then . + 1 else empty end)] | length', 0), '50001');
  assert.equal(texts('last(limit(100000; repeat(1)))', 0), '1');
  assert.equal(texts('reduce range(20000) as $i ([]; .[$i] = $i) | length'), '20000');
});

test('changing many places is not quadratic, and never changes the input', () => {
  const input = parseJson('{"list":[{"n":1},{"n":2}],"same":{"x":1}}');
  const before = stringifyJson(input);
  assert.equal(texts('.list[].n |= . * 10 | .list', input), '[{"n":10},{"n":20}]');
  run('.list[0].n = 9 | .list[1] = null | del(.same) | .list += [1]', input);
  assert.equal(stringifyJson(input), before);
  // A value kept by an update must not follow later changes.
  assert.equal(
    texts('(.a.b, .a, .a.k.b) |= (if type == "object" then {k: ., l: .} else 5 end)', { a: { b: 1 } }),
    '{"a":{"k":{"b":5},"l":{"b":5}}}',
  );
  assert.equal(
    texts('(.a.b, .a, .a.k.b) |= (if type == "object" then {k: ., l: .} else . + 1 end)', { a: { b: 1 } }),
    '{"a":{"k":{"b":3},"l":{"b":2}}}',
  );
  assert.equal(texts('reduce range(3) as $i ({}; .a[$i] = $i | .b = .a | .a[0] += 10)'), '{"a":[30,1,2],"b":[20,1,2]}');
  assert.equal(texts('reduce range(2) as $i ([]; .[$i] = .)'), '[[],[[]]]');
  assert.equal(
    texts('reduce (1, 2) as $i ({x: {}}; .x.y += $i | .z = {w: .x} | .x.y *= 2)'),
    '{"x":{"y":8},"z":{"w":{"y":4}}}',
  );
  assert.equal(texts('[reduce (1, 2) as $i ([], [9]; .[0] += $i)]'), '[[3],[12]]');
  assert.equal(texts('. as $in | reduce (1, 2) as $i (.; .[0] += $i) | [., $in]', [1]), '[[4],[1]]');
  assert.equal(texts('[foreach (1, 2) as $i ({}; .a += $i)]'), '[{"a":1},{"a":3}]');
  assert.equal(
    texts('[1, 2] as $p | reduce (1, 2) as $i ({}; .p = $p | .p[0] += $i) | [., $p]'),
    '[{"p":[3,2]},[1,2]]',
  );
  assert.equal(
    texts('reduce range(30000) as $i ({}; .["k\\($i % 100)"] += 1 | .n[$i] = [$i]) | .k7, (.n | length)'),
    '300 30000',
  );
  const many = Array.from({ length: 20_000 }, (_, n) => ({ n }));
  assert.equal(texts('.[].n |= . + 1 | map(.n) | add', many), '200010000');
});

test('nothing of the language below shows through', () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.equal(texts(`.${key}, has("${key}")`, {}), 'null false');
    assert.equal(texts(`{${key}: 1} | .${key} += 1`, {}), `{"${key}":2}`);
  }
  assert.equal(texts('.["__proto__"].x = 1', {}), '{"__proto__":{"x":1}}');
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
  assert.throws(() => compileJq('constructor'), /not defined/);
});

const json = fc.jsonValue({ maxDepth: 3 }).map((v) => parseJson(JSON.stringify(v)));

test('laws', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      assert.deepEqual(run('tojson | fromjson', a), [a]);
      assert.equal(
        texts(
          '[paths] as $p | . as $v | reduce $p[] as $q (null; setpath($q; $v | getpath($q))) == (if $p == [] then null else $v end)',
          a,
        ),
        'true',
      );
      assert.equal(texts('fromstream(tostream) == .', a), 'true');
      assert.equal(texts('walk(.) == .', a), 'true');
      assert.equal(texts('(.. |= .) == .', a), 'true');
      assert.equal(Math.sign(compare(a, b)), -Math.sign(compare(b, a)) + 0);
      assert.equal(texts('sort == (. | sort | sort)', [a, b]), 'true');
      assert.equal(texts('(.[0] < .[1]) == (.[1] > .[0])', [a, b]), 'true');
    }),
    { numRuns: 60 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (s) => {
      assert.deepEqual(run('explode | implode', s), [s]);
      assert.deepEqual(run('@base64 | @base64d', s), [s]);
      assert.deepEqual(run('@base32 | @base32d', s), [s]);
      assert.deepEqual(run('@uri | @urid', s), [s]);
      assert.deepEqual(run('split("a") | join("a")', s), [s]);
      assert.deepEqual(run('length', s), [[...s].length]);
    }),
  );
});

test('dates survive their text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      assert.deepEqual(run('todate | fromdate', seconds), [seconds]);
      assert.deepEqual(run('gmtime | mktime', seconds), [seconds]);
      const format = '%A %d %B %Y, %I:%M:%S %p';
      assert.deepEqual(run(`strftime("${format}") | strptime("${format}") | mktime`, seconds), [seconds]);
    }),
  );
});
