import { toFixedEven } from '#base/fixed.ts';

/** A counter as JSON gives it: bigint above 2^53. */
export type Count = number | bigint;

const countUnits = ['', 'K', 'M', 'B', 'T'];
const sizeUnits = ['', 'K', 'M', 'G'];

function scaled(value: Count, step: number, units: readonly string[]): string {
  let size = Number(value);
  let unit = 0;
  while (size >= step && unit < units.length - 1) {
    size /= step;
    unit += 1;
  }
  return unit === 0 ? toFixedEven(size, 0) : toFixedEven(size, 1) + units[unit];
}

/** `999`, `1.5K`, `2.5M`, `7.0B`, `1.2T` (powers of 1000), or every digit when `raw`. */
export function countText(value: Count, raw: boolean): string {
  return raw ? digits(value) : scaled(value, 1000, countUnits);
}

/** `1023`, `2.0K`, `1.0M`, `5.0G` (powers of 1024), or every digit when `raw`. */
export function sizeText(value: Count, raw: boolean): string {
  return raw ? digits(value) : scaled(value, 1024, sizeUnits);
}

function digits(value: Count): string {
  return typeof value === 'bigint' ? String(value) : toFixedEven(Math.trunc(value), 0);
}

/** The exact sum. */
export function plus(a: Count, b: Count): Count {
  const sum = Number(a) + Number(b);
  return Number.isSafeInteger(sum) ? sum : BigInt(a) + BigInt(b);
}
