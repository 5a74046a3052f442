import { fail } from '#base/errors.ts';
import type { Json } from '#base/json64.ts';

/** Takes one value out of claims: names joined by dots, list entries as `name[0]`. What is missing is null. */
export function fieldOf(claims: Json, path: string): Json {
  let value: Json = claims;
  for (const step of steps(path)) {
    if (Array.isArray(value)) value = entry(value, step, path);
    else if (typeof value === 'object' && value !== null)
      value = Object.hasOwn(value, step) ? (value[step] as Json) : null;
    else
      throw fail('usage', `unable to extract ${JSON.stringify(step)} in ${JSON.stringify(path)} from ${String(value)}`);
  }
  return value;
}

function entry(list: readonly Json[], step: string, path: string): Json {
  if (!/^[+-]?\d+$/.test(step)) {
    throw fail('usage', `error parsing index: ${JSON.stringify(step)} in ${JSON.stringify(path)}`);
  }
  const value = list[Number(step)];
  if (value === undefined) throw fail('usage', `index is out of bounds: ${step} in ${JSON.stringify(path)}`);
  return value;
}

function steps(path: string): string[] {
  return path.split('.').flatMap((part) => {
    const open = part.indexOf('[');
    if (open < 0) return [part];
    const close = part.indexOf(']');
    if (close < 0) {
      throw fail(
        'usage',
        `bad path - unterminated index expression: ${JSON.stringify(part)} in ${JSON.stringify(path)}`,
      );
    }
    return [part.slice(0, open), part.slice(open + 1, close)];
  });
}
