import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainOutput, type TerminalFacts } from '#base/terminal.ts';
import { textWidth } from '#base/width.ts';
import { columns, formatValue, renderColumns } from './columns.ts';
import { columnsJson, columnsMarkdown } from './columns-forms.ts';

const terminal = (width: number): TerminalFacts => ({ ...plainOutput, isTTY: true, columns: width });

function stream() {
  return columns('Information for Stream ORDERS created 2026-11-23 08:07:01')
    .line()
    .row('Subjects', ['orders.>', 'more.*'])
    .row('Replicas', 1)
    .section('Options')
    .row('Acknowledgments:', true)
    .row('Allows Atomic Batch Publish', false)
    .section('Limits')
    .rowUnlimited('Maximum Messages', -1n)
    .rowUnlimited('Maximum Bytes', 1234567n)
    .rowUnlimitedIf('Maximum Age', '1d0h0m0s', false)
    .line()
    .section('State')
    .line()
    .row('Messages', 9007199254740993n)
    .rowIf('Lost', 1, false)
    .rowIfNotEmpty('Note', '');
}

test('labels to the right, sections, blank lines, numbers with separators', () => {
  assert.equal(
    renderColumns(stream()),
    `
Information for Stream ORDERS created 2026-11-23 08:07:01


                     Subjects: orders.>, more.*
                     Replicas: 1

Options:

              Acknowledgments: true
  Allows Atomic Batch Publish: false

Limits:

             Maximum Messages: unlimited
                Maximum Bytes: 1,234,567
                  Maximum Age: 1d0h0m0s

State:

                     Messages: 9,007,199,254,740,993
`.slice(1),
  );
});

test('several values under one label, counts, indentation, free lines', () => {
  const report = columns()
    .row('Account', 'ACC')
    .list('Tags', ['t2', 't1'])
    .map('Metadata', { zz: '1', a: 'x' })
    .counts('By Kind', { push: 1, pull: 2000 }, 'down')
    .rows({ Beta: 'b', Alpha: 'a' })
    .countRows({ Low: 1, High: 3 }, 'up')
    .indent(2)
    .section('Publish')
    .line('No permissions defined')
    .indent(0)
    .line();
  assert.equal(
    renderColumns(report),
    `
   Account: ACC
      Tags: t1
            t2
  Metadata:  a: x
            zz: 1
   By Kind: pull: 2,000
            push: 1
     Alpha: a
      Beta: b
       Low: 1
      High: 3

  Publish:

   No permissions defined

`.slice(1),
  );
});

test('values as the original writes them', () => {
  assert.equal(formatValue(1234567), '1,234,567');
  assert.equal(formatValue(1234.56789), '1,234.567');
  assert.equal(formatValue(18446744073709551615n), '18446744073709551615');
  assert.equal(formatValue(true), 'true');
  assert.equal(formatValue(['a', 'b']), 'a, b');
  assert.match(formatValue(new Date(0)), /^19(70|69)-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

test('markdown', () => {
  assert.equal(
    columnsMarkdown(columns('Head').row('A', 1).row('', 2).section('More:').indent(2).section('Deep').line('x', 'y')),
    '# Head\n\n- **A:** 1\n- 2\n\n## More:\n\n\n### Deep\n\nx y\n',
  );
});

test('JSON by labels', () => {
  const report = columns('Head').row('B', 1).row('A', '<a>').row('', 2).line('lost').section('Deep');
  assert.equal(
    columnsJson(report.line('x', 'y').row('k', true).row('k', false).line('z')),
    '{\n  "A": "\\u003ca\\u003e",\n  "B": "1",\n  "Deep": {\n    "header": [\n      "x",\n      "y",\n      "z"\n    ],\n' +
      '    "k": "false"\n  },\n  "Header": "Head"\n}\n',
  );
});

test('a terminal: long values go on under their beginning, colours on colons, control characters shown', () => {
  const report = columns().row('Subjects', 'one.>, two.>, three.>, four.>').row('Short', 'x\x1b[2J');
  assert.equal(
    renderColumns(report, { facts: terminal(30) }),
    '  Subjects: one.>, two.>,\n            three.>, four.>\n     Short: x\\x1b[2J\n',
  );
  assert.equal(
    renderColumns(columns().row('A', 'A: b').row('', 'c'), { facts: { ...terminal(80), color: 1 }, scheme: 'cyan' }),
    '  A\x1b[36m:\x1b[0m A: b\n     c\n',
  );
});

test('a marked word in its style, whatever the value brings along', () => {
  const report = columns().row('Key', 'ERROR\x1b[2J (ERROR)', { word: 'ERROR', style: 'red' });
  const facts = { ...terminal(80), color: 1 } as const;
  assert.equal(renderColumns(report, { facts }), '  Key: ERROR\\x1b[2J (\x1b[31mERROR\x1b[0m)\n');
  assert.equal(renderColumns(report), '  Key: ERROR\x1b[2J (ERROR)\n');
});

test('no line is wider than the terminal, and nothing is lost', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ maxLength: 30 }), text), { maxLength: 8 }),
      text,
      fc.integer({ min: 10, max: 120 }),
      (rows, heading, width) => {
        const report = columns(heading).section('S');
        for (const [label, value] of rows) report.row(label, value);
        const out = renderColumns(report, { facts: terminal(width) });
        const squeeze = (s: string) => s.replace(/\s/g, '');
        for (const line of out.split('\n'))
          assert.ok(textWidth(line) <= Math.max(width, ...rows.map(([label]) => textWidth(label) + 5)), line);
        for (const [, value] of rows)
          if (!/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]|\p{Cs}/u.test(value))
            assert.ok(squeeze(out).includes(squeeze(value)));
      },
    ),
  );
});
