import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRfc3339 } from '../time.ts';
import { compileExpr, type ExprOptions } from './expr.ts';

const env = {
  config: {
    name: 'ORDERS',
    subjects: ['orders.>', 'js.in.orders_1'],
    num_replicas: 3,
    max_age: 3_600_000_000_000,
    in: 'field',
  },
  state: { messages: 12, bytes: 9_007_199_254_740_993n, consumers: 0 },
  info: { created: '2024-05-06T07:08:09Z', cluster: { name: 'lon' }, nothing: null },
  users: [
    { Name: 'Ann', Age: 30, Tags: ['a', 'b'] },
    { Name: 'Bob', Age: 17, Tags: [] },
    { Name: 'Joe', Age: 45, Tags: ['b'] },
  ],
  list: [3, 1, 2],
  s: 'Hello',
  yes: true,
};

const options: ExprOptions = {
  now: () => parseRfc3339('2024-05-06T08:08:09Z'),
  functions: { twice: (n: number) => n * 2 },
};
const run = (source: string) => compileExpr(source, options).evaluate(env);

test('expressions that are true', () => {
  const sources = [
    // filters as people write them
    'state.messages < 100',
    'state.messages == 12 and config.num_replicas > 1',
    'info.cluster.name in ["lon", "sfo"]',
    '"js.in.orders_1" in config.subjects',
    'any(config.subjects, # startsWith "orders")',
    'config.name matches "^ORD"',
    'config.name matches "(?i)^ord"',
    'config["name"] == "ORDERS"',
    'not (state.consumers > 0)',
    '!(state.consumers > 0) || false',
    'state.bytes == 9007199254740993',
    'state.bytes > 9007199254740992',
    'state.bytes + 1 == 9007199254740994',
    'nosuch == nil',
    'nosuch.deep.er == nil',
    'info?.cluster?.name == "lon"',
    'info.nothing?.x ?? "dflt" == "dflt"',
    'config.in == "field"',
    // literals
    '0x2A == 42 and 0o52 == 42 and 0b101010 == 42 and 1_000 == 1000',
    '.5 == 0.5 and 1e3 == 1000',
    '\'it\\\'s\' == "it\'s" and `a\\n` == "a\\\\n"',
    '"\\u00e9\\x41\\t" == "éA\t"',
    '18446744073709551615 > 18446744073709551614',
    '[1, 2, 3,] == [1, 2, 3]',
    '{a: 1, "b": 2, ("c" + "d"): 3}.cd == 3',
    '{a: {b: [1]}} == {a: {b: [1]}}',
    'true /* a comment */ == true // and one more',
    // operators
    '1 + 2 * 3 == 7',
    '(1 + 2) * 3 == 9',
    '2 ** 3 ** 2 == 512',
    '2 ^ 3 == 8',
    '7 / 2 == 3.5 and 7 % 3 == 1 and -7 % 3 == -1',
    '-2 ** 2 == -4',
    '"a" + "b" == "ab"',
    '1 < 2 and 2 <= 2 and "b" > "a"',
    '1 < 2 < 3',
    'not (1 < 3 < 2)',
    '1 != "1"',
    'yes ? true : false',
    '(nil ?? false ?? true) == false',
    'yes ?: false',
    '(if yes { 1 } else { 2 }) == 1',
    '(if false { 1 } else if yes { 2 } else { 3 }) == 2',
    '1 in [1.0, 2]',
    '4 not in [1, 2]',
    '"name" in {"name": 1}',
    '"Hello" contains "ell" and s not contains "x"',
    's endsWith "lo" and s startsWith "He" and not (s startsWith "x")',
    '1..3 == [1, 2, 3]',
    '3..1 == []',
    '2 in 1..3',
    'list[0] == 3 and list[-1] == 2',
    'list[1:] == [1, 2] and list[:-1] == [3, 1] and list[:] == list and s[1:3] == "el"',
    'let x = 2; let y = x * 3; x + y == 8',
    '$env["s"] == "Hello" and "s" in $env',
    's | lower() | split("l") == ["he", "", "o"]',
    'twice(4) == 8 and ::twice(1) == 2',
    // predicates
    'all(users, .Age > 10) and any(users, {.Age > 40}) and none(users, .Age > 99) and one(users, .Age < 18)',
    'filter(users, .Name startsWith "J")[0].Name == "Joe"',
    'map(users, .Name) == ["Ann", "Bob", "Joe"]',
    'map(1..3, # * #index) == [0, 2, 6]',
    'count(users, .Age >= 18) == 2 and count([true, false, true]) == 2',
    'sum(list) == 6 and sum(users, .Age) == 92',
    'find([1, 2, 3, 4], # > 2) == 3 and findIndex([1, 2, 3, 4], # > 2) == 2',
    'findLast([1, 2, 3, 4], # > 2) == 4 and findLastIndex([1, 2, 3, 4], # > 2) == 3 and find([], #) == nil',
    'reduce(1..9, #acc + #) == 45 and reduce(1..3, #acc + #, 10) == 16',
    'groupBy(users, .Age > 18)["true"][1].Name == "Joe"',
    'map(sortBy(users, .Age), .Name) == ["Bob", "Ann", "Joe"] and sortBy(users, .Age, "desc")[0].Name == "Joe"',
    'filter(users, {let u = #; any(.Tags, # == "a" and u.Age == 30)})[0].Name == "Ann"',
    'users | filter(.Age > 18) | map(.Name) == ["Ann", "Joe"]',
    'all([], false) and not any([], true) and any(nil, true) == false',
    // functions
    'trim("  a ") == "a" and trim("__a__", "_") == "a" and trimPrefix("ab", "a") == "b" and trimSuffix("ab", "b") == "a"',
    'upper("a") == "A" and lower("A") == "a" and replace("aa", "a", "$&") == "$&$&" and repeat("ab", 2) == "abab"',
    'split("a,b,c", ",", 2) == ["a", "b,c"] and splitAfter("a,b", ",") == ["a,", "b"] and join(["a", "b"], "-") == "a-b"',
    'indexOf("apple pie", "pie") == 6 and lastIndexOf("aXaX", "X") == 3 and hasPrefix(s, "He") and hasSuffix(s, "lo")',
    'max(5, 7) == 7 and min([5, 7]) == 5 and abs(-5) == 5 and ceil(1.5) == 2 and floor(1.5) == 1 and round(2.5) == 3 and round(-2.5) == -3',
    'mean([1, 2, 3]) == 2 and median([3, 1, 2]) == 2 and median([1, 2]) == 1.5',
    'bitand(10, 12) == 8 and bitor(10, 12) == 14 and bitxor(10, 12) == 6 and bitnand(10, 12) == 2 and bitnot(10) == -11',
    'bitshl(0b101101, 2) == 0b10110100 and bitshr(0b101101, 2) == 0b1011 and bitushr(-5, 2) == 4611686018427387902',
    'first(list) == 3 and last(list) == 2 and first([]) == nil and take(list, 2) == [3, 1] and reverse(list) == [2, 1, 3]',
    'sort(list) == [1, 2, 3] and sort(list, "desc") == [3, 2, 1] and concat([1], [2]) == [1, 2] and flatten([1, [2, [3]]]) == [1, 2, 3]',
    'uniq([1, 2, 1.0, "1"]) == [1, 2, "1"]',
    'keys({a: 1}) == ["a"] and values({a: 1}) == [1] and toPairs({a: 1}) == [["a", 1]] and fromPairs([["a", 1]]) == {a: 1}',
    'len("é") == 1 and len(list) == 3 and len({a: 1}) == 1 and get(list, 9) == nil and get({a: 1}, "a") == 1',
    'type(1) == "int" and type(1.5) == "float" and type("") == "string" and type([]) == "array" and type({}) == "map" and type(nil) == "nil" and type(true) == "bool"',
    'int("123") == 123 and int(1.9) == 1 and float("1.5") == 1.5 and string(12) == "12" and int("18446744073709551615") == 18446744073709551615',
    'fromJSON("{\\"a\\": 9007199254740993}").a == 9007199254740993 and toJSON([1]) == "[\\n  1\\n]"',
    'toBase64("Hé") == "SMOp" and fromBase64("SMOp") == "Hé"',
    // time
    'info.created < now() and now() - info.created == duration("1h")',
    'date("2024-05-06").Year() == 2024 and date("2024-05-06T07:08:09Z") == info.created',
    'now() > date("2024-05-06 07:00:00") + duration("30m")',
    'config.max_age == duration("1h") and duration("90m").Hours() == 1.5 and duration("1d") == duration("24h")',
    'now().Format("2006-01-02") == "2024-05-06" and type(now()) == "time.Time" and -duration("1s") < duration("0")',
    'nosuch.Year() == nil',
  ];
  for (const source of sources) assert.equal(run(source), true, source);
});

test('comparisons with nothing are false', () => {
  for (const source of [
    'nosuch > 1',
    'nosuch < 1',
    '1 <= info.nothing',
    'nosuch contains "a"',
    'nosuch matches "a"',
    '1 in nosuch',
  ]) {
    assert.equal(run(source), false, source);
  }
});

test('faults name the place', () => {
  const wrong: [string, RegExp][] = [
    ['', /unexpected token EOF \(1:1\)/],
    ['bad(', /unexpected token EOF \(1:4\)/],
    ['1 +', /unexpected token EOF \(1:3\)/],
    ['a b', /unexpected token b \(1:3\)/],
    ['(1', /unexpected token EOF/],
    ['[1', /unexpected token EOF/],
    ['"abc', /not closed \(1:1\)/],
    ['a\n  == @', /unexpected character "@" \(2:6\)/],
    ['12abc', /bad number "12abc"/],
    ['/* a', /comment is not closed/],
    ['upperr("a")', /unknown function upperr, did you mean upper \(1:1\)/],
    ['filter(users)', /needs an array and a predicate/],
    ['#', /unexpected token #/],
    ['map(list, #nope)', /unknown pointer #nope/],
    ['"\\q"', /unknown escape/],
    ['x.1', /unexpected/],
    [`${'('.repeat(500)}1`, /nested too deeply/],
  ];
  for (const [source, message] of wrong) assert.throws(() => compileExpr(source, options), message, source);
  const late: [string, RegExp][] = [
    ['1 + "a"', /operator \+ does not take int and string \(1:3\)/],
    ['yes and\n (1 < "a")', /operator < does not take int and string \(2:5\)/],
    ['list[9]', /index out of range: 9 \(array length is 3\) \(1:5\)/],
    ['1 and true', /takes true and false/],
    ['s in s', /needs an array or map/],
    ['s matches "("', /error parsing regexp/],
    ['1 % 0', /divide by zero/],
    ['0..9999999', /more than a million/],
    ['repeat("abc", 9999999)', /more than a million/],
    ['upper(1)', /upper needs a string, not int/],
    ['filter(1, true)', /filter needs an array, not int/],
    ['filter(list, 1)', /predicate has to give true or false/],
    ['1 ? 2 : 3', /condition has to be true or false/],
    ['s.x', /cannot get x of string/],
    ['now().Nope()', /no method Nope/],
  ];
  for (const [source, message] of late) assert.throws(() => run(source), message, source);
});

test('conditions', () => {
  assert.equal(compileExpr('state.messages > 1').test(env), true);
  assert.equal(compileExpr('nosuch').test(env), false);
  assert.throws(() => compileExpr('state.messages').test(env), /did not return a boolean/);
  assert.throws(() => compileExpr('now()'), /unknown function now/);
});

test('names can be checked', () => {
  const names = ['config', 'state', 'info'];
  assert.equal(compileExpr('config.name == "ORDERS"', { names }).test(env), true);
  assert.throws(() => compileExpr('confg.name == "x"', { names }), /unknown name confg, did you mean config \(1:1\)/);
  assert.equal(compileExpr('let x = 1; x == 1', { names }).test(env), true);
});

test('nothing of the language below shows through', () => {
  for (const source of ['constructor', 's.constructor', 'config.constructor', 'config["__proto__"]', 'users.length']) {
    try {
      assert.equal(run(source), null, source);
    } catch (error) {
      assert.match(String(error), /cannot get/, source);
    }
  }
  assert.throws(() => run('constructor("return 1")()'), /unknown function/);
});
