import type { Json } from '../json64.ts';
import type { Owned, Path } from './paths.ts';
import { JqError, shorten } from './values.ts';

/** A value with the place it was found at. */
export interface Item {
  readonly v: Json;
  readonly p: Path;
}

/** Run-time bindings, innermost first: values of variables, closures of parameters, functions, labels. */
export interface Env {
  readonly up: Env | undefined;
  bound: unknown;
}

/** A compiled filter. */
export interface Code {
  /** The outputs for an input. */
  readonly run: (env: Env | undefined, input: Json) => Iterable<Json>;
  /** The outputs with their places, for `path()` and assignments; throws for filters that name no places. */
  readonly items: (env: Env | undefined, input: Item) => Iterable<Item>;
  /** Given by filters with exactly one output: the quick way. */
  readonly one?: (env: Env | undefined, input: Json) => Json;
  /** Given by assignments: as `one`, but changes containers in place that `owned` lists, so that `reduce` need not copy. */
  readonly change?: (env: Env | undefined, input: Json, owned: Owned) => Json;
}

/** A parameter's filter with the bindings of the place where it was written. */
export interface Closure {
  readonly code: Code;
  readonly env: Env | undefined;
}

/** What a built-in gets to do its work. */
export interface Context {
  /** The clock, in nanoseconds since 1970; absent when the host gave none. */
  readonly now: (() => bigint) | undefined;
  readonly variables: Readonly<Record<string, Json>>;
}

export function bindValue(env: Env | undefined, bound: unknown): Env {
  return { up: env, bound };
}

export function lookup(env: Env | undefined, depth: number): unknown {
  let e = env;
  for (let i = depth; i > 0; i--) e = e?.up;
  return e?.bound;
}

/** The items of a filter that makes new values: an error as soon as there is one, since it has no place. */
export function notAPlace(run: Code['run']): Code['items'] {
  return (env, item) => {
    for (const result of run(env, item.v)) throw new JqError(`Invalid path expression with result ${shorten(result)}`);
    return [];
  };
}

/** A filter that makes values. */
export function maker(run: Code['run']): Code {
  return { run, items: notAPlace(run) };
}

/** A filter that makes exactly one value. */
export function single(one: (env: Env | undefined, input: Json) => Json): Code {
  return { ...maker((env, input) => [one(env, input)]), one };
}

/** A filter that finds places, from its way of finding items. */
export function finder(items: Code['items']): Code {
  return {
    run: function* (env, input) {
      for (const item of items(env, { v: input, p: [] })) yield item.v;
    },
    items,
  };
}

/** `.` */
export const identity: Code = {
  run: (_, input) => [input],
  items: (_, item) => [item],
  one: (_, input) => input,
};
