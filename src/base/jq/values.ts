import { add, compareNums, divide, isNum, multiply, type Num, remainder, subtract, whole } from '../exact.ts';
import { byCodePoint, type Json, stringifyJson } from '../json64.ts';

/** An error a filter raises; `value` is what `catch` sees. */
export class JqError extends Error {
  readonly value: Json;

  constructor(value: Json) {
    super(typeof value === 'string' ? value : `${jsonText(value)} (not a string)`);
    this.value = value;
  }
}

export type JsonObject = { [key: string]: Json };

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'bigint' ? 'number' : type;
}

/** Compact JSON as jq writes it: no HTML escapes, infinities as the largest number. */
export function jsonText(value: Json): string {
  if (value === Number.POSITIVE_INFINITY) return '1.7976931348623157e+308';
  if (value === Number.NEGATIVE_INFINITY) return '-1.7976931348623157e+308';
  return stringifyJson(value, { escapeHtml: false });
}

/** A value for an error message: its type and its beginning. */
export function describe(value: Json): string {
  return `${typeName(value)} (${shorten(value)})`;
}

/** The beginning of a value's JSON. */
export function shorten(value: Json): string {
  const text = jsonText(value);
  return text.length > 40 ? `${text.slice(0, 37).toWellFormed()}...` : text;
}

/** false and null are false, everything else is true. */
export function truthy(value: Json): boolean {
  return value !== null && value !== false;
}

const ranks: Record<string, number> = { null: 0, number: 3, string: 4, array: 5, object: 6 };

function rank(value: Json): number {
  return value === false ? 1 : value === true ? 2 : (ranks[typeName(value)] ?? 0);
}

/** jq's order over all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: Json, b: Json): number {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (isNum(a) && isNum(b)) return compareNums(a, b);
  if (typeof a === 'string' && typeof b === 'string') return byCodePoint(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return 0;
  return compareObjects(a as JsonObject, b as JsonObject);
}

function compareArrays(a: readonly Json[], b: readonly Json[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i] as Json, b[i] as Json);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: JsonObject, b: JsonObject): number {
  const keys = sortedKeys(a);
  const order = compareArrays(keys, sortedKeys(b));
  if (order !== 0) return order;
  for (const key of keys) {
    const inner = compare(a[key] as Json, b[key] as Json);
    if (inner !== 0) return inner;
  }
  return 0;
}

export function sortedKeys(value: JsonObject): string[] {
  return Object.keys(value).sort(byCodePoint);
}

export function equal(a: Json, b: Json): boolean {
  return compare(a, b) === 0;
}

/** Puts a key into an object; also `__proto__` is a key like any other. */
export function setKey(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

export function copyObject(source: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(source)) setKey(copy, key, source[key] as Json);
  return copy;
}

export function getKey(object: JsonObject, key: string): Json {
  return Object.hasOwn(object, key) ? (object[key] as Json) : null;
}

/** The result of an arithmetic or comparing operator. Throws JqError for operands it cannot take. */
export function operate(op: string, a: Json, b: Json): Json {
  switch (op) {
    case '==':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case '<':
      return compare(a, b) < 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>':
      return compare(a, b) > 0;
    case '>=':
      return compare(a, b) >= 0;
    case '+':
      return plus(a, b);
    case '-':
      return minus(a, b);
    case '*':
      return product(a, b);
    case '/':
      return over(a, b);
    default:
      return modulo(a, b);
  }
}

function cannot(a: Json, b: Json, done: string): JqError {
  return new JqError(`${describe(a)} and ${describe(b)} cannot be ${done}`);
}

export function plus(a: Json, b: Json): Json {
  if (isNum(a) && isNum(b)) return add(a, b);
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (isObject(a) && isObject(b)) {
    const sum = copyObject(a);
    for (const key of Object.keys(b)) setKey(sum, key, b[key] as Json);
    return sum;
  }
  throw cannot(a, b, 'added');
}

function minus(a: Json, b: Json): Json {
  if (isNum(a) && isNum(b)) return subtract(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return a.filter((item) => !b.some((other) => equal(item, other)));
  throw cannot(a, b, 'subtracted');
}

function product(a: Json, b: Json): Json {
  if (isNum(a) && isNum(b)) return multiply(a, b);
  if (typeof a === 'string' && isNum(b)) return repeated(a, b);
  if (typeof b === 'string' && isNum(a)) return repeated(b, a);
  if (isObject(a) && isObject(b)) return mergeDeep(a, b);
  throw cannot(a, b, 'multiplied');
}

function repeated(text: string, count: Num): Json {
  const n = Number(count);
  if (!(n >= 0)) return null;
  const times = Math.trunc(n);
  if (text.length * times > 100_000_000) throw new JqError('Repeat string result too long');
  return text.repeat(times);
}

function mergeDeep(a: JsonObject, b: JsonObject): JsonObject {
  const merged = copyObject(a);
  for (const key of Object.keys(b)) {
    const left = getKey(merged, key);
    const right = b[key] as Json;
    setKey(merged, key, isObject(left) && isObject(right) ? mergeDeep(left, right) : right);
  }
  return merged;
}

function over(a: Json, b: Json): Json {
  if (isNum(a) && isNum(b)) {
    if (Number(b) === 0) throw cannot(a, b, 'divided because the divisor is zero');
    return divide(a, b);
  }
  if (typeof a === 'string' && typeof b === 'string') return splitText(a, b);
  throw cannot(a, b, 'divided');
}

export function splitText(text: string, separator: string): string[] {
  if (text === '') return [];
  return separator === '' ? [...text] : text.split(separator);
}

function modulo(a: Json, b: Json): Json {
  if (!isNum(a) || !isNum(b)) throw cannot(a, b, 'divided');
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  const x = truncated(a);
  const y = truncated(b);
  if (y === 0 || y === 0n) throw cannot(a, b, 'divided (remainder) because the divisor is zero');
  const sign = y < 0 ? -1 : 1;
  const rest = remainder(x, typeof y === 'bigint' ? y * BigInt(sign) : y * sign);
  return rest === 0 ? 0 : rest;
}

function truncated(n: Num): Num {
  if (typeof n === 'bigint') return n;
  if (!Number.isFinite(n)) return n > 0 ? 9_223_372_036_854_775_807n : -9_223_372_036_854_775_808n;
  return Number.isSafeInteger(Math.trunc(n)) ? Math.trunc(n) : BigInt(Math.trunc(n));
}

/** `.length` of a value: items, keys, code points, the amount of a number, 0 for null. */
export function lengthOf(value: Json): Json {
  if (value === null) return 0;
  if (typeof value === 'boolean') throw new JqError(`${describe(value)} has no length`);
  if (isNum(value)) return value < 0 ? (typeof value === 'bigint' ? -value : -value) : value;
  if (typeof value === 'string') return codePoints(value);
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** How many code points a text has. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count -= 1;
  }
  return count;
}

/** A number as an integer index, rounded down. */
export function indexOf(n: Num): number {
  const w = whole(n);
  return w === undefined ? Math.floor(Number(n)) : Number(w);
}
