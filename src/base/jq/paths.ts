import { isNum, type Num } from '../exact.ts';
import type { Json } from '../json64.ts';
import {
  codePoints,
  compare,
  copyObject,
  describe,
  equal,
  getKey,
  indexOf,
  isObject,
  JqError,
  setKey,
  typeName,
} from './values.ts';

/** Where a value was found: keys, indexes and slices (`{start, end}`). */
export type Path = readonly Json[];

const maxIndex = 10_000_000;

/** `value[key]` by jq's rules; null where there is nothing. */
export function getIndex(value: Json, key: Json): Json {
  if (typeof key === 'string') {
    if (value === null) return null;
    if (isObject(value)) return getKey(value, key);
    throw new JqError(`Cannot index ${typeName(value)} with "${key}"`);
  }
  if (isNum(key) && (value === null || Array.isArray(value))) {
    if (value === null || Number.isNaN(key)) return null;
    return value.at(indexOf(key)) ?? null;
  }
  if (isObject(key) && (value === null || Array.isArray(value) || typeof value === 'string')) {
    const { start, end } = key;
    return getSlice(value, (start ?? null) as Json, (end ?? null) as Json);
  }
  if (Array.isArray(key) && Array.isArray(value)) return positions(value, key);
  if (value === null && key === null) return null;
  throw new JqError(`Cannot index ${typeName(value)} with ${typeName(key)}`);
}

/** Where a list occurs in another. */
export function positions(value: readonly Json[], list: readonly Json[]): Json[] {
  const found: Json[] = [];
  for (let i = 0; list.length > 0 && i + list.length <= value.length; i++) {
    if (list.every((item, j) => equal(item, value[i + j] as Json))) found.push(i);
  }
  return found;
}

/** The bounds of a slice within a length: the start rounded down, the end up. */
function bounds(length: number, from: Json, to: Json): [number, number] {
  if ((from !== null && !isNum(from)) || (to !== null && !isNum(to))) {
    throw new JqError('Start and end indices of an array slice must be numbers');
  }
  const clamp = (n: number) => Math.max(0, Math.min(length, n < 0 ? n + length : n));
  const start = from === null || Number.isNaN(from) ? 0 : clamp(Math.floor(Number(from)));
  const end = to === null || Number.isNaN(to) ? length : clamp(Math.ceil(Number(to)));
  return [start, Math.max(start, end)];
}

export function getSlice(value: Json, from: Json, to: Json): Json {
  if (value === null) return null;
  if (typeof value === 'string') {
    const [start, end] = bounds(codePoints(value), from, to);
    return [...value].slice(start, end).join('');
  }
  if (!Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with object`);
  return value.slice(...bounds(value.length, from, to));
}

export function getPath(value: Json, path: Path): Json {
  let current = value;
  for (const key of path) {
    if (current === null) return null;
    current = getIndex(current, key);
  }
  return current;
}

/**
 * Containers that an assignment made itself and may change in place, so that changing n places of one value does not copy
 * it n times.
 */
export type Owned = Set<object>;

/** The value with the one at the path replaced by what `update` makes of it; containers on the way are copied or made. */
export function updatePath(
  value: Json,
  path: Path,
  update: (old: Json) => Json,
  owned: Owned = new Set(),
  depth = 0,
): Json {
  if (depth === path.length) return update(value);
  const key = path[depth] as Json;
  const inner = (old: Json) => updatePath(old, path, update, owned, depth + 1);
  if (typeof key === 'string') {
    if (value !== null && !isObject(value)) throw new JqError(`Cannot index ${typeName(value)} with "${key}"`);
    const fresh = inner(value === null ? null : getKey(value, key));
    const copy = value !== null && owned.has(value) ? value : value === null ? {} : copyObject(value);
    owned.add(copy);
    setKey(copy, key, fresh);
    return copy;
  }
  if (isNum(key)) return updateItem(value, key, inner, owned);
  if (isObject(key)) return updateSlice(value, key, inner);
  throw new JqError(`Invalid path component ${describe(key)}`);
}

function updateItem(value: Json, key: Num, inner: (old: Json) => Json, owned: Owned): Json {
  if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with number`);
  const list = value ?? [];
  if (Number.isNaN(key)) throw new JqError('Cannot set array element at NaN index');
  let at = indexOf(key);
  if (at < 0) at += list.length;
  if (at < 0) throw new JqError('Out of bounds negative array index');
  if (at > maxIndex) throw new JqError('Array index too large');
  const fresh = inner(list[at] ?? null);
  const copy = owned.has(list) ? list : [...list];
  owned.add(copy);
  while (copy.length < at) copy.push(null);
  copy[at] = fresh;
  return copy;
}

function updateSlice(value: Json, key: { [k: string]: Json }, inner: (old: Json) => Json): Json {
  if (value !== null && !Array.isArray(value))
    throw new JqError(`Cannot update field at object index of ${typeName(value)}`);
  const list = value ?? [];
  const [start, end] = bounds(list.length, key['start'] ?? null, key['end'] ?? null);
  const fresh = inner(value === null ? null : list.slice(start, end));
  if (!Array.isArray(fresh)) throw new JqError('A slice of an array can only be assigned another array');
  return [...list.slice(0, start), ...fresh, ...list.slice(end)];
}

/** A copy without the values at these paths. */
export function deletePaths(value: Json, paths: readonly Path[]): Json {
  const plain = paths.flatMap((path) => [...withoutSlices(value, path)]);
  // From the last to the first, so that earlier indexes stay what they were.
  const ordered = plain.sort((a, b) => compare(b as Json, a as Json));
  let result = value;
  let last: Path | undefined;
  for (const path of ordered) {
    if (last === undefined || compare(last as Json, path as Json) !== 0) result = deletePath(result, path);
    last = path;
  }
  return result;
}

/** The same places named by keys and indexes from the start alone. */
function* withoutSlices(value: Json, path: Path, before: Path = []): Generator<Json[]> {
  const [key, ...rest] = path;
  if (key === undefined) {
    yield [...before];
    return;
  }
  if (Array.isArray(value) && isNum(key)) {
    const at = indexOf(key) < 0 ? indexOf(key) + value.length : indexOf(key);
    yield* withoutSlices(value[at] ?? null, rest, [...before, at]);
  } else if (Array.isArray(value) && isObject(key)) {
    const [start, end] = bounds(value.length, key['start'] ?? null, key['end'] ?? null);
    if (rest.length === 0) for (let i = start; i < end; i++) yield [...before, i];
    else
      for (const inner of withoutSlices(value.slice(start, end), rest))
        yield [...before, start + Number(inner[0]), ...inner.slice(1)];
  } else
    yield* withoutSlices(isObject(value) && typeof key === 'string' ? getKey(value, key) : null, rest, [
      ...before,
      key,
    ]);
}

function deletePath(value: Json, path: Path): Json {
  const [key, ...rest] = path as [Json, ...Json[]];
  if (path.length === 0 || value === null) return null;
  if (rest.length > 0) {
    const child = getIndex(value, key);
    return child === null ? value : updatePath(value, [key], () => deletePath(child, rest));
  }
  if (isObject(value)) {
    if (typeof key !== 'string') throw new JqError(`Cannot delete field at object index of ${typeName(key)}`);
    const copy = copyObject(value);
    delete copy[key];
    return copy;
  }
  if (Array.isArray(value) && isNum(key)) return value.filter((_, i) => i !== key);
  throw new JqError(`Cannot delete field at ${typeName(key)} index of ${typeName(value)}`);
}
