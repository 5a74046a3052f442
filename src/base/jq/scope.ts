import type { Ast } from './ast.ts';
import type { Builtins } from './builtin.ts';
import type { Code, Context } from './code.ts';

/** What a name stands for while a filter is compiled; one link for each link of the run-time bindings. */
export interface Scope {
  readonly up: Scope | undefined;
  readonly kind: 'variable' | 'closure' | 'function' | 'label';
  readonly name: string;
  readonly definition?: Definition;
}

/** A function of the filter; the body is filled in after the scope that makes recursion possible. */
export interface Definition {
  readonly params: readonly string[];
  body: Code | undefined;
}

/** Where a name is bound: how many links up, and what it is. */
export function resolve(
  scope: Scope | undefined,
  matches: (s: Scope) => boolean,
): { readonly depth: number; readonly found: Scope } | undefined {
  let depth = 0;
  for (let s = scope; s; s = s.up) {
    if (matches(s)) return { depth, found: s };
    depth += 1;
  }
  return undefined;
}

/** What stays the same while one filter is compiled. */
export interface Compiler {
  /** Compiles a part of the filter within a scope. */
  readonly compile: (ast: Ast, scope: Scope | undefined) => Code;
  readonly source: string;
  readonly builtins: Builtins;
  readonly context: Context;
  /** Built-ins written in jq that were used so far. */
  readonly library: Map<string, Definition>;
}
