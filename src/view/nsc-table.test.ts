import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainOutput } from '#base/terminal.ts';
import { textWidth } from '#base/width.ts';
import { renderNscTable } from './nsc-table.ts';

const key = `A${'B'.repeat(55)}`;

test('details: a title in the middle, separators, two columns', () => {
  assert.equal(
    renderNscTable({
      title: 'Operator Details',
      rows: [['Name', 'O'], ['Operator ID', key], 'separator', ['Require Signing Keys', false]],
    }),
    `
+---------------------------------------------------------------------------------+
|                                Operator Details                                 |
+----------------------+----------------------------------------------------------+
| Name                 | O                                                        |
| Operator ID          | ${key} |
+----------------------+----------------------------------------------------------+
| Require Signing Keys | false                                                    |
+----------------------+----------------------------------------------------------+
`.slice(1),
  );
});

test('lists have headers; a last separator is doubled as by nsc', () => {
  assert.equal(
    renderNscTable({
      title: 'Keys',
      headers: ['Entity', 'Key', 'Signing Key', 'Stored'],
      rows: [['O', key, '', '*'], [' A', key, '', '*'], 'separator'],
    }),
    `
+------------------------------------------------------------------------------------------+
|                                           Keys                                           |
+--------+----------------------------------------------------------+-------------+--------+
| Entity | Key                                                      | Signing Key | Stored |
+--------+----------------------------------------------------------+-------------+--------+
| O      | ${key} |             | *      |
|  A     | ${key} |             | *      |
+--------+----------------------------------------------------------+-------------+--------+
+--------+----------------------------------------------------------+-------------+--------+
`.slice(1),
  );
});

test('a long title widens the last column, a short table keeps its title', () => {
  assert.equal(
    renderNscTable({ title: 'Operator "O"', rows: [['No issues found']] }),
    '+-----------------+\n|  Operator "O"   |\n+-----------------+\n| No issues found |\n+-----------------+\n',
  );
  assert.equal(
    renderNscTable({ title: 'A long title', rows: [['a', 1.5]] }),
    '+--------------+\n| A long title |\n+---+----------+\n| a | 1.50     |\n+---+----------+\n',
  );
});

test('a terminal gets what fits, with keys complete', () => {
  const facts = { ...plainOutput, isTTY: true, columns: 40 };
  const text = renderNscTable(
    {
      title: 'T',
      rows: [
        ['Account ID', key],
        ['Note', 'a\x1b[1m'],
      ],
    },
    facts,
  );
  assert.equal(text.replaceAll(/[^AB]/g, '').replaceAll('A', '').length, 55);
  assert.doesNotMatch(text, /\x1b/);
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 4 })),
      fc.integer({ min: 30, max: 90 }),
      (rows, columns) => {
        for (const line of renderNscTable({ title: 'Some title', rows }, { ...facts, columns }).split('\n'))
          assert.ok(textWidth(line) <= columns);
      },
    ),
  );
});
