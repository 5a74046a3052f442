import { fail } from '../errors.ts';
import { goValue } from '../gofmt.ts';
import { byCodePoint, stringifyJson } from '../json64.ts';
import { isTrue, type TemplateFunction } from './builtins.ts';

type Dict = Record<string, unknown>;

function int(value: unknown): number {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = Number(String(value ?? '').trim());
  return Number.isFinite(number) ? Math.trunc(number) : 0;
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Uint8Array) return [...value];
  throw fail('usage', `${goValue(value)} is no list`);
}

function dict(value: unknown): Dict {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Dict;
  throw fail('usage', `${goValue(value)} is no dictionary`);
}

function setKey(target: Dict, key: unknown, value: unknown): Dict {
  Object.defineProperty(target, String(key), { value, enumerable: true, configurable: true, writable: true });
  return target;
}

/** Numbers from first to last as blank-separated text, like the shell's seq; at most 100,000. */
function seq(...args: unknown[]): string {
  const [a = 0, b, c] = args.map(int);
  const first = args.length > 1 ? a : 1;
  const last = (args.length > 2 ? c : args.length > 1 ? b : a) ?? 0;
  const step = args.length > 2 ? (b ?? 1) : first <= last ? 1 : -1;
  const out: number[] = [];
  if (step === 0) return '';
  for (let i = first; step > 0 ? i <= last : i >= last; i += step) {
    if (out.push(i) > 100_000) throw fail('usage', 'seq makes more than 100,000 numbers');
  }
  return out.join(' ');
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : goValue(value));

function base64(value: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(value)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function unbase64(value: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(value), (c) => c.charCodeAt(0)));
}

function indent(blanks: unknown, value: unknown): string {
  const space = ' '.repeat(Math.max(0, int(blanks)));
  return space + text(value).replaceAll('\n', `\n${space}`);
}

function divide(a: unknown, b: unknown): [number, number] {
  if (int(b) === 0) throw fail('usage', 'division by zero');
  return [int(a), int(b)];
}

/**
 * The functions of the sprig library that configuration generators use, under sprig's names and argument orders. Made on
 * demand: pass the result as `functions` of `compileTemplate`.
 */
export function sprigFunctions(): Record<string, TemplateFunction> {
  const functions: Record<string, (...args: unknown[]) => unknown> = {
    // numbers
    add: (...args) => args.reduce((sum: number, v) => sum + int(v), 0),
    add1: (v) => int(v) + 1,
    sub: (a, b) => int(a) - int(b),
    mul: (...args) => args.reduce((product: number, v) => product * int(v), 1),
    div: (a, b) => ((x) => Math.trunc(x[0] / x[1]))(divide(a, b)),
    mod: (a, b) => ((x) => x[0] % x[1])(divide(a, b)),
    min: (...args) => Math.min(...args.map(int)),
    max: (...args) => Math.max(...args.map(int)),
    int,
    int64: int,
    float64: (v) => Number(v) || 0,
    seq,
    until: (n) => Array.from({ length: Math.min(100_000, Math.max(0, int(n))) }, (_, i) => i),
    // text
    toString: text,
    upper: (s) => text(s).toUpperCase(),
    lower: (s) => text(s).toLowerCase(),
    title: (s) => text(s).replace(/(?<!\p{L})\p{L}/gu, (c) => c.toUpperCase()),
    trim: (s) => text(s).trim(),
    trimAll: (cut, s) => trimSet(text(s), text(cut)),
    trimPrefix: (p, s) => (text(s).startsWith(text(p)) ? text(s).slice(text(p).length) : text(s)),
    trimSuffix: (p, s) => (text(p) !== '' && text(s).endsWith(text(p)) ? text(s).slice(0, -text(p).length) : text(s)),
    trunc: (n, s) => (int(n) < 0 ? [...text(s)].slice(int(n)) : [...text(s)].slice(0, int(n))).join(''),
    replace: (old, fresh, s) => text(s).replaceAll(text(old), () => text(fresh)),
    repeat: (n, s) => text(s).repeat(Math.min(100_000, Math.max(0, int(n)))),
    nospace: (s) => text(s).replace(/\s/g, ''),
    contains: (part, s) => text(s).includes(text(part)),
    hasPrefix: (p, s) => text(s).startsWith(text(p)),
    hasSuffix: (p, s) => text(s).endsWith(text(p)),
    cat: (...args) =>
      args
        .filter((v) => v !== null && v !== undefined)
        .map(text)
        .join(' '),
    quote: (...args) => args.map((v) => JSON.stringify(text(v))).join(' '),
    squote: (...args) => args.map((v) => `'${text(v)}'`).join(' '),
    indent,
    nindent: (n, s) => `\n${indent(n, s)}`,
    b64enc: (s) => base64(text(s)),
    b64dec: (s) => unbase64(text(s)),
    toJson: (v) => stringifyJson(v),
    toPrettyJson: (v) => stringifyJson(v, { indent: 2 }),
    // choice
    default: (fallback, v) => (isTrue(v) ? v : fallback),
    empty: (v) => !isTrue(v),
    coalesce: (...args) => args.find(isTrue),
    ternary: (yes, no, test) => (isTrue(test) ? yes : no),
    fail: (message) => {
      throw fail('usage', text(message));
    },
    ...listFunctions(),
  };
  return functions;
}

function trimSet(value: string, set: string): string {
  let from = 0;
  let to = value.length;
  while (from < to && set.includes(value[from] ?? '')) from += 1;
  while (to > from && set.includes(value[to - 1] ?? '')) to -= 1;
  return value.slice(from, to);
}

function listFunctions(): Record<string, (...args: unknown[]) => unknown> {
  return {
    list: (...args) => args,
    first: (l) => list(l)[0],
    last: (l) => list(l).at(-1),
    rest: (l) => list(l).slice(1),
    initial: (l) => list(l).slice(0, -1),
    append: (l, v) => [...list(l), v],
    prepend: (l, v) => [v, ...list(l)],
    concat: (...args) => args.flatMap(list),
    reverse: (l) => [...list(l)].reverse(),
    uniq: (l) => [...new Set(list(l))],
    has: (v, l) => list(l).includes(v),
    without: (l, ...drop) => list(l).filter((v) => !drop.includes(v)),
    sortAlpha: (l) => list(l).map(text).sort(byCodePoint),
    join: (separator, l) => (Array.isArray(l) ? l.map(text).join(text(separator)) : text(l)),
    splitList: (separator, s) => text(s).split(text(separator)),
    // sprig's split gives a dictionary with the keys _0, _1, ...
    split: (separator, s) =>
      Object.fromEntries(
        text(s)
          .split(text(separator))
          .map((part, i) => [`_${i}`, part]),
      ),
    dict: (...args) => {
      const made: Dict = {};
      for (let i = 0; i < args.length; i += 2) setKey(made, args[i], args[i + 1] ?? '');
      return made;
    },
    get: (d, key) => (Object.hasOwn(dict(d), String(key)) ? dict(d)[String(key)] : ''),
    set: (d, key, value) => setKey(dict(d), key, value),
    unset: (d, key) => {
      delete dict(d)[String(key)];
      return d;
    },
    hasKey: (d, key) => Object.hasOwn(dict(d), String(key)),
    keys: (...dicts) => dicts.flatMap((d) => Object.keys(dict(d)).sort(byCodePoint)),
    values: (d) =>
      Object.keys(dict(d))
        .sort(byCodePoint)
        .map((key) => dict(d)[key]),
  };
}
