import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DAY,
  formatDuration,
  HOUR,
  humanDuration,
  MAX_DURATION,
  MILLISECOND,
  MINUTE,
  parseDuration,
  parseGoDuration,
  relativeTime,
  roundDuration,
  SECOND,
  uptime,
  WEEK,
  YEAR,
} from './duration.ts';

test('nats durations', () => {
  const cases: [string, bigint][] = [
    ['0', 0n],
    ['1s', SECOND],
    ['1.5h', 90n * MINUTE],
    ['.5s', 500n * MILLISECOND],
    ['1.s', SECOND],
    ['1d', DAY],
    ['1D12h', 36n * HOUR],
    ['1w', WEEK],
    ['1M', 30n * DAY],
    ['1y', YEAR],
    ['1Y1M', 395n * DAY],
    ['-1m1d', -(DAY + MINUTE)],
    ['+5m', 5n * MINUTE],
    ['0.5d', 12n * HOUR],
    ['1.1w', (WEEK * 11n) / 10n],
    ['250us', 250_000n],
    ['250µs', 250_000n],
    ['250μs', 250_000n],
    ['3ns', 3n],
    [' 1h 30m ', 90n * MINUTE],
  ];
  for (const [text, ns] of cases) assert.equal(parseDuration(text), ns, text);
});

test('what is no duration says so', () => {
  for (const text of [
    '',
    ' ',
    '5',
    '-1',
    'x',
    'h',
    '1xX',
    '1h-5m',
    '1h,5m',
    '.h',
    '1000y',
    '200y100y',
    '1h5',
    '1..5s',
  ]) {
    assert.throws(() => parseDuration(text), /^BoxError: invalid duration/, text);
  }
  assert.throws(() => parseDuration('1xX'), /unknown unit "xX"/);
  assert.throws(() => parseDuration('1000y'), /too large/);
});

test('Go durations and their errors', () => {
  assert.equal(parseGoDuration('1h2m3.5s'), HOUR + 2n * MINUTE + 3500n * MILLISECOND);
  assert.equal(parseGoDuration('-1.5us'), -1500n);
  assert.equal(parseGoDuration('-9223372036854775808ns'), -9223372036854775808n);
  assert.equal(parseGoDuration('+0'), 0n);
  const wrong: [string, string][] = [
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['.s', 'time: invalid duration ".s"'],
    ['3', 'time: missing unit in duration "3"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['1h5', 'time: missing unit in duration "1h5"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
  ];
  for (const [text, message] of wrong) assert.throws(() => parseGoDuration(text), { message }, text);
});

test('Go text of durations', () => {
  const cases: [bigint, string][] = [
    [0n, '0s'],
    [1n, '1ns'],
    [1500n, '1.5µs'],
    [MILLISECOND, '1ms'],
    [1_234_567n, '1.234567ms'],
    [SECOND, '1s'],
    [1_000_000_001n, '1.000000001s'],
    [MINUTE, '1m0s'],
    [HOUR, '1h0m0s'],
    [25n * HOUR + 90n * SECOND, '25h1m30s'],
    [-1500n * MILLISECOND, '-1.5s'],
    [MAX_DURATION, '2562047h47m16.854775807s'],
  ];
  for (const [ns, text] of cases) assert.equal(formatDuration(ns), text);
});

test('a duration survives its text', () => {
  const any = fc.bigInt({ min: -MAX_DURATION, max: MAX_DURATION });
  fc.assert(fc.property(any, (ns) => parseGoDuration(formatDuration(ns)) === ns));
  fc.assert(fc.property(any, (ns) => parseDuration(formatDuration(ns)) === ns));
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: MAX_DURATION }), (ns) => parseDuration(uptime(ns)) === ns - (ns % SECOND)),
  );
});

test('durations for people', () => {
  const cases: [bigint, string][] = [
    [0n, '0s'],
    [1499n, '1µs'],
    [250_400n, '250µs'],
    [12_600_000n, '13ms'],
    [SECOND, '1.00s'],
    [1_125n * MILLISECOND, '1.12s'],
    [59_999n * MILLISECOND, '60.00s'],
    [MINUTE, '1m0s'],
    [2n * HOUR, '2h0m0s'],
    [DAY, '1d0h0m0s'],
    [7n * DAY, '7d0h0m0s'],
    [YEAR, '1y0d0h0m0s'],
    [YEAR + 2n * DAY + 3n * HOUR, '1y2d3h0m0s'],
    [-5n * HOUR, '-5h0m0s'],
    [MAX_DURATION, 'never'],
  ];
  for (const [ns, text] of cases) assert.equal(humanDuration(ns), text);
  assert.equal(uptime(5_900n * MILLISECOND), '5s');
});

test('rounding is away from zero at the half', () => {
  assert.equal(roundDuration(1500n, 1000n), 2000n);
  assert.equal(roundDuration(-1500n, 1000n), -2000n);
  assert.equal(roundDuration(1499n, 1000n), 1000n);
  assert.equal(roundDuration(7n, 0n), 7n);
});

test('distances in words', () => {
  const cases: [bigint, string][] = [
    [0n, 'now'],
    [SECOND, '1 second ago'],
    [30n * SECOND, '30 seconds ago'],
    [-90n * SECOND, '1 minute from now'],
    [10n * DAY, '1 week ago'],
    [20n * DAY, '2 weeks ago'],
    [45n * DAY, '1 month ago'],
    [100n * DAY, '3 months ago'],
    [365n * DAY, '1 year ago'],
    [600n * DAY, '2 years ago'],
    [3600n * DAY, '10 years ago'],
    [40n * 360n * DAY, 'a long while ago'],
  ];
  for (const [elapsed, text] of cases) assert.equal(relativeTime(elapsed), text);
  assert.equal(relativeTime(-10n * DAY, 'ago', ''), '1 week');
});
