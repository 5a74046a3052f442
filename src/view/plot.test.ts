import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { barGraph, gauge, linePlot, sparkline } from './plot.ts';

test('a line plot in the look of the original', () => {
  assert.equal(
    linePlot([2, 1, 1, 2, -2, 5, 7, 11, 3, 7, 1]),
    `
 11.00 ┤      ╭╮
 10.00 ┤      ││
  9.00 ┤      ││
  8.00 ┤      ││
  7.00 ┤     ╭╯│╭╮
  6.00 ┤     │ │││
  5.00 ┤    ╭╯ │││
  4.00 ┤    │  │││
  3.00 ┤    │  ╰╯│
  2.00 ┼╮ ╭╮│    │
  1.00 ┤╰─╯││    ╰
  0.00 ┤   ││
 -1.00 ┤   ││
 -2.00 ┤   ╰╯`.slice(1),
  );
});

test('a plot of given height', () => {
  assert.equal(
    linePlot([192, 431, 112, 449, -122, 375, 782, 123, 911, 1711, 172], { height: 10 }),
    `
 1711 ┤        ╭╮
 1528 ┤        ││
 1344 ┤        ││
 1161 ┤        ││
  978 ┤       ╭╯│
  794 ┤     ╭╮│ │
  611 ┤     │││ │
  428 ┤╭╮╭╮╭╯││ │
  245 ┼╯╰╯││ ╰╯ ╰
   61 ┤   ││
 -122 ┤   ╰╯`.slice(1),
  );
});

test('small numbers get more decimals, a flat series a floor', () => {
  assert.match(linePlot([0.01, 0.004, 0.003, 0.0042, 0.0083, 0.0033, 0.0079]), /^ 0\.010 ┼╮\n/);
  const flat = linePlot([0, 0, 0, 0, 0], { height: 3 }).split('\n');
  assert.deepEqual(flat, [' 0.00 ┤', ' 0.00 ┤', ' 0.00 ┤', ' 0.00 ┼────']);
});

test('a gap, bounds, a format and a caption', () => {
  const plot = linePlot([0, 5, Number.NaN, Number.NaN, 10, 10], {
    height: 2,
    upperBound: 20,
    format: (v) => `${v} B`,
    caption: 'Bytes',
  }).split('\n');
  assert.deepEqual(plot, [' 20 B ┤', ' 10 B ┤╭╴ ╶─', '  0 B ┼╯', '       Bytes']);
});

test('plots are as wide as asked for and never throw', () => {
  const value = fc.oneof(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.integer({ min: -5, max: 5 }),
    fc.constant(0),
  );
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 2, max: 80 }),
      fc.integer({ min: 1, max: 30 }),
      (series, width, height) => {
        const lines = linePlot(series, { width, height, lowerBound: 0 }).split('\n');
        assert.ok(lines.length >= 2 && lines.length <= height + 2, `${lines.length} rows`);
        for (const line of lines)
          assert.ok(line.length - Math.max(line.indexOf('┤'), line.indexOf('┼')) - 1 <= width, line);
        assert.equal(lines.filter((line) => line.includes('┼')).length, 1);
      },
    ),
  );
});

test('sparklines', () => {
  assert.equal(sparkline([0, 1, 2, 4, 8]), '▁▂▃▅█');
  assert.equal(sparkline([1, 2, 3, 4], { width: 2, max: 4 }), '▆█');
  assert.equal(sparkline([0, 0]), '▁▁');
  assert.equal(sparkline([0, 4, Number.NaN], { unicode: false }), '_# ');
});

test('bars are sorted and scaled from the smallest to the largest', () => {
  const bars = [
    { label: 'n10', value: 30 },
    { label: 'n1', value: 10 },
    { label: 'n2', value: 20 },
  ];
  assert.equal(
    barGraph(bars, { caption: 'CPU Usage', width: 10 }),
    'CPU Usage\n\n   n1: ▏ (10)\n   n2: █████ (20)\n  n10: ██████████ (30)\n',
  );
  assert.equal(barGraph([{ label: 'n1', value: 5 }], { width: 4 }), '  n1: ████ (5)\n');
  assert.equal(barGraph([{ label: 'n1', value: 0 }], { width: 4 }), '  n1: ▏ (0)\n');
});

test('gauges fill by eighths', () => {
  const facts = { unicode: true, color: 0 } as const;
  assert.equal(gauge(0.5, 4, facts), '██░░');
  assert.equal(gauge(0.55, 4, facts), '██▎░');
  assert.equal(gauge(2, 3, facts), '███');
  assert.equal(gauge(Number.NaN, 3, { unicode: false, color: 0 }), '---');
});
