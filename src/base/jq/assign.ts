import type { Json } from '../json64.ts';
import { firstOf } from './builtin.ts';
import { type Code, type Env, notAPlace } from './code.ts';
import { deletePaths, type Owned, type Path, updatePath } from './paths.ts';
import { operate, truthy } from './values.ts';

/**
 * The assignments: `=` and `op=` take the right side's outputs one by one, `|=` runs it on each place.
 * `independent` tells that the right side does not look at its input, so what it gives is no part of it.
 */
export function assign(op: string, left: Code, right: Code, independent = false): Code {
  const run: Code['run'] =
    op === '|='
      ? (env, input) => [update(left, right, env, input, new Set())]
      : function* (env, input) {
          for (const v of right.run(env, input)) yield setAll(op, left, env, input, v, new Set());
        };
  const { one } = right;
  const change: Code['change'] =
    op === '|='
      ? (env, input, owned) => update(left, right, env, input, owned)
      : one &&
        ((env, input, owned) => {
          const value = one(env, input);
          const result = setAll(op, left, env, input, value, owned);
          // Parts of the input that are now in two places must not be changed in place.
          if (!independent && typeof value === 'object') owned.clear();
          return result;
        });
  const places = notAPlace(run);
  if (!change) return { run, items: places };
  return { run, items: places, change, one: (env, input) => change(env, input, new Set()) };
}

function placesOf(left: Code, env: Env | undefined, input: Json): Path[] {
  return Array.from(left.items(env, { v: input, p: [] }), (item) => item.p);
}

function setAll(op: string, left: Code, env: Env | undefined, input: Json, value: Json, owned: Owned): Json {
  const change = (old: Json): Json => {
    if (op === '=') return value;
    if (op === '//=') return truthy(old) ? old : value;
    return operate(op.slice(0, -1), old, value);
  };
  let result = input;
  for (const path of placesOf(left, env, input)) result = updatePath(result, path, change, owned);
  return result;
}

/** Replaces each place by the first output of the filter; places without an output are deleted. */
function update(left: Code, right: Code, env: Env | undefined, input: Json, owned: Owned): Json {
  const gone: Path[] = [];
  let result = input;
  for (const path of placesOf(left, env, input)) {
    result = updatePath(
      result,
      path,
      (old) => {
        // What the filter keeps of an old container must not change any more.
        if (typeof old === 'object') owned.clear();
        const fresh = firstOf(right.run(env, old));
        if (fresh !== undefined) return fresh;
        gone.push(path);
        return old;
      },
      owned,
    );
  }
  if (gone.length === 0) return result;
  owned.clear();
  return deletePaths(result, gone);
}
