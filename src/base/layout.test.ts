import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatLayout, layouts, parseLayout, tryParseLayout, zoneName } from './layout.ts';
import { parseRfc3339 } from './time.ts';

const at = parseRfc3339('2024-05-06T07:08:09.012300000Z');

test('layouts of the tools', () => {
  const cases: [keyof typeof layouts, string][] = [
    ['ansic', 'Mon May  6 07:08:09 2024'],
    ['rfc822', '06 May 24 07:08 UTC'],
    ['rfc850', 'Monday, 06-May-24 07:08:09 UTC'],
    ['rfc1123', 'Mon, 06 May 2024 07:08:09 UTC'],
    ['rfc1123z', 'Mon, 06 May 2024 07:08:09 +0000'],
    ['rfc3339', '2024-05-06T07:08:09Z'],
    ['rfc3339Nano', '2024-05-06T07:08:09.0123Z'],
    ['kitchen', '7:08AM'],
    ['stamp', 'May  6 07:08:09'],
    ['stampMilli', 'May  6 07:08:09.012'],
    ['stampMicro', 'May  6 07:08:09.012300'],
    ['dateTime', '2024-05-06 07:08:09'],
    ['dateOnly', '2024-05-06'],
    ['timeOnly', '07:08:09'],
    ['fileStamp', '20240506-070809'],
    ['goString', '2024-05-06 07:08:09.0123 +0000 UTC'],
  ];
  for (const [name, text] of cases) assert.equal(formatLayout(at, layouts[name], 'utc'), text, name);
});

test('single elements', () => {
  const evening = parseRfc3339('2024-12-31T23:05:00Z');
  assert.equal(formatLayout(evening, '3 03 15 pm PM', 'utc'), '11 11 23 pm PM');
  assert.equal(formatLayout(evening, 'January 1 01 _2 2 002 06', 'utc'), 'December 12 12 31 31 366 24');
  assert.equal(formatLayout(evening, 'Z07:00 -07:00 -0700 -07', -330), '-05:30 -05:30 -0530 -05');
  assert.equal(formatLayout(evening, '15h04m Monkey', 'utc'), '23h05m Monkey');
  assert.equal(formatLayout(parseRfc3339('2024-01-01T00:00:00Z'), '3PM .999', 'utc'), '12AM ');
});

test('every time survives a complete layout', () => {
  const complete = [layouts.rfc3339Nano, layouts.goString, 'Mon, 02 Jan 2006 03:04:05.000000000 PM -0700'];
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }),
      fc.constantFrom(...complete),
      (ns, layout) => parseLayout(formatLayout(ns, layout, 'utc'), layout) === ns,
    ),
  );
});

test('reading', () => {
  assert.equal(parseLayout('2024-05-06 07:08:09', layouts.dateTime), parseRfc3339('2024-05-06T07:08:09Z'));
  assert.equal(parseLayout('2024-05-06 07:08:09.25', layouts.dateTime), parseRfc3339('2024-05-06T07:08:09.25Z'));
  assert.equal(parseLayout('2024:05:06 07:08:09', '2006:01:02 15:04:05'), parseRfc3339('2024-05-06T07:08:09Z'));
  assert.equal(parseLayout('2024-05-06 07:08:09 UTC', '2006-01-02 15:04:05 UTC'), parseRfc3339('2024-05-06T07:08:09Z'));
  assert.equal(parseLayout('2024-05-06 07:08:09', layouts.dateTime, 120), parseRfc3339('2024-05-06T05:08:09Z'));
  assert.equal(parseLayout('6 May 24', '2 Jan 06'), parseRfc3339('2024-05-06T00:00:00Z'));
  for (const text of ['', '2024-05-06', '2024-05-06 07:08:09x', '2024-02-30 00:00:00', '2024-05-06 25:00:00']) {
    assert.equal(tryParseLayout(text, layouts.dateTime), undefined, text);
  }
  assert.throws(() => parseLayout('soon', layouts.dateOnly), { message: 'cannot parse time "soon"' });
});

test('zone names', () => {
  assert.equal(zoneName(at, 'utc'), 'UTC');
  assert.equal(zoneName(at, 0), 'UTC');
  assert.equal(zoneName(at, -180), '-03');
  assert.equal(zoneName(at, 330), '+0530');
  assert.match(zoneName(at, 'local'), /^(?:[A-Z]{3,5}|[+-]\d\d(?:\d\d)?)$/);
});
