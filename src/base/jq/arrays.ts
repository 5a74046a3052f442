import { isNum } from '../exact.ts';
import type { Json } from '../json64.ts';
import { type Argument, type Builtins, filter, value } from './builtin.ts';
import { deletePaths, getIndex, positions } from './paths.ts';
import {
  compare,
  describe,
  equal,
  isObject,
  JqError,
  type JsonObject,
  lengthOf,
  plus,
  setKey,
  sortedKeys,
  truthy,
  typeName,
} from './values.ts';

function list(input: Json, done: string): Json[] {
  if (Array.isArray(input)) return input;
  throw new JqError(`${describe(input)} cannot be ${done}, as it is not an array`);
}

/** The values inside of an array or object. */
export function valuesOf(input: Json): Json[] {
  if (Array.isArray(input)) return input;
  if (isObject(input)) return Object.values(input);
  throw new JqError(`Cannot iterate over ${input === null ? 'null' : describe(input)}`);
}

interface Keyed {
  readonly item: Json;
  readonly key: Json;
}

function keyed(input: Json, by: Argument, done: string): Keyed[] {
  return list(input, done).map((item) => ({ item, key: [...by(item)] }));
}

function sorted(items: readonly Keyed[]): Keyed[] {
  return [...items].sort((a, b) => compare(a.key, b.key));
}

function groups(items: readonly Keyed[]): Json[][] {
  const out: Json[][] = [];
  let last: Keyed | undefined;
  for (const entry of sorted(items)) {
    if (last && equal(last.key, entry.key)) out.at(-1)?.push(entry.item);
    else out.push([entry.item]);
    last = entry;
  }
  return out;
}

function unique(items: readonly Keyed[]): Json[] {
  return groups(items).map((group) => group[0] as Json);
}

/** The extreme by key: the first smallest, the last largest. */
function extreme(items: readonly Keyed[], sign: 1 | -1): Json {
  let best: Keyed | undefined;
  for (const entry of items) {
    const order = best ? compare(entry.key, best.key) : -1;
    if (!best || (sign > 0 ? order >= 0 : order < 0)) best = entry;
  }
  return best ? best.item : null;
}

const self: Argument = (input) => [input];

function flatten(input: Json, depth: Json): Json {
  if (!isNum(depth) || depth < 0) throw new JqError('flatten depth must not be negative');
  return valuesOf(input).flatMap((item) =>
    Array.isArray(item) && depth > 0 ? (flatten(item, Number(depth) - 1) as Json[]) : [item],
  );
}

function entries(input: Json): Json {
  if (!isObject(input)) throw new JqError(`${describe(input)} has no keys`);
  return Object.entries(input).map(([key, item]) => ({ key, value: item }));
}

function fromEntries(input: Json): JsonObject {
  const out: JsonObject = {};
  for (const entry of valuesOf(input)) {
    const pick = (names: readonly string[]): Json | undefined => {
      for (const name of names) {
        const found = getIndex(entry, name);
        if (found !== null && found !== false) return found;
      }
      return names.map((name) => (isObject(entry) ? entry[name] : undefined)).find((found) => found !== undefined);
    };
    const key = pick(['key', 'k', 'name', 'Name', 'Key', 'K']) ?? null;
    if (typeof key === 'object' && key !== null) throw new JqError(`Cannot use ${describe(key)} as object key`);
    setKey(out, String(key), pick(['value', 'v', 'Value', 'V']) ?? null);
  }
  return out;
}

function keys(input: Json, sort: boolean): Json {
  if (Array.isArray(input)) return input.map((_, i) => i);
  if (isObject(input)) return sort ? sortedKeys(input) : Object.keys(input);
  throw new JqError(`${describe(input)} has no keys`);
}

function has(input: Json, key: Json): boolean {
  if (isObject(input) && typeof key === 'string') return Object.hasOwn(input, key);
  if (Array.isArray(input) && isNum(key)) return key >= 0 && key < input.length;
  throw new JqError(
    `Cannot check whether ${typeName(input)} has a ${typeof key === 'string' ? 'string' : typeName(key)} key`,
  );
}

function contains(a: Json, b: Json): boolean {
  if (isObject(a) && isObject(b)) {
    return Object.keys(b).every((key) => Object.hasOwn(a, key) && contains(a[key] as Json, b[key] as Json));
  }
  if (Array.isArray(a) && Array.isArray(b))
    return b.every((want) => a.some((have) => typeName(have) === typeName(want) && contains(have, want)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeName(a) === typeName(b)) return equal(a, b);
  throw new JqError(`${describe(a)} and ${describe(b)} cannot have their containment checked`);
}

function indices(input: Json, wanted: Json): Json {
  if (input === null) return null;
  if (typeof input === 'string' && typeof wanted === 'string') return textPositions(input, wanted);
  if (Array.isArray(input)) return Array.isArray(wanted) ? positions(input, wanted) : positions(input, [wanted]);
  return getIndex(input, wanted);
}

function textPositions(text: string, part: string): Json {
  if (part === '') return null;
  const found: Json[] = [];
  let seen = 0;
  let last = 0;
  for (let i = text.indexOf(part); i >= 0; i = text.indexOf(part, i + 1)) {
    seen += [...text.slice(last, i)].length;
    last = i;
    found.push(seen);
  }
  return found;
}

function transpose(input: Json): Json {
  const rows = list(input, 'transposed').map((row) => list(row, 'transposed'));
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? null));
}

function* combinations(lists: readonly Json[]): Generator<Json[]> {
  const [head, ...rest] = lists;
  if (head === undefined) {
    yield [];
    return;
  }
  for (const item of valuesOf(head)) for (const tail of combinations(rest)) yield [item, ...tail];
}

function binarySearch(input: Json, wanted: Json): Json {
  const items = list(input, 'searched from');
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(items[middle] as Json, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low < items.length && equal(items[low] as Json, wanted) ? low : -1 - low;
}

function sum(items: Iterable<Json>): Json {
  let total: Json = null;
  const texts: string[] = [];
  for (const item of items) {
    // Adding up strings piece by piece would copy them again and again.
    if (typeof item === 'string' && (total === null || texts.length > 0)) {
      texts.push(item);
      total = '';
    } else if (item !== null) {
      if (texts.length > 0) total = texts.splice(0).join('');
      total = plus(total, item);
    }
  }
  return texts.length > 0 ? texts.join('') : total;
}

function some(outputs: Iterable<Json>, wanted: boolean): boolean {
  for (const output of outputs) if (truthy(output) === wanted) return true;
  return false;
}

function* mapped(items: Iterable<Json>, f: Argument): Generator<Json> {
  for (const item of items) yield* f(item);
}

function walk(input: Json, f: Argument): Iterable<Json> {
  if (Array.isArray(input)) return f(input.flatMap((item) => [...walk(item, f)]));
  if (!isObject(input)) return f(input);
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(input)) {
    for (const fresh of walk(item, f)) {
      setKey(copy, key, fresh);
      break;
    }
  }
  return f(copy);
}

function indexBy(items: Iterable<Json>, key: Argument): JsonObject {
  const out: JsonObject = {};
  for (const item of items)
    for (const k of key(item)) setKey(out, typeof k === 'string' ? k : JSON.stringify(k, bigText), item);
  return out;
}

function bigText(_: string, item: unknown): unknown {
  return typeof item === 'bigint' ? Number(item) : item;
}

/** Functions on arrays and objects. */
export const arrayBuiltins: Builtins = {
  'length/0': value(lengthOf),
  'not/0': value((v) => !truthy(v)),
  'type/0': value(typeName),
  'keys/0': value((v) => keys(v, true)),
  'keys_unsorted/0': value((v) => keys(v, false)),
  'has/1': value(has),
  'in/1': value((key, v) => has(v as Json, key)),
  'contains/1': value((a, b) => contains(a, b as Json)),
  'inside/1': value((a, b) => contains(b as Json, a)),
  'add/0': value((v) => (v === null ? null : sum(valuesOf(v)))),
  'add/1': filter((v, f) => [sum(f(v))]),
  'any/0': value((v) => some(valuesOf(v), true)),
  'all/0': value((v) => !some(valuesOf(v), false)),
  'any/1': filter((v, f) => [some(mapped(valuesOf(v), f), true)]),
  'all/1': filter((v, f) => [!some(mapped(valuesOf(v), f), false)]),
  'any/2': filter((v, g, f) => [some(mapped(g(v), f), true)]),
  'all/2': filter((v, g, f) => [!some(mapped(g(v), f), false)]),
  'map/1': filter((v, f) => [valuesOf(v).flatMap((item) => [...f(item)])]),
  'flatten/0': value((v) => flatten(v, 1e9)),
  'flatten/1': value(flatten),
  'sort/0': value((v) => [...list(v, 'sorted')].sort(compare)),
  'sort_by/1': filter((v, f) => [sorted(keyed(v, f, 'sorted')).map((e) => e.item)]),
  'group_by/1': filter((v, f) => [groups(keyed(v, f, 'grouped'))]),
  'unique/0': value((v) => unique(keyed(v, self, 'sorted'))),
  'unique_by/1': filter((v, f) => [unique(keyed(v, f, 'grouped'))]),
  'min/0': value((v) => extreme(keyed(v, self, 'compared'), -1)),
  'max/0': value((v) => extreme(keyed(v, self, 'compared'), 1)),
  'min_by/1': filter((v, f) => [extreme(keyed(v, f, 'compared'), -1)]),
  'max_by/1': filter((v, f) => [extreme(keyed(v, f, 'compared'), 1)]),
  'reverse/0': value((v) =>
    typeof v === 'string' ? [...v].reverse().join('') : v === null ? [] : [...list(v, 'reversed')].reverse(),
  ),
  'to_entries/0': value(entries),
  'from_entries/0': value(fromEntries),
  'with_entries/1': filter((v, f) => [fromEntries((entries(v) as Json[]).flatMap((entry) => [...f(entry)]))]),
  'indices/1': value((v, wanted) => indices(v, wanted as Json)),
  'index/1': value((v, wanted) => ((indices(v, wanted as Json) as Json[] | null) ?? [])[0] ?? null),
  'rindex/1': value((v, wanted) => ((indices(v, wanted as Json) as Json[] | null) ?? []).at(-1) ?? null),
  'transpose/0': value(transpose),
  'combinations/0': filter((v) => combinations(list(v, 'combined'))),
  'combinations/1': filter(function* (v, n) {
    for (const count of n(v)) yield* combinations(Array.from({ length: Math.min(64, Number(count)) }, () => v));
  }),
  'bsearch/1': value(binarySearch),
  'delpaths/1': value((v, paths) =>
    deletePaths(
      v,
      list(paths as Json, 'deleted').map((p) => list(p, 'used as a path')),
    ),
  ),
  'walk/1': filter(walk),
  'toarray/0': value((v) => (Array.isArray(v) ? v : [v])),
  'IN/1': filter((v, s) => [inside(s(v), v)]),
  'IN/2': filter((v, source, s) => [
    some(
      anyInside(source(v), () => s(v)),
      true,
    ),
  ]),
  'INDEX/1': filter((v, key) => [indexBy(valuesOf(v), key)]),
  'INDEX/2': filter((v, source, key) => [indexBy(source(v), key)]),
};

function inside(outputs: Iterable<Json>, wanted: Json): boolean {
  for (const output of outputs) if (equal(output, wanted)) return true;
  return false;
}

function* anyInside(source: Iterable<Json>, others: () => Iterable<Json>): Generator<Json> {
  for (const item of source) yield inside(others(), item);
}
