import { HOUR, MINUTE, parseDuration } from './duration.ts';
import { fail } from './errors.ts';
import { layouts, tryParseLayout } from './layout.ts';
import { addDate, formatRfc3339, toSeconds, tryParseRfc3339, type Zone } from './time.ts';

/**
 * Reads a start or expiry as nsc takes it: `0` or nothing (no limit), `2024-05-06`, `2024-05-06 07:08:09 UTC`, or a
 * distance from `now` such as `30m`, `12h`, `3d`, `2w`, `6M`, `1y` (also `30days`), where d, w, M and y follow the
 * calendar of the zone. Full RFC 3339 times are taken too. Returns unix seconds, 0 for no limit.
 * Throws a usage BoxError.
 */
export function parseExpiry(text: string, now: bigint, zone: Zone = 'local'): number {
  if (text === '' || text === '0') return 0;
  const hint = 'write a date (2030-12-31), a distance (30m, 12h, 3d, 2w, 6M, 1y) or 0 for no limit';
  const fixed = tryParseLayout(text, '2006-01-02 15:04:05 UTC') ?? tryParseLayout(text, layouts.dateOnly);
  const exact = fixed ?? tryParseRfc3339(text);
  if (exact !== undefined) return toSeconds(exact);
  if (text.includes('.')) throw fail('usage', `start/expiry must be an integer value: ${text}`, { hint });
  let when = now;
  let zero = true;
  const expiryPart = /(-?\d+)(M|months?|m(?:in(?:ute)?s?)?|h(?:ours?)?|d(?:ays?)?|w(?:eeks?)?|y(?:ears?)?)\s*/y;
  for (let at = 0; at < text.length; at = expiryPart.lastIndex) {
    const match = expiryPart.exec(text);
    if (!match) throw fail('usage', `couldn't parse expiry: ${text}`, { hint });
    const count = Number(match[1]);
    if (!Number.isSafeInteger(count) || Math.abs(count) > 1e9)
      throw fail('usage', `expiry "${text}" is out of range`, { hint });
    if (count !== 0) zero = false;
    when = advance(when, count, match[2] ?? '', zone);
  }
  return zero ? 0 : toSeconds(when);
}

function advance(when: bigint, count: number, unit: string, zone: Zone): bigint {
  if (unit === 'M' || unit.startsWith('mo')) return addDate(when, 0, count, 0, zone);
  switch (unit[0]) {
    case 'm':
      return when + BigInt(count) * MINUTE;
    case 'h':
      return when + BigInt(count) * HOUR;
    case 'd':
      return addDate(when, 0, 0, count, zone);
    case 'w':
      return addDate(when, 0, 0, 7 * count, zone);
    default:
      return addDate(when, count, 0, 0, zone);
  }
}

/**
 * Reads a point in time as nsc's date-time flags take it: RFC 3339 or unix seconds; `0` is 0. Returns unix seconds.
 * Throws a usage BoxError.
 */
export function parseDateTimeFlag(text: string): number {
  if (text.trim() === '0') return 0;
  const time = tryParseRfc3339(text);
  if (time !== undefined) return toSeconds(time);
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw fail('usage', `provided value "${text}" is not a number nor parsable as RFC3339`, {
    hint: 'write a time such as 2030-12-31T00:00:00Z, or unix seconds',
  });
}

/**
 * Reads a moment as the nats tool takes it: `2024-05-06 07:08:09` (UTC), an RFC 3339 time, or a duration counted from
 * `now`. Returns nanoseconds. Throws a usage BoxError.
 */
export function parseMoment(text: string, now: bigint): bigint {
  const trimmed = text.trim();
  const fixed = tryParseLayout(trimmed, layouts.dateTime) ?? tryParseRfc3339(trimmed);
  if (fixed !== undefined) return fixed;
  try {
    return now + parseDuration(trimmed);
  } catch {
    throw fail('usage', `cannot read "${text}" as a time or a duration`, {
      hint: 'write a UTC time such as "2030-12-31 10:00:00", or a duration such as 1h',
    });
  }
}

/** Unix seconds as nsc shows them: `2030-12-31 00:00:00 UTC`; nothing for 0. */
export function unixDate(seconds: number): string {
  if (seconds === 0) return '';
  return `${formatRfc3339(BigInt(seconds) * 1_000_000_000n)
    .replace('T', ' ')
    .replace('Z', '')} UTC`;
}
