import type { Json } from '../json64.ts';
import type { Context, Item } from './code.ts';

/** An argument of a built-in, ready to run on an input. */
export type Argument = (input: Json) => Iterable<Json>;
/** The same, keeping track of places. */
export type PlaceArgument = (input: Item) => Iterable<Item>;

/** A function of values: every combination of its arguments' outputs gives one result. */
export interface ValueBuiltin {
  readonly kind: 'value';
  readonly run: (context: Context, input: Json, args: readonly Json[]) => Json;
}

/** A function that runs its arguments itself and gives any number of results. */
export interface FilterBuiltin {
  readonly kind: 'filter';
  readonly run: (
    context: Context,
    input: Json,
    args: readonly Argument[],
    places: readonly PlaceArgument[],
  ) => Iterable<Json>;
}

/** A function whose results lie inside its input, so that they can be assigned to. */
export interface PlaceBuiltin {
  readonly kind: 'place';
  readonly run: (input: Item, places: readonly PlaceArgument[], args: readonly Argument[]) => Iterable<Item>;
}

export type Builtin = ValueBuiltin | FilterBuiltin | PlaceBuiltin;

/** Built-ins by `name/arity`. */
export type Builtins = Readonly<Record<string, Builtin>>;

export function value(run: (input: Json, ...args: Json[]) => Json): ValueBuiltin {
  return { kind: 'value', run: (_, input, args) => run(input, ...args) };
}

export function filter(run: (input: Json, ...args: Argument[]) => Iterable<Json>): FilterBuiltin {
  return { kind: 'filter', run: (_, input, args) => run(input, ...args) };
}

export function place(run: PlaceBuiltin['run']): PlaceBuiltin {
  return { kind: 'place', run };
}

/** The first output, or undefined. */
export function firstOf<T>(outputs: Iterable<T>): T | undefined {
  for (const output of outputs) return output;
  return undefined;
}
