import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffLines, fieldDiff, paintDiff, textDiff } from './diff.ts';

const word = fc.constantFrom('a', 'b', 'c', 'd');

test('both sides can be read back from a difference', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), fc.array(word, { maxLength: 30 }), (before, after) => {
      const lines = diffLines(before, after);
      assert.deepEqual(
        lines.filter((l) => l.kind !== '+').map((l) => l.text),
        before,
      );
      assert.deepEqual(
        lines.filter((l) => l.kind !== '-').map((l) => l.text),
        after,
      );
    }),
  );
});

test('a difference is as short as the longest common subsequence allows', () => {
  const lcs = (a: string[], b: string[]): number => {
    const row = new Array<number>(b.length + 1).fill(0);
    for (const x of a) {
      let diagonal = 0;
      b.forEach((y, j) => {
        const above = row[j + 1] ?? 0;
        row[j + 1] = x === y ? diagonal + 1 : Math.max(above, row[j] ?? 0);
        diagonal = above;
      });
    }
    return row[b.length] ?? 0;
  };
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.array(word, { maxLength: 12 }), (before, after) => {
      assert.equal(diffLines(before, after).filter((l) => l.kind === '=').length, lcs(before, after));
    }),
  );
});

test('texts that have nothing in common are replaced', () => {
  const many = (name: string) => Array.from({ length: 3000 }, (_, i) => `${name}${i}`);
  const lines = diffLines(many('a'), many('b'));
  assert.equal(lines.length, 6000);
  assert.equal(lines[0]?.kind, '-');
  assert.equal(lines[3000]?.kind, '+');
});

test('text difference with context', () => {
  const before = Array.from({ length: 12 }, (_, i) => `line ${i}`);
  const after = before.with(6, 'changed');
  assert.equal(
    textDiff(before.join('\n'), after.join('\n'), { context: 2 }),
    '  ... // 4 identical lines\n  line 4\n  line 5\n- line 6\n+ changed\n  line 7\n  line 8\n  ... // 3 identical lines\n',
  );
  assert.equal(textDiff('same\n', 'same\n'), '');
});

// The recorded look of `nats stream edit ORDERS --max-msgs 10 --max-age 1h --dry-run`.
const names = [
  'Name',
  'Description',
  'Subjects',
  'Retention',
  'MaxConsumers',
  'MaxMsgsPer',
  'MaxMsgs',
  'MaxBytes',
  'MaxAge',
];
const tail = ['MaxMsgSize', 'Storage', 'Discard', 'Replicas', 'NoAck'];

test('configuration difference', () => {
  const field = (name: string) => ({ name, before: '-1', after: '-1' });
  const fields = [...names, ...tail].map(field).map((f) => {
    if (f.name === 'MaxMsgs') return { ...f, after: '10' };
    return f.name === 'MaxAge' ? { ...f, before: 's"0s"', after: 's"1h0m0s"' } : f;
  });
  assert.equal(
    fieldDiff('api.StreamConfig', fields),
    [
      '  api.StreamConfig{',
      '  \t... // 4 identical fields',
      '  \tMaxConsumers: -1,',
      '  \tMaxMsgsPer:   -1,',
      '- \tMaxMsgs:      -1,',
      '+ \tMaxMsgs:      10,',
      '  \tMaxBytes:     -1,',
      '- \tMaxAge:       s"0s",',
      '+ \tMaxAge:       s"1h0m0s",',
      '  \tMaxMsgSize:   -1,',
      '  \tStorage:      -1,',
      '  \t... // 3 identical fields',
      '  }',
      '',
    ].join('\n'),
  );
});

test('a single equal field is shown rather than counted', () => {
  const fields = ['A', 'B', 'C'].map((name) => ({ name, before: '1', after: '1' }));
  const changed = { name: 'D', before: '1', after: '2' };
  assert.match(fieldDiff('T', [...fields, changed]), /A: 1,\n.*B: 1,\n.*C: 1,\n- /);
  assert.equal(fieldDiff('T', fields), '');
});

test('colours mark the changed lines only', () => {
  assert.equal(paintDiff('  a\n- b\n+ c\n', { color: 1 }), '  a\n\x1b[31m- b\x1b[0m\n\x1b[32m+ c\x1b[0m\n');
  assert.equal(paintDiff('- b\n', { color: 0 }), '- b\n');
});
