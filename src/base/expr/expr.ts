import { fail } from '../errors.ts';
import type { ExprFunction } from './functions.ts';
import { parseExpr } from './parse.ts';
import type { Frame } from './state.ts';
import { typeOf } from './values.ts';

export type { ExprFunction } from './functions.ts';

export interface ExprOptions {
  /** Further functions by name. */
  readonly functions?: Readonly<Record<string, ExprFunction>>;
  /** The names the expression may use; others are refused with a suggestion. Without it unknown names are nil. */
  readonly names?: readonly string[];
  /** The clock for `now()`, in nanoseconds since 1970; without it `now` is unknown. */
  readonly now?: () => bigint;
}

/** A parsed expression, to be used for many rows. */
export interface Expr {
  /** The value for these variables. Throws a usage BoxError that ends in `(line:column)` where it can. */
  evaluate(env: Readonly<Record<string, unknown>>): unknown;
  /** The value as a condition: nil is false, anything but true and false an error. */
  test(env: Readonly<Record<string, unknown>>): boolean;
}

/**
 * Parses an expression of the expr language (as the filters of the nats tool take it): comparisons, `and or not`, `in`,
 * `contains startsWith endsWith matches`, arithmetic, ternary, `??`, `?.`, ranges, slices, `let`, pipes and the functions
 * on strings, numbers, arrays, maps and dates, with predicates over `#` and `.field`. Whole numbers are exact.
 * Unlike the original, fields of nil are nil, and nil in a comparison is false.
 */
export function compileExpr(source: string, options: ExprOptions = {}): Expr {
  const { now } = options;
  const functions = {
    ...options.functions,
    ...(now ? { now: () => ({ temporal: 'time', ns: now() }) } : {}),
  };
  const step = parseExpr(source, { functions, ...(options.names ? { names: options.names } : {}) });
  const evaluate = (env: Readonly<Record<string, unknown>>): unknown => {
    const frame: Frame = { env, names: new Map(), item: null, index: 0, accumulated: null };
    return step(frame) ?? null;
  };
  return {
    evaluate,
    test: (env) => {
      const value = evaluate(env);
      if (typeof value === 'boolean') return value;
      if (value === null) return false;
      throw fail('usage', `expression did not return a boolean but ${typeOf(value)}`, {
        hint: 'compare the value with something, as in: state.messages > 0',
      });
    },
  };
}
