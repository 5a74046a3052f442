import { fail } from '../errors.ts';

/** Compiles a filter. */
export function compileJq(_text: string): (input: unknown) => Iterable<unknown> {
  throw fail('usage', '--jq is not built into this version');
}
