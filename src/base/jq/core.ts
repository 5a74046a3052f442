import type { Json } from '../json64.ts';
import { valuesOf } from './arrays.ts';
import { type Code, type Env, maker, single } from './code.ts';
import { getIndex, getSlice } from './paths.ts';
import { childrenOf } from './streams.ts';
import { describe, JqError, type JsonObject, operate, setKey, truthy } from './values.ts';

/** Each output changed by a function. */
export function mapped(code: Code, f: (v: Json) => Json): Code {
  const { one } = code;
  if (one) return single((env, input) => f(one(env, input)));
  return maker(function* (env, input) {
    for (const v of code.run(env, input)) yield f(v);
  });
}

/** `of[key]`: the key is looked up for each of its outputs, outermost. */
export function index(of: Code, key: Code): Code {
  const items: Code['items'] = function* (env, item) {
    for (const k of key.run(env, item.v))
      for (const target of of.items(env, item)) yield { v: getIndex(target.v, k), p: [...target.p, k] };
  };
  const { one: ofOne } = of;
  const { one: keyOne } = key;
  if (ofOne && keyOne) {
    const one = (env: Env | undefined, input: Json) => getIndex(ofOne(env, input), keyOne(env, input));
    return { run: (env, input) => [one(env, input)], items, one };
  }
  const run: Code['run'] = function* (env, input) {
    for (const k of key.run(env, input)) for (const target of of.run(env, input)) yield getIndex(target, k);
  };
  return { run, items };
}

/** `of[from:to]`. */
export function slice(of: Code, from: Code | undefined, to: Code | undefined): Code {
  const bounds = function* (env: Env | undefined, input: Json): Generator<[Json, Json]> {
    for (const end of to ? to.run(env, input) : [null])
      for (const start of from ? from.run(env, input) : [null]) yield [start, end];
  };
  return {
    run: function* (env, input) {
      for (const [start, end] of bounds(env, input)) for (const v of of.run(env, input)) yield getSlice(v, start, end);
    },
    items: function* (env, item) {
      for (const [start, end] of bounds(env, item.v)) {
        for (const { v, p } of of.items(env, item)) yield { v: getSlice(v, start, end), p: [...p, { start, end }] };
      }
    },
  };
}

/** `of[]`. */
export function iterate(of: Code): Code {
  return {
    run: (env, input) => (of.one ? valuesOf(of.one(env, input)) : iterated(of.run(env, input))),
    items: function* (env, item) {
      for (const target of of.items(env, item)) {
        valuesOf(target.v);
        yield* childrenOf(target);
      }
    },
  };
}

function* iterated(outputs: Iterable<Json>): Generator<Json> {
  for (const v of outputs) yield* valuesOf(v);
}

/** `try body catch handler`; without a handler errors just end the outputs. */
export function attempt(body: Code, handler: Code | undefined): Code {
  function* guarded<T>(outputs: () => Iterable<T>, caught: (error: JqError) => Iterable<T>): Generator<T> {
    let failure: JqError | undefined;
    try {
      // The consumer's own errors do not pass through here: it runs between the outputs.
      yield* outputs();
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      failure = error;
    }
    if (failure) yield* caught(failure);
  }
  return {
    run: (env, input) =>
      guarded(
        () => body.run(env, input),
        (error) => (handler ? handler.run(env, error.value) : []),
      ),
    items: (env, item) =>
      guarded(
        () => body.items(env, item),
        (error) => (handler ? handler.items(env, { v: error.value, p: [] }) : []),
      ),
  };
}

/** `[body]`. */
export function array(body: Code | undefined): Code {
  if (!body) return single(() => []);
  return single((env, input) => [...body.run(env, input)]);
}

/** `{key: value, ...}`: every combination of the outputs, the last key varying fastest. */
export function object(entries: readonly (readonly [Code, Code])[]): Code {
  const keyOf = (key: Json): string => {
    if (typeof key === 'string') return key;
    throw new JqError(`Object keys must be strings, not ${describe(key)}`);
  };
  if (entries.every(([key, v]) => key.one && v.one)) {
    return single((env, input) => {
      const made: JsonObject = {};
      for (const [key, v] of entries) setKey(made, keyOf(key.one?.(env, input) as Json), v.one?.(env, input) as Json);
      return made;
    });
  }
  function* combine(
    env: Env | undefined,
    input: Json,
    at: number,
    made: readonly (readonly [string, Json])[],
  ): Generator<Json> {
    const entry = entries[at];
    if (!entry) {
      const result: JsonObject = {};
      for (const [key, v] of made) setKey(result, key, v);
      yield result;
      return;
    }
    for (const key of entry[0].run(env, input)) {
      for (const v of entry[1].run(env, input)) yield* combine(env, input, at + 1, [...made, [keyOf(key), v]]);
    }
  }
  return maker((env, input) => combine(env, input, 0, []));
}

/** `left | right`. */
export function pipe(left: Code, right: Code): Code {
  const items: Code['items'] = function* (env, item) {
    for (const middle of left.items(env, item)) yield* right.items(env, middle);
  };
  const { one: first } = left;
  const { one: second } = right;
  if (first && second) {
    const one = (env: Env | undefined, input: Json) => second(env, first(env, input));
    const { change: before } = left;
    const { change: after } = right;
    const change: Code['change'] =
      before && after && ((env, input, owned) => after(env, before(env, input, owned), owned));
    return { run: (env, input) => [one(env, input)], items, one, ...(change ? { change } : {}) };
  }
  if (first) return { run: (env, input) => right.run(env, first(env, input)), items };
  const run: Code['run'] = function* (env, input) {
    if (second) for (const v of left.run(env, input)) yield second(env, v);
    else for (const v of left.run(env, input)) yield* right.run(env, v);
  };
  return { run, items };
}

/** `left, right`. */
export function comma(left: Code, right: Code): Code {
  return {
    run: function* (env, input) {
      yield* left.run(env, input);
      yield* right.run(env, input);
    },
    items: function* (env, item) {
      yield* left.items(env, item);
      yield* right.items(env, item);
    },
  };
}

/** `and` (stops at false) and `or` (stops at true). */
export function logical(stopsAt: boolean, left: Code, right: Code): Code {
  const { one: first } = left;
  const { one: second } = right;
  if (first && second) {
    return single((env, input) => (truthy(first(env, input)) === stopsAt ? stopsAt : truthy(second(env, input))));
  }
  return maker(function* (env, input) {
    for (const a of left.run(env, input)) {
      if (truthy(a) === stopsAt) yield stopsAt;
      else for (const b of right.run(env, input)) yield truthy(b);
    }
  });
}

/** `left // right`: the true outputs of the left side, or else the right side. */
export function alternative(left: Code, right: Code): Code {
  function* choose<T>(
    outputs: () => Iterable<T>,
    contentOf: (output: T) => Json,
    others: () => Iterable<T>,
  ): Generator<T> {
    let any = false;
    try {
      for (const output of outputs()) {
        if (!truthy(contentOf(output))) continue;
        any = true;
        yield output;
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
    }
    if (!any) yield* others();
  }
  return {
    run: (env, input) =>
      choose(
        () => left.run(env, input),
        (v) => v,
        () => right.run(env, input),
      ),
    items: (env, item) =>
      choose(
        () => left.items(env, item),
        (found) => found.v,
        () => right.items(env, item),
      ),
  };
}

/** An operator on every combination of outputs, the left side varying fastest. */
export function binary(op: string, left: Code, right: Code): Code {
  const { one: first } = left;
  const { one: second } = right;
  if (first && second) return single((env, input) => operate(op, first(env, input), second(env, input)));
  return maker(function* (env, input) {
    for (const b of right.run(env, input)) for (const a of left.run(env, input)) yield operate(op, a, b);
  });
}

/** `if test then yes else no end`. */
export function conditional(test: Code, yes: Code, no: Code): Code {
  const items: Code['items'] = function* (env, item) {
    for (const verdict of test.run(env, item.v)) yield* (truthy(verdict) ? yes : no).items(env, item);
  };
  const { one } = test;
  const { one: yesOne } = yes;
  const { one: noOne } = no;
  if (one && yesOne && noOne) {
    const choose = (env: Env | undefined, input: Json) => (truthy(one(env, input)) ? yesOne : noOne)(env, input);
    return { run: (env, input) => [choose(env, input)], items, one: choose };
  }
  if (one) return { run: (env, input) => (truthy(one(env, input)) ? yes : no).run(env, input), items };
  const run: Code['run'] = function* (env, input) {
    for (const verdict of test.run(env, input)) yield* (truthy(verdict) ? yes : no).run(env, input);
  };
  return { run, items };
}
