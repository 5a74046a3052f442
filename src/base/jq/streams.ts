import { add, isNum, type Num } from '../exact.ts';
import type { Json } from '../json64.ts';
import { type Argument, type Builtins, filter, firstOf, type PlaceArgument, place, value } from './builtin.ts';
import type { Item } from './code.ts';
import { getPath, type Path, updatePath } from './paths.ts';
import { isObject, JqError, truthy } from './values.ts';

/** The values inside an item with their places; nothing for values that hold none. */
export function childrenOf(item: Item): Item[] {
  const { v, p } = item;
  if (Array.isArray(v)) return v.map((child, i) => ({ v: child, p: [...p, i] }));
  return isObject(v) ? Object.keys(v).map((key) => ({ v: v[key] as Json, p: [...p, key] })) : [];
}

/** An item, then what `next` gives for it, and so on: depth first, without recursion. */
export function* descend(start: Item, next: PlaceArgument): Generator<Item> {
  yield start;
  const open = [next(start)[Symbol.iterator]()];
  while (open.length > 0) {
    const step = open.at(-1)?.next();
    if (!step || step.done) open.pop();
    else {
      yield step.value;
      open.push(next(step.value)[Symbol.iterator]());
    }
  }
}

function* whileTrue(start: Item, test: Argument, next: PlaceArgument): Generator<Item> {
  const open: Iterator<Item>[] = [[start][Symbol.iterator]()];
  while (open.length > 0) {
    const step = open.at(-1)?.next();
    if (!step || step.done) open.pop();
    else if (truthy(firstOf(test(step.value.v)) ?? false)) {
      yield step.value;
      open.push(next(step.value)[Symbol.iterator]());
    }
  }
}

function* until(start: Item, test: Argument, next: PlaceArgument): Generator<Item> {
  const open: Iterator<Item>[] = [[start][Symbol.iterator]()];
  while (open.length > 0) {
    const step = open.at(-1)?.next();
    if (!step || step.done) open.pop();
    else if (truthy(firstOf(test(step.value.v)) ?? false)) yield step.value;
    else open.push(next(step.value)[Symbol.iterator]());
  }
}

function* again<T>(outputs: () => Iterable<T>): Generator<T> {
  // A round without outputs would be followed by others for ever.
  for (let any = true; any; ) {
    any = false;
    for (const output of outputs()) {
      any = true;
      yield output;
    }
  }
}

function* limited<T>(count: number, outputs: () => Iterable<T>): Generator<T> {
  if (count < 0) throw new JqError("limit doesn't support negative count");
  let left = count;
  if (left <= 0) return;
  for (const output of outputs()) {
    yield output;
    left -= 1;
    if (left <= 0) return;
  }
}

function* skipped<T>(count: number, outputs: Iterable<T>): Generator<T> {
  if (count < 0) throw new JqError("skip doesn't support negative count");
  let left = count;
  for (const output of outputs) {
    if (left <= 0) yield output;
    else left -= 1;
  }
}

function* counted(from: Json, to: Json, by: Json): Generator<Json> {
  if (!isNum(from) || !isNum(to) || !isNum(by)) throw new JqError('Range bounds must be numeric');
  if (by > 0) for (let n: Num = from; n < to; n = add(n, by)) yield n;
  else if (by < 0) for (let n: Num = from; n > to; n = add(n, by)) yield n;
  else if (from < to) for (;;) yield from;
}

function* ranges(input: Json, from: Argument, to: Argument, by: Argument): Generator<Json> {
  for (const a of from(input)) for (const b of to(input)) for (const c of by(input)) yield* counted(a, b, c);
}

function asPath(input: Json): Path {
  if (Array.isArray(input)) return input;
  throw new JqError('Path must be specified as an array');
}

function* paths(input: Json): Generator<Item> {
  for (const item of descend({ v: input, p: [] }, childrenOf)) if (item.p.length > 0) yield item;
}

/** The events of a value: `[path, leaf]` for leaves, `[path]` at the end of each container. */
function* streamed(input: Json, path: Path = []): Generator<Json> {
  const children = childrenOf({ v: input, p: path });
  if (children.length === 0) {
    yield [[...path], input];
    return;
  }
  for (const child of children) yield* streamed(child.v, child.p);
  yield [[...(children.at(-1)?.p ?? [])]];
}

function* assembled(events: Iterable<Json>): Generator<Json> {
  let value_: Json = null;
  for (const event of events) {
    if (!Array.isArray(event) || !Array.isArray(event[0])) throw new JqError('Invalid stream event');
    const path = event[0];
    if (event.length > 1) {
      const leaf = event[1] as Json;
      value_ = updatePath(value_, path, () => leaf);
    }
    // A value is complete with a leaf at the top, or when the container at the top closes.
    if (event.length > 1 ? path.length === 0 : path.length === 1) {
      yield value_;
      value_ = null;
    }
  }
}

function* truncated(depth: Json, events: Iterable<Json>): Generator<Json> {
  for (const event of events) {
    const path = Array.isArray(event) ? event[0] : undefined;
    if (!Array.isArray(path)) throw new JqError('Invalid stream event');
    if (path.length > Number(depth)) yield [path.slice(Number(depth)), ...(event as Json[]).slice(1)];
  }
}

function outside(name: string): ReturnType<typeof filter> {
  return filter(() => {
    throw new JqError(`${name} is not available here: a filter sees one value and nothing else`);
  });
}

const noPlaces = (item: Item): Iterable<Item> => [item];

/** Functions that choose, repeat and walk; most keep track of places. */
export const streamBuiltins: Builtins = {
  'empty/0': place(() => []),
  'error/0': place(({ v }) => {
    throw new JqError(v);
  }),
  'error/1': place((item, _, [message]) => {
    for (const text of message?.(item.v) ?? []) throw new JqError(text);
    return [];
  }),
  'select/1': place(function* (item, _, [test]) {
    for (const verdict of test?.(item.v) ?? []) if (truthy(verdict)) yield item;
  }),
  'recurse/0': place((item) => descend(item, childrenOf)),
  'recurse/1': place((item, [f]) => descend(item, f ?? noPlaces)),
  'repeat/1': place((item, [f]) => again(() => f?.(item) ?? [])),
  'while/2': place((item, [, f], [test]) => whileTrue(item, test as Argument, f ?? noPlaces)),
  'until/2': place((item, [, f], [test]) => until(item, test as Argument, f ?? noPlaces)),
  'first/1': place((item, [f]) => limited(1, () => f?.(item) ?? [])),
  'last/1': place(function* (item, [f]) {
    let last: Item | undefined;
    for (const output of f?.(item) ?? []) last = output;
    if (last) yield last;
  }),
  'limit/2': place(function* (item, [, f], [count]) {
    for (const n of count?.(item.v) ?? []) yield* limited(Number(n), () => f?.(item) ?? []);
  }),
  'skip/2': place(function* (item, [, f], [count]) {
    for (const n of count?.(item.v) ?? []) yield* skipped(Number(n), f?.(item) ?? []);
  }),
  'nth/2': place(function* (item, [, f], [count]) {
    for (const n of count?.(item.v) ?? []) {
      if (!(Number(n) >= 0)) throw new JqError("nth doesn't support negative indices");
      yield* limited(1, () => skipped(Number(n), f?.(item) ?? []));
    }
  }),
  'getpath/1': place(function* (item, _, [path]) {
    for (const p of path?.(item.v) ?? []) yield { v: getPath(item.v, asPath(p)), p: [...item.p, ...asPath(p)] };
  }),
  'isvalid/1': filter((v, f) => {
    try {
      for (const _ of f(v));
      return [true];
    } catch {
      return [false];
    }
  }),
  'isempty/1': filter((v, f) => [firstOf(f(v)) === undefined]),
  'range/1': filter((v, to) =>
    ranges(
      v,
      () => [0],
      to,
      () => [1],
    ),
  ),
  'range/2': filter((v, from, to) => ranges(v, from, to, () => [1])),
  'range/3': filter((v, from, to, by) => ranges(v, from, to, by)),
  'path/1': { kind: 'filter', run: (_, v, __, [f]) => pathsOf(f?.({ v, p: [] }) ?? []) },
  'paths/0': filter((v) => pathsOf(paths(v))),
  'paths/1': filter(function* (v, test) {
    for (const item of paths(v)) for (const verdict of test(item.v)) if (truthy(verdict)) yield [...item.p];
  }),
  'pick/1': {
    kind: 'filter',
    run: (_, v, __, [f]) => {
      let picked: Json = null;
      for (const item of f?.({ v, p: [] }) ?? []) picked = updatePath(picked, item.p, () => item.v);
      return [picked];
    },
  },
  'setpath/2': value((v, path, fresh) => updatePath(v, asPath(path as Json), () => fresh as Json)),
  'tostream/0': filter((v) => streamed(v)),
  'fromstream/1': filter((v, events) => assembled(events(v))),
  'truncate_stream/1': filter((v, events) => truncated(v, events(v))),
  'debug/0': place((item) => [item]),
  'debug/1': place((item) => [item]),
  'stderr/0': place((item) => [item]),
  'inputs/0': filter(() => []),
  'input_filename/0': value(() => null),
  'input_line_number/0': value(() => 0),
  'input/0': filter(() => {
    throw new JqError('No more inputs');
  }),
  'env/0': outside('env'),
  'halt/0': outside('halt'),
  'halt_error/0': outside('halt_error'),
  'halt_error/1': outside('halt_error'),
};

function* pathsOf(items: Iterable<Item>): Generator<Json> {
  for (const item of items) yield [...item.p];
}
