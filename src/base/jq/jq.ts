import { BoxError, fail } from '../errors.ts';
import type { Json } from '../json64.ts';
import { arrayBuiltins } from './arrays.ts';
import type { Builtins } from './builtin.ts';
import { compileFilter } from './compile.ts';
import { dateBuiltins } from './dates.ts';
import { mathBuiltins } from './math.ts';
import { parseJq } from './parse.ts';
import { regexBuiltins } from './regex.ts';
import { streamBuiltins } from './streams.ts';
import { stringBuiltins } from './strings.ts';
import { JqError } from './values.ts';

export interface JqOptions {
  /** Variables the filter may use, by name without `$`. */
  readonly variables?: Readonly<Record<string, Json>>;
  /** The clock for `now`, in nanoseconds since 1970; without it `now` is an error. */
  readonly now?: () => bigint;
}

/** A parsed filter: the outputs for an input, made as they are asked for. */
export type JqFilter = (input: Json) => Iterable<Json>;

let all: Builtins | undefined;

function builtins(): Builtins {
  all ??= {
    ...arrayBuiltins,
    ...dateBuiltins,
    ...mathBuiltins,
    ...regexBuiltins,
    ...streamBuiltins,
    ...stringBuiltins,
  };
  return all;
}

/**
 * Parses a filter of the jq language. It knows paths, slices, pipes, construction, operators, `if`, `try`, `reduce`,
 * `foreach`, `label`, functions, destructuring, assignments, formats, regular expressions, dates and streaming; modules, input,
 * environment and SQL-style extras are left out. Whole numbers of any size are exact. Throws a usage BoxError with line and
 * column; the outputs throw a BoxError (`error`) when the filter fails on an input.
 */
export function compileJq(source: string, options: JqOptions = {}): JqFilter {
  const context = { now: options.now, variables: options.variables ?? {} };
  const code = compileFilter(source, parseJq(source), builtins(), context);
  return (input) => guarded(() => code.run(undefined, input));
}

function* guarded(outputs: () => Iterable<Json>): Generator<Json> {
  try {
    yield* outputs();
  } catch (error) {
    if (error instanceof BoxError) throw error;
    if (error instanceof JqError) throw fail('error', `jq: ${error.message}`, { reason: error });
    // Both runtimes report too deep recursion this way.
    if (error instanceof RangeError) throw fail('error', 'jq: the filter recurses too deeply');
    throw error;
  }
}
