import type { Json } from '../json64.ts';
import { type Pattern, patternNames } from './ast.ts';
import { bindValue, type Code, type Env } from './code.ts';
import { getIndex } from './paths.ts';
import type { Compiler, Scope } from './scope.ts';
import { describe, isObject, JqError, typeName } from './values.ts';

/** The scope in which all variables of the patterns are bound. */
export function bindScope(patterns: readonly Pattern[], scope: Scope | undefined): Scope | undefined {
  let inner = scope;
  for (const name of patternNames(patterns)) inner = { up: inner, kind: 'variable', name };
  return inner;
}

/** Binds a value's parts; more than once where a key of a pattern has several outputs. */
export interface Binder {
  (env: Env | undefined, value: Json): Iterable<Env | undefined>;
  /** Tries the patterns one after the other (`?//`) until one binds and what runs with it does not fail. */
  readonly first: <T>(
    env: Env | undefined,
    value: Json,
    outputs: (env: Env | undefined) => Iterable<T>,
  ) => Generator<T>;
}

type Names = ReadonlyMap<string, Json>;
type Taker = (env: Env | undefined, value: Json, names: Names) => Iterable<Names>;

export function bindPatterns(c: Compiler, patterns: readonly Pattern[], scope: Scope | undefined): Binder {
  const names = patternNames(patterns);
  const takers = patterns.map((pattern) => taker(c, pattern, scope, names));
  const enter = (env: Env | undefined, found: Names): Env | undefined => {
    let inner = env;
    for (const name of names) inner = bindValue(inner, found.get(name) ?? null);
    return inner;
  };
  const [only] = takers as [Taker];
  // A plain variable is by far the most frequent pattern.
  const simple = patterns.length === 1 && patterns[0]?.p === 'variable';
  function* all(env: Env | undefined, value: Json): Generator<Env | undefined> {
    for (const found of only(env, value, new Map())) yield enter(env, found);
  }
  function* first<T>(env: Env | undefined, value: Json, outputs: (env: Env | undefined) => Iterable<T>): Generator<T> {
    for (const [i, take] of takers.entries()) {
      try {
        for (const found of take(env, value, new Map())) yield* outputs(enter(env, found));
        return;
      } catch (error) {
        if (!(error instanceof JqError) || i === takers.length - 1) throw error;
      }
    }
  }
  const binder = (env: Env | undefined, value: Json): Iterable<Env | undefined> =>
    simple ? [bindValue(env, value)] : all(env, value);
  return Object.assign(binder, { first });
}

function taker(c: Compiler, pattern: Pattern, scope: Scope | undefined, names: readonly string[]): Taker {
  if (pattern.p === 'variable') return (_, value, found) => [new Map(found).set(pattern.name, value)];
  if (pattern.p === 'array') {
    const items = pattern.items.map((item) => taker(c, item, scope, names));
    return (env, value, found) => {
      if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with number`);
      return inTurn(items, (i) => value?.[i] ?? null, env, found);
    };
  }
  const entries = pattern.entries.map((entry) => {
    const inner = entry.value && taker(c, entry.value, scope, names);
    // Keys see the variables bound before them in the same pattern.
    let keyScope = scope;
    for (const name of names) keyScope = { up: keyScope, kind: 'variable', name };
    return objectEntry(c.compile(entry.key, keyScope), entry.variable, inner, names);
  });
  return (env, value, found) => {
    if (value !== null && !isObject(value)) throw new JqError(`Cannot index ${typeName(value)} with a string`);
    return inTurn(entries, () => value, env, found);
  };
}

function objectEntry(
  key: Code,
  variable: string | undefined,
  inner: Taker | undefined,
  names: readonly string[],
): Taker {
  return function* (env, value, found) {
    let keyEnv = env;
    for (const name of names) keyEnv = bindValue(keyEnv, found.get(name) ?? null);
    for (const k of key.run(keyEnv, value)) {
      if (typeof k !== 'string') throw new JqError(`Cannot index object with ${describe(k)}`);
      const part = getIndex(value, k);
      const next = variable === undefined ? found : new Map(found).set(variable, part);
      if (inner) yield* inner(env, part, next);
      else yield next;
    }
  };
}

/** Runs takers one inside the other, so that all combinations come out. */
function* inTurn(
  takers: readonly Taker[],
  part: (i: number) => Json,
  env: Env | undefined,
  found: Names,
  at = 0,
): Generator<Names> {
  const take = takers[at];
  if (!take) yield found;
  else for (const next of take(env, part(at), found)) yield* inTurn(takers, part, env, next, at + 1);
}
