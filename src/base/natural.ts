import { byCodePoint } from './json64.ts';

/**
 * Orders names as people count: runs of digits by their value (`s2` before `s10`), everything else by code point. Numbers
 * of equal value are told apart by their leading zeros, so that only equal names compare as 0.
 */
export function naturalCompare(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (isDigit(a, i) && isDigit(b, j)) {
      const x = digitsAt(a, i);
      const y = digitsAt(b, j);
      const order = compareNumbers(x.replace(/^0+/, ''), y.replace(/^0+/, ''));
      if (order !== 0) return order;
      i += x.length;
      j += y.length;
    } else {
      if (a[i] !== b[j]) return byCodePoint(a.slice(i), b.slice(j));
      i += 1;
      j += 1;
    }
  }
  const left = a.length - i;
  const right = b.length - j;
  return left === right ? byCodePoint(a, b) : left - right;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function digitsAt(text: string, at: number): string {
  let end = at;
  while (isDigit(text, end)) end += 1;
  return text.slice(at, end);
}

function compareNumbers(a: string, b: string): number {
  return a.length === b.length ? byCodePoint(a, b) : a.length - b.length;
}

/** A sorted copy, by the names that `name` gives. */
export function naturalSort<T>(items: Iterable<T>, name: (item: T) => string = String): T[] {
  return [...items].sort((a, b) => naturalCompare(name(a), name(b)));
}
