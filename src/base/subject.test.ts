import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  hasWildcard,
  isValidLiteral,
  isValidName,
  isValidSubject,
  isWithin,
  literalPrefix,
  splitList,
  subjectMatcher,
  subjectsCollide,
  tokenCount,
  tokens,
} from './subject.ts';

test('validity', () => {
  for (const s of ['a', 'a.b', '*', '>', 'a.*.b', 'a.>', 'a*b', 'a.b>', '$JS.API.>', 'é.ü'])
    assert.ok(isValidSubject(s), s);
  for (const s of ['', '.', 'a.', '.a', 'a..b', 'a b', 'a.\tb', '>.a', 'a.>.b', 'a\n'])
    assert.ok(!isValidSubject(s), s);
  for (const s of ['a', 'a.b*', 'a>b']) assert.ok(isValidLiteral(s), s);
  for (const s of ['a.*', '>', 'a.>', '']) assert.ok(!isValidLiteral(s), s);
  assert.ok(hasWildcard('a.*') && hasWildcard('>') && !hasWildcard('a*.b>'));
});

test('tokens', () => {
  assert.deepEqual(tokens('a.b.c'), ['a', 'b', 'c']);
  assert.equal(tokenCount(''), 0);
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: fc.constantFrom('a', '.') }),
      (s) => tokenCount(s) === tokens(s).length,
    ),
  );
});

test('covering', () => {
  const yes: [string, string][] = [
    ['a', 'a'],
    ['a.b', 'a.*'],
    ['a.b', '>'],
    ['a.b', 'a.>'],
    ['a.*', 'a.>'],
    ['a.*', '*.*'],
    ['a.>', '>'],
    ['a.>', 'a.>'],
    ['a.b.c', '*.b.*'],
    ['foo.*', 'foo.*'],
  ];
  const no: [string, string][] = [
    ['a', 'a.>'],
    ['a', 'a.b'],
    ['a.b', 'a'],
    ['a.>', 'a.*'],
    ['a.*', 'a.b'],
    ['>', 'a.>'],
    ['*', 'a'],
    ['a.b', '*'],
    ['', 'a'],
    ['', '>'],
    ['a..b', 'a.*.b'],
  ];
  for (const [subject, filter] of yes) assert.ok(isWithin(subject, filter), `${subject} in ${filter}`);
  for (const [subject, filter] of no) assert.ok(!isWithin(subject, filter), `${subject} in ${filter}`);
});

test('collisions', () => {
  const yes: [string, string][] = [
    ['a', 'a'],
    ['a', '*'],
    ['a.*', '*.b'],
    ['a.>', '*.b.c'],
    ['a.>', '>'],
    ['a.*.c', 'a.b.*'],
    ['*.>', 'a.b'],
  ];
  const no: [string, string][] = [
    ['a', 'b'],
    ['a.*', 'b.*'],
    ['a.*', 'a.*.c'],
    ['a.>', 'a'],
    ['a.>', '*'],
    ['a.b.>', 'a.c.>'],
  ];
  for (const [a, b] of yes) assert.ok(subjectsCollide(a, b) && subjectsCollide(b, a), `${a} ${b}`);
  for (const [a, b] of no) assert.ok(!subjectsCollide(a, b) && !subjectsCollide(b, a), `${a} ${b}`);
});

const token = fc.constantFrom('a', 'b');
const literal = fc.array(token, { minLength: 1, maxLength: 4 }).map((t) => t.join('.'));
const filter = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 3 }), fc.constantFrom('a', 'b', '*', '>'))
  .map(([t, last]) => [...t, last].join('.'));

/** All subjects of up to five tokens over a and b: enough to decide the relations of filters of up to four. */
const world: string[] = [];
for (let n = 1; n <= 5; n++) {
  for (let bits = 0; bits < 1 << n; bits++)
    world.push(Array.from({ length: n }, (_, i) => ((bits >> i) & 1 ? 'a' : 'b')).join('.'));
}

test('matching, covering and colliding agree with each other on a small world', () => {
  fc.assert(
    fc.property(filter, filter, (f, g) => {
      const inF = world.filter(subjectMatcher(f));
      const inG = new Set(world.filter(subjectMatcher(g)));
      assert.equal(
        subjectsCollide(f, g),
        inF.some((s) => inG.has(s)),
      );
      if (isWithin(f, g)) assert.ok(inF.every((s) => inG.has(s)));
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(
      literal,
      filter,
      (s, f) => subjectMatcher(f)(s) === isWithin(s, f) && isWithin(s, f) === subjectsCollide(s, f),
    ),
  );
});

test('a prepared filter equals the plain question for patterns too', () => {
  fc.assert(fc.property(filter, filter, (f, g) => hasWildcard(g) === false || subjectMatcher(g)(f) === isWithin(f, g)));
  assert.ok(!subjectMatcher('a.>')('a.'));
  assert.ok(!subjectMatcher('a.>')('a..b'));
});

test('names, prefixes, lists', () => {
  for (const n of ['ORDERS', 'a-b_c', 'é']) assert.ok(isValidName(n));
  for (const n of ['', 'a.b', 'a b', 'a*', '>', 'a/b', 'a\\b', 'a\0']) assert.ok(!isValidName(n), n);
  assert.equal(literalPrefix('a.b.*.c'), 'a.b');
  assert.equal(literalPrefix('>'), '');
  assert.equal(literalPrefix('a.b'), 'a.b');
  assert.deepEqual(splitList(['a,b c', 'd', ' e ,f', '']), ['a', 'b', 'c', 'd', 'e', 'f', '']);
});
