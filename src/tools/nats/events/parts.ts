// What the texts of events are put together from: values as text, rows of labels.
import { formatDuration } from '#base/duration.ts';
import { comma, humanBytes } from '#base/size.ts';
import { civil, formatClock, formatRfc3339Nano, pad, tryParseRfc3339 } from '#base/time.ts';

/** An event with all its members. */
export type Event = Readonly<Record<string, unknown>>;
/** A label and its value; a text is a line of its own. */
export type Row = readonly [label: string, value: string] | string;

export interface Kind {
  readonly title: (e: Event) => string;
  /** Columns of the labels. */
  readonly width: number;
  readonly rows: (e: Event) => readonly (Row | undefined)[];
  /** What follows the clock in the short form. */
  readonly short: (e: Event) => string;
}

export const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
export const int = (value: unknown): bigint => {
  try {
    return BigInt((value as number | bigint | undefined) ?? 0);
  } catch {
    return 0n;
  }
};
export const sub = (e: Event, key: string): Event => (e[key] ?? {}) as Event;
export const title = (value: unknown): string => text(value).replace(/^./, (c) => c.toUpperCase());
export const duration = (value: unknown): string => formatDuration(int(value));
export const bytes = (value: unknown): string => humanBytes(int(value));
export const count = (value: unknown): string => comma(int(value));
export const when = (value: unknown): bigint => tryParseRfc3339(text(value)) ?? 0n;
export const clock = (value: unknown): string => formatClock(when(value), 'utc');
export const fineClock = (value: unknown): string => {
  return `${clock(value)}.${pad(Math.trunc(civil(when(value)).nano / 1e6), 3)}`;
};
/** A time as in `2026-01-02 03:04:05 +0000 UTC`. */
export const moment = (value: unknown): string =>
  formatRfc3339Nano(when(value)).replace('T', ' ').replace('Z', ' +0000 UTC');
/** The row, when it has a value. */
export const some = (label: string, value: unknown): Row | undefined =>
  text(value) === '' ? undefined : [label, text(value)];
export const row = (label: string, value: unknown): Row => [label, text(value)];
