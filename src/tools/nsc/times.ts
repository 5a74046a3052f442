// Start and expiry of tokens: flags, reading, and how they are told.
import { parseExpiry, unixDate } from '#base/dates.ts';
import { relativeTime } from '#base/duration.ts';
import { type BoxError, fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { Int64 } from '#crypto/shape.ts';
import type { Report } from './report.ts';

const FORM = 'a date (2030-12-31), a distance from now (30m, 12h, 3d, 2w, 6M, 1y) or 0 for always';

export const timeFlags = {
  start: { type: 'string', help: `Valid from: ${FORM}` },
  expiry: { type: 'string', help: `Valid until: ${FORM}` },
} as const satisfies FlagSpecs;

export interface TimeInput {
  readonly start: string | undefined;
  readonly expiry: string | undefined;
}

/** Unix seconds, undefined where nothing was given. */
export interface Times {
  readonly start?: number;
  readonly expiry?: number;
}

/** Reads one date flag; `now` is in nanoseconds. */
export function readDate(text: string, label: string, now: bigint): number {
  try {
    return parseExpiry(text, now);
  } catch (error) {
    // The original finds a distance anywhere in the text, so `+3d` is three days.
    const part = text.includes('.') ? undefined : /-?\d+[mhdMyw]/.exec(text)?.[0];
    if (part !== undefined && !/\d{4}-\d{2}-\d{2}/.test(text)) return parseExpiry(part, now);
    const { message, facts } = error as BoxError;
    throw fail('usage', `${label} ${JSON.stringify(text)} is invalid: ${message}`, {
      ...(facts?.hint ? { hint: facts.hint } : {}),
    });
  }
}

/** Reads --start and --expiry; an empty text is as good as none. */
export function readTimes(input: TimeInput, now: bigint): Times {
  return {
    ...(input.start ? { start: readDate(input.start, 'start', now) } : {}),
    ...(input.expiry ? { expiry: readDate(input.expiry, 'expiry', now) } : {}),
  };
}

/** Sets start and expiry without telling: for new tokens. */
export function setTimes(claims: { nbf: Int64; exp: Int64 }, times: Times): void {
  if (times.start !== undefined) claims.nbf = times.start;
  if (times.expiry !== undefined) claims.exp = times.expiry;
}

/** Sets start and expiry and reports what changed. */
export function editTimes(claims: { nbf: Int64; exp: Int64 }, times: Times, report: Report, now: number): void {
  const { nbf, exp } = claims;
  setTimes(claims, times);
  if (claims.nbf !== nbf) {
    if (claims.nbf === 0) report.ok('changed jwt start to not have a start date');
    else report.ok(`changed jwt valid start to ${dateWithDistance(Number(claims.nbf), now)}`);
  }
  if (claims.exp !== exp) {
    if (claims.exp === 0) report.ok('changed jwt expiry to never expire');
    else report.ok(`changed jwt expiry to ${dateWithDistance(Number(claims.exp), now)}`);
  }
}

function dateWithDistance(at: number, now: number): string {
  return `${unixDate(at)} - ${humanDate(at, now).toLowerCase()}`;
}

/** How far a unix second is away: `In 1 Week`, `3 Days Ago`; nothing for 0. */
export function humanDate(at: number, now: number): string {
  if (at === 0) return '';
  // Tokens know whole seconds and the clock does not stand on one: a day from now is 23 hours and a bit away.
  const elapsed = BigInt(now - at) * 1_000_000_000n + 1n;
  const words = now >= at ? relativeTime(elapsed, 'ago', '') : `in ${relativeTime(elapsed, '', '')}`;
  return words.trim().replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
