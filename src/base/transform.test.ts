import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fnv1a32, partition, subjectTransform } from './transform.ts';

const map = (source: string, destination: string, subject: string) =>
  subjectTransform(source, destination).apply(subject);

test('transforms of the server', () => {
  const cases: [string, string, string, string][] = [
    ['', 'prefix.>', 'foo', 'prefix.foo'],
    ['foo', '', 'foo', 'foo'],
    ['foo', 'bar', 'foo', 'bar'],
    ['>', '>', 'a.b', 'a.b'],
    ['foo.*.bar.*.baz', 'req.$2.$1', 'foo.A.bar.B.baz', 'req.B.A'],
    ['foo.*.bar.*.baz', 'req.{{wildcard(2)}}.{{Wildcard( 1 )}}', 'foo.A.bar.B.baz', 'req.B.A'],
    ['baz.>', 'my.pre.>', 'baz.1.2.3', 'my.pre.1.2.3'],
    ['a.*.>', 'b.$1.>', 'a.x.1.2', 'b.x.1.2'],
    ['*', 'foo.bar.$1', 'foo', 'foo.bar.foo'],
    ['*', 'x.$foo', 'a', 'x.$foo'],
    ['*', '{{splitfromleft(1,3)}}', '12345', '123.45'],
    ['*', '{{SplitFromRight(1,3)}}', '12345', '12.345'],
    ['*', '{{SliceFromLeft(1,3)}}', '1234567890', '123.456.789.0'],
    ['*', '{{SliceFromRight(1,3)}}', '1234567890', '1.234.567.890'],
    ['*', '{{slicefromright(1,2)}}', 'abcdef', 'ab.cd.ef'],
    ['*', '{{split(1,-)}}', '-abc-def--ghi-', 'abc.def.ghi'],
    ['*.*', '{{split(2,-)}}.{{splitfromleft(1,2)}}', 'foo.-abc-def--ghij-', 'abc.def.ghij.fo.o'],
    ['*', '{{right(1,1)}}', '1234', '4'],
    ['*', '{{right(1,6)}}', '1234', '1234'],
    ['*', '{{left(1,3)}}', '1234', '123'],
    ['*', '{{left(1,0)}}', '1234', '1234'],
    ['*', 'bar.{{partition(0)}}', 'baz', 'bar.0'],
    ['*', 'bar.{{partition(10, 0)}}', 'foo', 'bar.3'],
    ['*.*', 'bar.{{partition(10)}}', 'foo.bar', 'bar.6'],
    ['*', 'bar.{{partition(10)}}', 'qux', 'bar.9'],
    ['foo.baz', 'qux.{{partition(10)}}', 'foo.baz', 'qux.4'],
    ['test.subject', 'result.{{partition(5)}}', 'test.subject', 'result.0'],
  ];
  for (const [source, destination, subject, expected] of cases) {
    assert.equal(map(source, destination, subject), expected, `${source} ${destination} ${subject}`);
  }
});

test('what does not match has no result', () => {
  assert.equal(map('a.*', 'b.$1', 'b.x'), undefined);
  assert.equal(map('a.*', 'b.$1', 'a.x.y'), undefined);
  assert.equal(map('a.*', 'b.$1', 'a.*'), undefined);
  assert.equal(map('a.*', 'b.$1', 'a..'), undefined);
});

test('what the server refuses is refused', () => {
  const wrong: [string, string, RegExp][] = [
    ['foo..', 'bar', /invalid subject/],
    ['foo.*', 'bar.*', /invalid subject/],
    ['foo.*', 'bar.$1.>', /invalid subject/],
    ['foo.>', 'bar.baz', /invalid subject/],
    ['foo.*', 'bar.$2', /out of range/],
    ['foo.*', 'foo.{{wildcard(2)}}', /out of range/],
    ['foo', 'bla.{{wildcard(1)}}', /out of range/],
    ['foo', 'bla.$1', /out of range/],
    ['foo.*', 'foo.{{unimplemented(1)}}', /unknown function/],
    ['foo.*', 'foo.{{PARTITION(1)}}', /unknown function/],
    ['foo.*', 'foo.{{ wildcard5) }}', /unknown function/],
    ['foo.*', 'foo.{{splitLeft(2,2}}', /unknown function/],
    ['foo.*', 'foo.{{partition()}}', /invalid or in the wrong format/],
    ['foo.*', 'foo.{{random()}}', /invalid or in the wrong format/],
    ['foo.*', 'foo.{{wildcard(foo)}}', /invalid or in the wrong format/],
    ['foo.*', 'foo.{{wildcard()}}', /not enough/],
    ['foo.*', 'foo.{{wildcard(1,2)}}', /too many/],
    ['foo.*', 'foo.{{left(1)}}', /not enough/],
    ['foo.*', 'foo.{{left(1,2,3)}}', /too many/],
    ['foo.*', 'foo.{{partition(2147483648)}}', /invalid or in the wrong format/],
  ];
  for (const [source, destination, message] of wrong) {
    assert.throws(() => subjectTransform(source, destination), message, `${source} ${destination}`);
  }
  assert.throws(() => subjectTransform('foo.*.*', 'bar.$2', { strict: true }), /not using all/);
  assert.throws(() => subjectTransform('foo.*', 'bar.{{partition(2,1)}}', { strict: true }), /import transforms/);
  assert.equal(subjectTransform('foo.*', 'bar.{{Wildcard(1)}}', { strict: true }).apply('foo.x'), 'bar.x');
});

test('random stays below its argument', () => {
  const asked: number[] = [];
  const t = subjectTransform('*', 'r.{{random(6)}}', { random: (below) => asked.push(below) });
  assert.equal(t.apply('a'), 'r.1');
  assert.deepEqual(asked, [6]);
  assert.equal(subjectTransform('*', 'r.{{random(0)}}', { random: () => 9 }).apply('a'), 'r.0');
});

test('the hash has the published values', () => {
  assert.equal(fnv1a32(new Uint8Array()), 0x811c9dc5);
  assert.equal(fnv1a32(new TextEncoder().encode('a')), 0xe40c292c);
  assert.equal(fnv1a32(new TextEncoder().encode('foobar')), 0xbf9cf968);
  assert.equal(partition('foo', 10), 3);
});
