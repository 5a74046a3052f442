import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainOutput, type TerminalFacts } from '#base/terminal.ts';
import { textWidth } from '#base/width.ts';
import { colorSchemeOf, renderTable, tableFormatOf } from './table.ts';
import { looksNumeric } from './table-fit.ts';
import { separator, type Table } from './table-model.ts';

const history: Table = {
  title: 'History for CFG > k',
  headers: ['Key', 'Revision', 'Op', 'Created', 'Length', 'Value'],
  rows: [
    ['k', 1, 'PUT', '2026-11-23 08:07:01', '1', 'v'],
    ['k', 2n, 'DELETE', '2026-11-23 08:07:02', '0', ''],
  ],
};

const consumers: Table = {
  title: 'Consumer report for ORDERS with 2 consumers',
  headers: [
    'Consumer',
    'Mode',
    'Ack Policy',
    'Ack Wait',
    'Ack Pending',
    'Redelivered',
    'Unprocessed',
    'Ack Floor',
    'API Level',
    'Cluster',
  ],
  rows: [
    ['C', 'Pull', 'Explicit', '30.00s', '0', '0', '4 / 80%', '1', '0', ''],
    ['D', 'Pull', 'Explicit', '30.00s', '0', '0', '1 / 20%', '0', '0', ''],
  ],
};

const terminal = (columns: number, more: Partial<TerminalFacts> = {}): TerminalFacts => ({
  ...plainOutput,
  isTTY: true,
  columns,
  ...more,
});

test('the look of the original: numbers to the right, an odd title blank to the left', () => {
  assert.equal(
    renderTable(history),
    `
╭────────────────────────────────────────────────────────────────╮
│                       History for CFG > k                      │
├─────┬──────────┬────────┬─────────────────────┬────────┬───────┤
│ Key │ Revision │ Op     │ Created             │ Length │ Value │
├─────┼──────────┼────────┼─────────────────────┼────────┼───────┤
│ k   │        1 │ PUT    │ 2026-11-23 08:07:01 │ 1      │ v     │
│ k   │        2 │ DELETE │ 2026-11-23 08:07:02 │ 0      │       │
╰─────┴──────────┴────────┴─────────────────────┴────────┴───────╯
`.slice(1),
  );
  assert.equal(
    renderTable(consumers),
    `
╭─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╮
│                                     Consumer report for ORDERS with 2 consumers                                     │
├──────────┬──────┬────────────┬──────────┬─────────────┬─────────────┬─────────────┬───────────┬───────────┬─────────┤
│ Consumer │ Mode │ Ack Policy │ Ack Wait │ Ack Pending │ Redelivered │ Unprocessed │ Ack Floor │ API Level │ Cluster │
├──────────┼──────┼────────────┼──────────┼─────────────┼─────────────┼─────────────┼───────────┼───────────┼─────────┤
│ C        │ Pull │ Explicit   │ 30.00s   │ 0           │ 0           │ 4 / 80%     │ 1         │ 0         │         │
│ D        │ Pull │ Explicit   │ 30.00s   │ 0           │ 0           │ 1 / 20%     │ 0         │ 0         │         │
╰──────────┴──────┴────────────┴──────────┴─────────────┴─────────────┴─────────────┴───────────┴───────────┴─────────╯
`.slice(1),
  );
});

test('sums stand below a line and follow the alignment of a column without values', () => {
  assert.equal(
    renderTable({
      title: 'Health Report',
      headers: ['Server', 'Cluster', 'Domain', 'Status', 'Type', 'Error'],
      rows: [['n1', '', '', 'ok (200)', '']],
      footer: ['1', '1', '', 'ok: 1 / err: 0', '', '0'],
    }),
    `
╭───────────────────────────────────────────────────────────╮
│                       Health Report                       │
├────────┬─────────┬────────┬────────────────┬──────┬───────┤
│ Server │ Cluster │ Domain │ Status         │ Type │ Error │
├────────┼─────────┼────────┼────────────────┼──────┼───────┤
│ n1     │         │        │ ok (200)       │      │       │
├────────┼─────────┼────────┼────────────────┼──────┼───────┤
│ 1      │ 1       │        │ ok: 1 / err: 0 │      │     0 │
╰────────┴─────────┴────────┴────────────────┴──────┴───────╯
`.slice(1),
  );
});

test('no title, no rows, separators, cells of several lines', () => {
  assert.equal(
    renderTable({ headers: ['Status', 'Message'], rows: [['OK', 'bucket CFG'], separator, ['OK', 'two\nlines']] }),
    `
╭────────┬────────────╮
│ Status │ Message    │
├────────┼────────────┤
│ OK     │ bucket CFG │
├────────┼────────────┤
│ OK     │ two        │
│        │ lines      │
╰────────┴────────────╯
`.slice(1),
  );
  assert.equal(
    renderTable({ title: 'Leafnodes', headers: ['Server', 'RTT'], rows: [] }),
    `
╭──────────────╮
│   Leafnodes  │
├────────┬─────┤
│ Server │ RTT │
├────────┼─────┤
╰────────┴─────╯
`.slice(1),
  );
  assert.equal(renderTable({ title: 'Nothing', rows: [] }), '\n');
});

test('a title wider than the table is cut into lines as by the original', () => {
  const lines = renderTable({ title: 'Users in account ACC', headers: ['Name'], rows: [['A long one']] }).split('\n');
  assert.deepEqual(lines.slice(0, 4), ['╭────────────╮', '│ Users in a │', '│ ccount ACC │', '├────────────┤']);
});

test('wide characters keep the borders straight', () => {
  const widths = renderTable({
    headers: ['名前', 'x'],
    rows: [
      ['生命', '😀'],
      ['a', 'é'],
    ],
  })
    .trimEnd()
    .split('\n')
    .map((line) => textWidth(line));
  assert.equal(new Set(widths).size, 1);
});

test('markdown, csv and tsv', () => {
  const table: Table = {
    title: 'T',
    headers: ['A', 'N'],
    rows: [['x|y', 1], separator, ['say "hi", you', 2]],
    footer: ['', 3],
  };
  assert.equal(
    renderTable(table, { format: 'markdown' }),
    '# T\n| A | N |\n| --- | ---:|\n| x\\|y | 1 |\n| say "hi", you | 2 |\n|  | 3 |\n',
  );
  assert.equal(renderTable(table, { format: 'csv' }), 'T\nA,N\nx|y,1\n"say ""hi"", you",2\n,3\n');
  assert.equal(renderTable(table, { format: 'tsv' }), 'T\nA\tN\nx|y\t1\n"say ""hi"", you"\t2\n\t3\n');
});

test('formats and schemes by name', () => {
  assert.equal(tableFormatOf({ NATS_TABLE_FORMAT: 'MD' }), 'markdown');
  assert.equal(tableFormatOf({ LLMFORMAT: '1', NATS_TABLE_FORMAT: 'csv' }), 'markdown');
  assert.equal(tableFormatOf({ NATS_TABLE_FORMAT: 'fancy' }), undefined);
  assert.equal(colorSchemeOf('cyan'), 'cyan');
  assert.equal(colorSchemeOf('pink'), undefined);
});

test('schemes are for terminals only', () => {
  const table: Table = { headers: ['A'], rows: [['x']] };
  assert.match(renderTable(table, { scheme: 'double' }), /^╭/);
  assert.match(renderTable(table, { scheme: 'double', facts: terminal(80) }), /^╔/);
  assert.match(renderTable(table, { scheme: 'red', facts: terminal(80, { color: 1 }) }), /^\x1b\[31m╭───╮\x1b\[0m\n/);
  assert.match(renderTable(table, { scheme: 'red', facts: terminal(80) }), /^╭/);
  assert.match(renderTable(table, { facts: terminal(80, { unicode: false }) }), /^\+---\+\n\| A \|\n/);
});

test('a narrow terminal: headers break first, then padding goes, then text is cut', () => {
  const at = (columns: number) => renderTable(consumers, { facts: terminal(columns) });
  assert.match(at(110), /^│ Consumer │ Mode │ Policy {3}│ Wait {3}│ Pending │/m);
  assert.match(at(100), /^│Consumer│Mode│Ack Policy│Ack Wait│Ack Pending│/m);
  assert.match(at(85), /^│Consumer│Mode│Policy {2}│Wait {2}│Pending│/m);
  for (const columns of [119, 100, 80, 70])
    for (const line of at(columns).split('\n')) assert.ok(textWidth(line) <= columns, line);

  const text: Table = {
    headers: ['Name', 'Description', 'Messages'],
    rows: [['ORDERS', 'a rather long description of this stream', 1234567]],
  };
  assert.equal(
    renderTable(text, { facts: terminal(40) }),
    `
╭──────┬──────────────────────┬────────╮
│Name  │Description           │Messages│
├──────┼──────────────────────┼────────┤
│ORDERS│a rather long descrip…│ 1234567│
╰──────┴──────────────────────┴────────╯
`.slice(1),
  );
});

test('when numbers alone do not fit, rows become blocks', () => {
  assert.equal(
    renderTable(
      {
        title: 'T',
        headers: ['Server', 'In Bytes', 'Out Bytes'],
        rows: [
          ['n1', '1,234,567', '7,654,321'],
          ['n2', '1', '2'],
        ],
        footer: ['', '3', '4'],
      },
      { facts: terminal(22) },
    ),
    `
T

   Server: n1
 In Bytes: 1,234,567
Out Bytes: 7,654,321

   Server: n2
 In Bytes: 1
Out Bytes: 2

───────────
 In Bytes: 3
Out Bytes: 4
`.slice(1),
  );
});

test('control characters never reach a terminal', () => {
  const table: Table = { title: 't\x1b[2J', headers: ['A'], rows: [['\x1b]0;x\x07 \x9b1m']] };
  assert.doesNotMatch(renderTable(table, { facts: terminal(80) }), /[\x1b\x07\x9b]/);
});

test('what is a number to people', () => {
  for (const text of [
    '1,234',
    '46 B',
    '4.9 KiB',
    '1d2h3m4s',
    '63ms',
    '30.00s',
    '4 / 80%',
    '0.5',
    '-1',
    '2026-11-23 08:07:01',
    '',
    'never',
    '1.2 MiB/s',
    '10%',
    '5s ago',
  ]) {
    assert.ok(looksNumeric(text), text);
  }
  for (const text of ['orders.1', 'n1', '127.0.0.1:4222 x', 'Explicit', 'v2-beta', 'a 1'])
    assert.ok(!looksNumeric(text), text);
});

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.integer(),
  fc.bigInt({ min: 0n, max: 1n << 64n }),
  fc.constant('1,234,567 B'),
  fc.string({ maxLength: 5 }),
);

test('no line is wider than the terminal, and no number is cut', () => {
  fc.assert(
    fc.property(
      fc.record({
        title: fc.string({ maxLength: 50 }),
        headers: fc.array(fc.string({ maxLength: 15 }), { maxLength: 12 }),
        rows: fc.array(fc.array(cell, { maxLength: 12 }), { maxLength: 6 }),
      }),
      fc.integer({ min: 24, max: 130 }),
      fc.boolean(),
      (table, columns, unicode) => {
        const text = renderTable(table, { facts: terminal(columns, { unicode }) });
        for (const line of text.split('\n')) assert.ok(textWidth(line) <= columns, `${textWidth(line)}: ${line}`);
        const joined = text.replaceAll(/\n +(?=\d)/g, '');
        for (const value of table.rows.flat())
          if (typeof value === 'bigint' && value > 1000000n) assert.ok(joined.includes(String(value)), String(value));
        assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      },
    ),
    { numRuns: 120 },
  );
});
