import { parseDuration } from '../duration.ts';
import { fail } from '../errors.ts';
import { add, compareNums, divide, isNum, type Num, narrow, negate, parseNum, whole } from '../exact.ts';
import { parseJson, stringifyJson } from '../json64.ts';
import { layouts, parseLayout, tryParseLayout } from '../layout.ts';
import { tryParseRfc3339 } from '../time.ts';
import { display, isMap, isNil, isTemporal, order, sameValue, typeOf } from './values.ts';

export type ExprFunction = (...args: never[]) => unknown;
type Plain = (...args: unknown[]) => unknown;

/** What a predicate is called with: an item and its index (and what `reduce` has so far). */
export type Predicate = (item: unknown, index: number, accumulated?: unknown) => unknown;

function wrong(name: string, value: unknown, wanted: string): Error {
  return fail('usage', `${name} needs ${wanted}, not ${typeOf(value)}`);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw wrong(name, value, 'a string');
}

function list(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (isNil(value)) return [];
  throw wrong(name, value, 'an array');
}

function num(name: string, value: unknown): Num {
  if (isNum(value)) return value;
  throw wrong(name, value, 'a number');
}

function int(name: string, value: unknown): bigint {
  const n = isNum(value) ? whole(value) : undefined;
  if (n === undefined) throw wrong(name, value, 'a whole number');
  return n;
}

/** Numbers given one by one or in an array. */
function nums(name: string, args: readonly unknown[]): Num[] {
  return args.flatMap((arg) => (Array.isArray(arg) ? nums(name, arg) : [num(name, arg)]));
}

function sortValues(values: readonly unknown[], key: (v: unknown) => unknown, direction: unknown): unknown[] {
  const sign = direction === 'desc' ? -1 : 1;
  return values
    .map((value) => ({ value, key: key(value) }))
    .sort((a, b) => (order(a.key, b.key) ?? 0) * sign)
    .map(({ value }) => value);
}

function uniq(values: readonly unknown[]): unknown[] {
  const kept: unknown[] = [];
  for (const value of values) if (!kept.some((other) => sameValue(other, value))) kept.push(value);
  return kept;
}

function trimSet(value: string, set: unknown): string {
  if (typeof set !== 'string') return value.trim();
  const chars = [...value];
  while (chars.length > 0 && set.includes(chars[0] ?? '')) chars.shift();
  while (chars.length > 0 && set.includes(chars.at(-1) ?? '')) chars.pop();
  return chars.join('');
}

function splitText(value: string, by: string, most: unknown): string[] {
  const parts = value.split(by);
  if (!isNum(most) || Number(most) < 1 || parts.length <= Number(most)) return parts;
  const kept = parts.slice(0, Number(most) - 1);
  return [...kept, parts.slice(Number(most) - 1).join(by)];
}

function length(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw wrong('len', value, 'an array, map or string');
}

function toNumber(name: string, value: unknown): Num {
  const n = isNum(value) ? value : typeof value === 'string' ? parseNum(value.trim()) : undefined;
  if (n === undefined) throw wrong(name, value, 'a number or its text');
  return n;
}

function truncated(n: Num): Num {
  return typeof n === 'bigint' ? n : Math.trunc(n);
}

const stringFunctions: Record<string, Plain> = {
  trim: (s, set) => trimSet(text('trim', s), set),
  trimPrefix: (s, p = ' ') => (text('trimPrefix', s).startsWith(String(p)) ? (s as string).slice(String(p).length) : s),
  trimSuffix: (s, p = ' ') => {
    const value = text('trimSuffix', s);
    return p !== '' && value.endsWith(String(p)) ? value.slice(0, -String(p).length) : value;
  },
  upper: (s) => text('upper', s).toUpperCase(),
  lower: (s) => text('lower', s).toLowerCase(),
  split: (s, by, most) => splitText(text('split', s), text('split', by), most),
  splitAfter: (s, by, most) => {
    const parts = splitText(text('splitAfter', s), text('splitAfter', by), most);
    return parts.map((part, i) => (i < parts.length - 1 ? part + String(by) : part));
  },
  replace: (s, old, fresh) => text('replace', s).replaceAll(text('replace', old), () => text('replace', fresh)),
  repeat: (s, n) => {
    const times = Number(int('repeat', n));
    if (times < 0 || times * text('repeat', s).length > 1_000_000)
      throw fail('usage', 'repeat would make more than a million characters');
    return text('repeat', s).repeat(times);
  },
  indexOf: (s, part) => text('indexOf', s).indexOf(text('indexOf', part)),
  lastIndexOf: (s, part) => text('lastIndexOf', s).lastIndexOf(text('lastIndexOf', part)),
  hasPrefix: (s, p) => text('hasPrefix', s).startsWith(text('hasPrefix', p)),
  hasSuffix: (s, p) => text('hasSuffix', s).endsWith(text('hasSuffix', p)),
  join: (l, by = '') => list('join', l).map(display).join(String(by)),
};

const numberFunctions: Record<string, Plain> = {
  max: (...args) => nums('max', args).reduce((a, b) => (compareNums(a, b) >= 0 ? a : b)),
  min: (...args) => nums('min', args).reduce((a, b) => (compareNums(a, b) <= 0 ? a : b)),
  abs: (n) => (num('abs', n) < 0 ? negate(n as Num) : n),
  ceil: (n) => (typeof n === 'bigint' ? n : Math.ceil(num('ceil', n) as number)),
  floor: (n) => (typeof n === 'bigint' ? n : Math.floor(num('floor', n) as number)),
  round: (n) => (typeof n === 'bigint' ? n : Math.sign(num('round', n) as number) * Math.round(Math.abs(n as number))),
  mean: (...args) => {
    const all = nums('mean', args);
    return all.length === 0 ? 0 : divide(all.reduce(add, 0), all.length);
  },
  median: (...args) => {
    const all = nums('median', args).sort(compareNums);
    const middle = all.length >> 1;
    if (all.length === 0) return 0;
    return all.length % 2 === 1 ? all[middle] : divide(add(all[middle - 1] ?? 0, all[middle] ?? 0), 2);
  },
  bitand: (a, b) => narrow(int('bitand', a) & int('bitand', b)),
  bitor: (a, b) => narrow(int('bitor', a) | int('bitor', b)),
  bitxor: (a, b) => narrow(int('bitxor', a) ^ int('bitxor', b)),
  bitnand: (a, b) => narrow(int('bitnand', a) & ~int('bitnand', b)),
  bitnot: (a) => narrow(~int('bitnot', a)),
  bitshl: (a, b) => narrow(BigInt.asIntN(64, int('bitshl', a) << shift(b))),
  bitshr: (a, b) => narrow(int('bitshr', a) >> shift(b)),
  bitushr: (a, b) => narrow(BigInt.asUintN(64, int('bitushr', a)) >> shift(b)),
};

function shift(value: unknown): bigint {
  const by = int('shift', value);
  if (by < 0n || by > 64n) throw fail('usage', `shift by ${by} is not between 0 and 64`);
  return by;
}

const arrayFunctions: Record<string, Plain> = {
  first: (l) => list('first', l)[0] ?? null,
  last: (l) => list('last', l).at(-1) ?? null,
  take: (l, n) => list('take', l).slice(0, Math.max(0, Number(int('take', n)))),
  reverse: (l) => [...list('reverse', l)].reverse(),
  sort: (l, direction) => sortValues(list('sort', l), (v) => v, direction),
  concat: (...lists) => lists.flatMap((l) => list('concat', l)),
  flatten: (l) => list('flatten', l).flat(64),
  uniq: (l) => uniq(list('uniq', l)),
  keys: (m) => Object.keys(isMap(m) ? m : {}),
  values: (m) => Object.values(isMap(m) ? m : {}),
  toPairs: (m) => Object.entries(isMap(m) ? m : {}),
  fromPairs: (l) =>
    Object.fromEntries(list('fromPairs', l).map((pair) => list('fromPairs', pair) as [string, unknown])),
  len: length,
  get: (v, key) => {
    if (Array.isArray(v)) return v.at(Number(key)) ?? null;
    return isMap(v) && Object.hasOwn(v, String(key)) ? v[String(key)] : null;
  },
};

const conversions: Record<string, Plain> = {
  type: typeOf,
  int: (v) => truncated(toNumber('int', v)),
  float: (v) => toNumber('float', v),
  string: display,
  toJSON: (v) => stringifyJson(plain(v), { indent: 2 }),
  fromJSON: (v) => parseJson(text('fromJSON', v)),
  toBase64: (v) => {
    const bytes = new TextEncoder().encode(text('toBase64', v));
    return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));
  },
  fromBase64: (v) => {
    try {
      return new TextDecoder().decode(Uint8Array.from(atob(text('fromBase64', v)), (c) => c.charCodeAt(0)));
    } catch {
      throw fail('usage', 'fromBase64 was given no base64');
    }
  },
  duration: (v) => ({ temporal: 'duration', ns: parseDuration(text('duration', v)) }),
  date: (v, layout) => ({ temporal: 'time', ns: readDate(text('date', v), layout) }),
};

function plain(value: unknown): unknown {
  return isTemporal(value) ? display(value) : value;
}

function readDate(value: string, layout: unknown): bigint {
  if (typeof layout === 'string') return parseLayout(value, layout);
  const known = [layouts.dateOnly, layouts.timeOnly, layouts.dateTime, layouts.rfc822, layouts.rfc850, layouts.rfc1123];
  const ns = tryParseRfc3339(value) ?? known.map((l) => tryParseLayout(value, l)).find((n) => n !== undefined);
  if (ns === undefined) throw fail('usage', `"${value}" is no date`);
  return ns;
}

/** The functions that take values only. */
export const plainFunctions: Readonly<Record<string, Plain>> = {
  ...stringFunctions,
  ...numberFunctions,
  ...arrayFunctions,
  ...conversions,
};

function asBool(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (isNil(value)) return false;
  throw fail('usage', `a predicate has to give true or false, not ${typeOf(value)}`);
}

function groupBy(items: readonly unknown[], predicate: Predicate): Record<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const [i, item] of items.entries()) {
    const key = display(predicate(item, i));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return Object.fromEntries(groups);
}

type Looper = (items: unknown[], predicate: Predicate, rest: readonly unknown[]) => unknown;

/** The functions whose second argument is a predicate; `optional` ones can go without. */
export const predicateFunctions: Readonly<Record<string, { readonly optional: boolean; readonly run: Looper }>> = {
  all: { optional: false, run: (items, p) => items.every((item, i) => asBool(p(item, i))) },
  any: { optional: false, run: (items, p) => items.some((item, i) => asBool(p(item, i))) },
  none: { optional: false, run: (items, p) => !items.some((item, i) => asBool(p(item, i))) },
  one: { optional: false, run: (items, p) => items.filter((item, i) => asBool(p(item, i))).length === 1 },
  filter: { optional: false, run: (items, p) => items.filter((item, i) => asBool(p(item, i))) },
  map: { optional: false, run: (items, p) => items.map((item, i) => p(item, i)) },
  count: { optional: true, run: (items, p) => items.filter((item, i) => asBool(p(item, i))).length },
  sum: {
    optional: true,
    run: (items, p) => items.reduce((total: Num, item, i) => add(total, num('sum', p(item, i))), 0),
  },
  find: { optional: false, run: (items, p) => items.find((item, i) => asBool(p(item, i))) ?? null },
  findIndex: { optional: false, run: (items, p) => found(items.findIndex((item, i) => asBool(p(item, i)))) },
  findLast: { optional: false, run: (items, p) => items.findLast((item, i) => asBool(p(item, i))) ?? null },
  findLastIndex: { optional: false, run: (items, p) => found(items.findLastIndex((item, i) => asBool(p(item, i)))) },
  groupBy: { optional: false, run: groupBy },
  sortBy: { optional: false, run: (items, p, [direction]) => sortValues(items, (v) => p(v, 0), direction) },
  reduce: {
    optional: false,
    run: (items, p, rest) => {
      let accumulated = rest.length > 0 ? rest[0] : items[0];
      for (let i = rest.length > 0 ? 0 : 1; i < items.length; i++) accumulated = p(items[i], i, accumulated);
      return accumulated ?? null;
    },
  },
};

function found(index: number): number | null {
  return index < 0 ? null : index;
}
