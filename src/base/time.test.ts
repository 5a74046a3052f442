import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addDate,
  civil,
  formatClock,
  formatDateTime,
  formatRfc3339,
  formatRfc3339Nano,
  fromCivil,
  fromMillis,
  fromSeconds,
  GO_ZERO_TIME,
  isZeroTime,
  offsetAt,
  parseRfc3339,
  toMillis,
  toSeconds,
  tryParseRfc3339,
} from './time.ts';

const year1to9999 = fc.bigInt({ min: GO_ZERO_TIME, max: 253_402_300_799_999_999_999n });

test('nine decimals survive', () => {
  const ns = parseRfc3339('2024-05-06T07:08:09.123456789Z');
  assert.equal(ns, 1_714_979_289_123_456_789n);
  assert.equal(formatRfc3339Nano(ns), '2024-05-06T07:08:09.123456789Z');
  assert.equal(formatRfc3339(ns), '2024-05-06T07:08:09Z');
  assert.equal(formatRfc3339Nano(parseRfc3339('2024-05-06T07:08:09.5Z')), '2024-05-06T07:08:09.5Z');
  assert.equal(formatRfc3339Nano(parseRfc3339('2024-05-06T07:08:09.1234567899Z')), '2024-05-06T07:08:09.123456789Z');
});

test('every time survives its text, in every zone', () => {
  fc.assert(fc.property(year1to9999, (ns) => parseRfc3339(formatRfc3339Nano(ns)) === ns));
  const zone = fc.integer({ min: -12 * 60, max: 14 * 60 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }), zone, (ns, minutes) => {
      assert.equal(parseRfc3339(formatRfc3339Nano(ns, minutes)), ns);
      assert.equal(fromCivil(civil(ns, minutes), minutes), ns);
    }),
  );
});

test('the calendar agrees with Date', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      const c = civil(fromMillis(date.getTime()));
      assert.deepEqual(
        [c.year, c.month, c.day, c.hour, c.minute, c.second, c.weekday],
        [
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
          date.getUTCHours(),
          date.getUTCMinutes(),
          date.getUTCSeconds(),
          date.getUTCDay(),
        ],
      );
      const l = civil(fromMillis(date.getTime()), 'local');
      // Before zones were standard their offsets had seconds, which nobody shows.
      if (l.year > 1972) {
        assert.deepEqual([l.day, l.hour, l.minute], [date.getDate(), date.getHours(), date.getMinutes()]);
        assert.equal(fromCivil(l, l.offset), fromMillis(date.getTime()));
      }
    }),
  );
});

test('offsets in the text count', () => {
  assert.equal(parseRfc3339('2024-05-06T09:08:09+02:00'), parseRfc3339('2024-05-06T07:08:09Z'));
  assert.equal(parseRfc3339('2024-05-06T01:38:09-05:30'), parseRfc3339('2024-05-06T07:08:09Z'));
  assert.equal(formatRfc3339(parseRfc3339('2024-05-06T07:08:09Z'), -330), '2024-05-06T01:38:09-05:30');
});

test('the zero time of Go', () => {
  assert.equal(parseRfc3339('0001-01-01T00:00:00Z'), GO_ZERO_TIME);
  assert.equal(formatRfc3339(GO_ZERO_TIME), '0001-01-01T00:00:00Z');
  assert.ok(isZeroTime(GO_ZERO_TIME));
  assert.ok(!isZeroTime(0n));
});

test('what is no time is refused', () => {
  const wrong = [
    '',
    '2024-05-06',
    '2024-05-06 07:08:09Z',
    '2024-13-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-05-06T24:00:00Z',
    '2024-05-06T07:08:09',
    '2024-05-06T07:08:60Z',
    '2024-05-06T07:08:09+24:00',
    'x2024-05-06T07:08:09Z',
  ];
  for (const text of wrong) assert.equal(tryParseRfc3339(text), undefined, text);
  assert.throws(() => parseRfc3339('soon'), /cannot parse time "soon"/);
});

test('seconds and milliseconds round towards the past', () => {
  assert.equal(toMillis(-1n), -1);
  assert.equal(toSeconds(-1n), -1);
  assert.equal(toSeconds(1_999_999_999n), 1);
  assert.equal(fromSeconds(1.9), 1_000_000_000n);
});

test('calendar arithmetic carries over', () => {
  const jan31 = parseRfc3339('2023-01-31T10:00:00Z');
  assert.equal(formatRfc3339(addDate(jan31, 0, 1, 0)), '2023-03-03T10:00:00Z');
  assert.equal(formatRfc3339(addDate(jan31, 1, 0, 0)), '2024-01-31T10:00:00Z');
  assert.equal(formatRfc3339(addDate(jan31, 0, -13, -31)), '2021-11-30T10:00:00Z');
});

test('wall clock forms', () => {
  const ns = parseRfc3339('2024-05-06T07:08:09.9Z');
  assert.equal(formatDateTime(ns, 'utc'), '2024-05-06 07:08:09');
  assert.equal(formatDateTime(ns, 120), '2024-05-06 09:08:09');
  assert.equal(formatClock(ns, -480), '23:08:09');
  assert.equal(offsetAt(ns, 'local') + new Date(toMillis(ns)).getTimezoneOffset(), 0);
});
