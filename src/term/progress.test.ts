import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainOutput } from '#base/terminal.ts';
import { textWidth } from '#base/width.ts';
import { createProgress } from './progress.ts';
import { progressLine, remainingOf, shortCount } from './progress-line.ts';
import { fakeTerminal } from './testing.ts';

const facts = { ...plainOutput, isTTY: true, columns: 80 };
const state = { value: 504, total: 1500, unit: 'count', elapsed: 250 } as const;

test('a line in the look of the original', () => {
  assert.equal(progressLine(state, facts), '33.60% ║█████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░║ [504 in 250ms; 2.02K/s]');
  assert.equal(
    progressLine(
      { value: 1536, total: 3072, unit: 'bytes', elapsed: 2000, label: 'big.bin' },
      { ...facts, unicode: false },
    ),
    'big.bin 50.00% [##############..............] [1.5 KiB in 2s; 768 B/s; 2s left]',
  );
  assert.equal(progressLine({ ...state, total: undefined, tick: 1 }, facts), '⠙ [504 in 250ms; 2.02K/s]');
});

test('counts', () => {
  assert.deepEqual([0, 999, 1000, 2016, 1.5e6, 2e9].map(shortCount), ['0', '999', '1.00K', '2.02K', '1.50M', '2.00B']);
});

test('time that is left', () => {
  assert.equal(remainingOf({ value: 1, total: 4, unit: 'count', elapsed: 1000 }), 3000);
  assert.equal(remainingOf({ value: 0, total: 4, unit: 'count', elapsed: 1000 }), undefined);
  assert.equal(remainingOf({ value: 1, total: undefined, unit: 'count', elapsed: 1000 }), undefined);
});

test('a line always fits, whatever the numbers', () => {
  const count = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e18, noNaN: true }).map(Math.trunc));
  fc.assert(
    fc.property(
      count,
      fc.option(count, { nil: undefined }),
      fc.nat(1e9),
      fc.integer({ min: 10, max: 120 }),
      fc.string({ maxLength: 40 }),
      fc.constantFrom('count', 'bytes'),
      (value, total, elapsed, columns, label, unit) => {
        const line = progressLine({ value, total, unit, elapsed, label }, { ...facts, columns });
        assert.ok(textWidth(line) < columns, line);
        assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f]/);
      },
    ),
  );
});

test('on a terminal the line is drawn over, not more often than asked, and stays at the end', async () => {
  const io = fakeTerminal();
  let time = 0;
  const progress = createProgress(io, { total: 100, now: () => time, label: 'msgs' });
  for (let i = 0; i < 100; i++) {
    time += 5;
    progress.add(1);
    if (i === 50) progress.log('half\x1b[2J');
  }
  assert.equal(io.output.split('\r').length - 1, 6);
  progress.done();
  progress.add(1);
  progress.done();
  const screen = await io.screen();
  assert.equal(screen.length, 2);
  assert.equal(screen[0], 'half\\x1b[2J');
  assert.match(screen[1] ?? '', /^msgs done! \[100 in 500ms; 200\/s\]$/);
  assert.ok(io.output.endsWith('\x1b[?25h'));
  assert.deepEqual(await io.cursor(), { row: 2, column: 0 });
});

test('a cleared bar leaves nothing, an ended process the cursor', async () => {
  const io = fakeTerminal();
  const progress = createProgress(io, { now: () => 0 });
  progress.add(1);
  assert.deepEqual((await io.screen()).length, 1);
  progress.clear();
  assert.deepEqual(await io.screen(), []);
  const counted = createProgress(io, { now: () => 0, label: 'keys' });
  counted.add(3);
  counted.done();
  assert.deepEqual(await io.screen(), ['keys done! [3 in 0s; 0/s]']);
  const killed = createProgress(io, { now: () => 0 });
  killed.add(1);
  io.exit();
  assert.ok(io.output.endsWith('\x1b[?25h'));
});

test('a pipe gets nothing, or plain lines when asked', () => {
  const pipe = () => {
    const out: string[] = [];
    return { out, io: { ...fakeTerminal(), facts: plainOutput, write: (text: string) => void out.push(text) } };
  };
  const quiet = pipe();
  const silent = createProgress(quiet.io, { total: 2, now: () => 0 });
  silent.add(2);
  silent.done();
  assert.deepEqual(quiet.out, []);

  const loud = pipe();
  let time = 0;
  const progress = createProgress(loud.io, { total: 10, now: () => time, piped: 'lines' });
  for (let i = 0; i < 10; i++) {
    time += 300;
    progress.add(1);
  }
  progress.done();
  assert.equal(loud.out.length, 3);
  assert.match(loud.out.at(-1) ?? '', /^ done! \[10 in 3s; 3\/s\]\n$/);
  assert.ok(loud.out.every((line) => !/[\x1b\r]/.test(line)));

  const last = pipe();
  const ended = createProgress(last.io, { total: 4, now: () => time, piped: 'end', unit: 'bytes' });
  ended.set(4);
  time += 2000;
  ended.done();
  assert.deepEqual(last.out, [' done! [4 B in 2s; 2 B/s]\n']);

  const worded = pipe();
  const named = createProgress(worded.io, { total: 1, now: () => time, piped: 'lines' });
  named.set(1);
  time += 500;
  named.done('done');
  assert.deepEqual(worded.out, ['done [1 in 500ms; 2/s]\n']);
});
