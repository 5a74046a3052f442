import { fail } from '../errors.ts';
import { goValue, sprintf } from '../gofmt.ts';

/** A function a template can call. */
export type TemplateFunction = (...args: never[]) => unknown;

type AnyFunction = (...args: unknown[]) => unknown;

/** What counts as true in `if`, `and`, `not`: everything but false, 0, nothing, and empty text, lists and maps. */
export function isTrue(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return false;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function equal(a: unknown, b: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: compares number and bigint by value
  if (isNumeric(a) && isNumeric(b)) return a == b;
  if ((a ?? null) === null || (b ?? null) === null) return (a ?? null) === (b ?? null);
  if (typeof a !== typeof b) throw fail('usage', `cannot compare ${goValue(a)} with ${goValue(b)}: different types`);
  return a === b;
}

function less(a: unknown, b: unknown): boolean {
  if (isNumeric(a) && isNumeric(b)) return a < b;
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  throw fail('usage', `cannot order ${goValue(a)} and ${goValue(b)}`);
}

function length(value: unknown): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof Map) return value.size;
  if (value !== null && typeof value === 'object') return Object.keys(value).length;
  throw fail('usage', `len of ${goValue(value)}`);
}

function whole(value: unknown): number {
  if (!isNumeric(value) || !Number.isInteger(Number(value))) throw fail('usage', `${goValue(value)} is no index`);
  return Number(value);
}

function index(value: unknown, ...keys: unknown[]): unknown {
  let current = value;
  for (const key of keys) {
    if (Array.isArray(current) || typeof current === 'string' || current instanceof Uint8Array) {
      const list = typeof current === 'string' ? new TextEncoder().encode(current) : current;
      const at = whole(key);
      if (at < 0 || at >= list.length) throw fail('usage', `index out of range: ${at}`);
      current = list[at];
    } else if (current instanceof Map) current = current.get(key);
    else if (current !== null && typeof current === 'object') {
      current = Object.hasOwn(current, String(key)) ? (current as Record<string, unknown>)[String(key)] : undefined;
    } else throw fail('usage', `cannot index ${goValue(current)}`);
  }
  return current;
}

function slice(value: unknown, from: unknown = 0, to?: unknown): unknown {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (!Array.isArray(bytes) && !(bytes instanceof Uint8Array)) throw fail('usage', `cannot slice ${goValue(value)}`);
  const start = whole(from);
  const end = to === undefined ? bytes.length : whole(to);
  if (start < 0 || end > bytes.length || start > end) throw fail('usage', `index out of range: ${start}:${end}`);
  const part = bytes.slice(start, end);
  return typeof value === 'string' ? new TextDecoder().decode(part as Uint8Array) : part;
}

/** Go's fmt.Sprint: blanks between neighbours of which neither is text. */
function sprint(...args: unknown[]): string {
  return args
    .map((arg, i) => (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') + goValue(arg))
    .join('');
}

const htmlEntities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

function jsEscape(char: string): string {
  if ('\\\'"'.includes(char)) return `\\${char}`;
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** How many arguments the functions need. */
export const leastArguments: Readonly<Record<string, number>> = {
  not: 1,
  len: 1,
  index: 1,
  slice: 1,
  printf: 1,
  eq: 1,
  ne: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  call: 1,
};

/** Those that take no more than they need. */
export const exactBuiltins: ReadonlySet<string> = new Set(['not', 'len', 'ne', 'lt', 'le', 'gt', 'ge']);

/** The functions every template has; `and` and `or` are part of the language, since they stop early. */
export const builtins: Readonly<Record<string, AnyFunction>> = {
  not: (value) => !isTrue(value),
  len: length,
  index,
  slice,
  print: sprint,
  println: (...args) => `${args.map(goValue).join(' ')}\n`,
  printf: (format, ...args) => sprintf(String(format), ...args),
  eq: (a, ...others) => {
    if (others.length === 0) throw fail('usage', 'eq needs two values');
    return others.some((b) => equal(a, b));
  },
  ne: (a, b) => !equal(a, b),
  lt: less,
  le: (a, b) => less(a, b) || equal(a, b),
  gt: (a, b) => !less(a, b) && !equal(a, b),
  ge: (a, b) => !less(a, b),
  html: (...args) => sprint(...args).replace(/[&<>"']/g, (c) => htmlEntities[c] ?? c),
  js: (...args) => sprint(...args).replace(/[\\'"<>&=\x00-\x1f]/g, jsEscape),
  urlquery: (...args) => encodeURIComponent(sprint(...args)).replaceAll('%20', '+'),
  call: (f, ...args) => {
    if (typeof f !== 'function') throw fail('usage', 'call needs a function');
    return (f as AnyFunction)(...args);
  },
};
