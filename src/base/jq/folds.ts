import type { Json } from '../json64.ts';
import type { Ast } from './ast.ts';
import { bindPatterns, bindScope } from './bind.ts';
import { bindValue, type Code, type Env, finder, type Item, identity, lookup } from './code.ts';
import { jqSyntax } from './lex.ts';
import type { Owned } from './paths.ts';
import { type Compiler, resolve, type Scope } from './scope.ts';

/** Ends a `label`; not an error, so `try` does not see it. */
class Break {
  readonly label: object;

  constructor(label: object) {
    this.label = label;
  }
}

/** `reduce source as $x (init; update)`. */
export function reduce(c: Compiler, ast: Ast & { t: 'reduce' }, scope: Scope | undefined): Code {
  const source = c.compile(ast.source, scope);
  const init = c.compile(ast.init, scope);
  const patterns = bindPatterns(c, ast.patterns, scope);
  const update = c.compile(ast.update, bindScope(ast.patterns, scope));
  function* fold<T>(
    env: Env | undefined,
    input: Json,
    starts: Iterable<T>,
    step: (e: Env | undefined, state: T) => Iterable<T>,
    none: T,
  ): Generator<T> {
    for (const start of starts) {
      let state = start;
      for (const v of source.run(env, input)) {
        for (const bound of patterns(env, v)) {
          let last: T | undefined;
          for (const output of step(bound, state)) last = output;
          state = last ?? none;
        }
      }
      yield state;
    }
  }
  const { change } = update;
  return {
    run: (env, input) => {
      const owned: Owned = new Set();
      const step = change
        ? (e: Env | undefined, state: Json): Iterable<Json> => [change(e, state, owned)]
        : (e: Env | undefined, state: Json): Iterable<Json> => update.run(e, state);
      return fold(env, input, fresh(init.run(env, input), owned), step, null as Json);
    },
    items: (env, item) => {
      const step = (e: Env | undefined, state: Item): Iterable<Item> => update.items(e, state);
      return fold(env, item.v, init.items(env, item), step, { v: null, p: [] } as Item);
    },
  };
}

/** Each start of a fold begins without containers of its own: those of the one before were given away. */
function* fresh(starts: Iterable<Json>, owned: Owned): Generator<Json> {
  for (const start of starts) {
    owned.clear();
    yield start;
  }
}

/** `foreach source as $x (init; update; extract)`. */
export function foreach(c: Compiler, ast: Ast & { t: 'foreach' }, scope: Scope | undefined): Code {
  const source = c.compile(ast.source, scope);
  const init = c.compile(ast.init, scope);
  const patterns = bindPatterns(c, ast.patterns, scope);
  const inner = bindScope(ast.patterns, scope);
  const update = c.compile(ast.update, inner);
  const extract = ast.extract ? c.compile(ast.extract, inner) : identity;
  function* each<T>(
    env: Env | undefined,
    input: Json,
    starts: Iterable<T>,
    step: (e: Env | undefined, state: T) => Iterable<T>,
    show: (e: Env | undefined, state: T) => Iterable<T>,
  ): Generator<T> {
    for (const start of starts) {
      let state = start;
      for (const v of source.run(env, input)) {
        for (const bound of patterns(env, v)) {
          for (const output of step(bound, state)) {
            state = output;
            yield* show(bound, output);
          }
        }
      }
    }
  }
  return {
    run: (env, input) =>
      each(
        env,
        input,
        init.run(env, input),
        (e, s) => update.run(e, s),
        (e, s) => extract.run(e, s),
      ),
    items: (env, item) =>
      each(
        env,
        item.v,
        init.items(env, item),
        (e, s) => update.items(e, s),
        (e, s) => extract.items(e, s),
      ),
  };
}

/** `source as $x | body`. */
export function bind(c: Compiler, ast: Ast & { t: 'bind' }, scope: Scope | undefined): Code {
  const source = c.compile(ast.source, scope);
  const patterns = bindPatterns(c, ast.patterns, scope);
  const body = c.compile(ast.body, bindScope(ast.patterns, scope));
  const several = ast.patterns.length > 1;
  function* each<T>(env: Env | undefined, input: Json, outputs: (e: Env | undefined) => Iterable<T>): Generator<T> {
    for (const v of source.run(env, input)) {
      if (!several) for (const bound of patterns(env, v)) yield* outputs(bound);
      else yield* patterns.first(env, v, outputs);
    }
  }
  return {
    run: (env, input) => each(env, input, (e) => body.run(e, input)),
    items: (env, item) => each(env, item.v, (e) => body.items(e, item)),
  };
}

/** `label $name | body`. */
export function label(c: Compiler, ast: Ast & { t: 'label' }, scope: Scope | undefined): Code {
  const body = c.compile(ast.body, { up: scope, kind: 'label', name: ast.name });
  function* until<T>(env: Env | undefined, outputs: (e: Env) => Iterable<T>): Generator<T> {
    const mark = {};
    try {
      yield* outputs(bindValue(env, mark));
    } catch (error) {
      if (!(error instanceof Break) || error.label !== mark) throw error;
    }
  }
  return {
    run: (env, input) => until(env, (e) => body.run(e, input)),
    items: (env, item) => until(env, (e) => body.items(e, item)),
  };
}

/** `break $name`. */
export function breakOut(c: Compiler, ast: Ast & { t: 'break' }, scope: Scope | undefined): Code {
  const place = resolve(scope, (s) => s.kind === 'label' && s.name === ast.name);
  if (!place) throw jqSyntax(c.source, ast.at, `$*label-${ast.name} is not defined`);
  return finder((env) => {
    throw new Break(lookup(env, place.depth) as object);
  });
}
