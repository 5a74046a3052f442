import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDateTimeFlag, parseExpiry, parseMoment, unixDate } from './dates.ts';
import { formatRfc3339, parseRfc3339 } from './time.ts';

const now = parseRfc3339('2024-01-31T10:00:00.5Z');

test('expiries of nsc', () => {
  const cases: [string, string][] = [
    ['2030-12-31', '2030-12-31T00:00:00Z'],
    ['2030-12-31 10:20:30 UTC', '2030-12-31T10:20:30Z'],
    ['2030-12-31T10:20:30+01:00', '2030-12-31T09:20:30Z'],
    ['30m', '2024-01-31T10:30:00Z'],
    ['-2h', '2024-01-31T08:00:00Z'],
    ['3d', '2024-02-03T10:00:00Z'],
    ['30days', '2024-03-01T10:00:00Z'],
    ['2w', '2024-02-14T10:00:00Z'],
    ['1M', '2024-03-02T10:00:00Z'],
    ['1month', '2024-03-02T10:00:00Z'],
    ['1y', '2025-01-31T10:00:00Z'],
    ['1y6M', '2025-07-31T10:00:00Z'],
  ];
  for (const [text, time] of cases) {
    assert.equal(formatRfc3339(BigInt(parseExpiry(text, now, 'utc')) * 1_000_000_000n), time, text);
  }
  for (const text of ['', '0', '0d']) assert.equal(parseExpiry(text, now), 0);
  for (const text of ['soon', '3', '3x', '3d!', '2030-02-30', '1.5d', '99999999999999d']) {
    assert.throws(() => parseExpiry(text, now), text);
  }
});

test('date-time flags of nsc', () => {
  assert.equal(parseDateTimeFlag(' 0 '), 0);
  assert.equal(parseDateTimeFlag('1714979289'), 1714979289);
  assert.equal(parseDateTimeFlag('2024-05-06T07:08:09Z'), 1714979289);
  assert.throws(() => parseDateTimeFlag('soon'), /not a number/);
});

test('moments of the nats tool', () => {
  assert.equal(parseMoment('2024-05-06 07:08:09', now), parseRfc3339('2024-05-06T07:08:09Z'));
  assert.equal(parseMoment('1h', now), now + 3_600_000_000_000n);
  assert.throws(() => parseMoment('soon', now), /time or a duration/);
});

test('dates of nsc', () => {
  assert.equal(unixDate(0), '');
  assert.equal(unixDate(1714979289), '2024-05-06 07:08:09 UTC');
});
