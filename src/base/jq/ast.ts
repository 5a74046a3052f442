import type { Json } from '../json64.ts';

/** A filter taken apart. `at` is an offset in the source, for errors. */
export type Ast =
  | { readonly t: 'identity' }
  | { readonly t: 'recurse' }
  | { readonly t: 'literal'; readonly value: Json }
  | { readonly t: 'index'; readonly of: Ast; readonly key: Ast }
  | { readonly t: 'slice'; readonly of: Ast; readonly from: Ast | undefined; readonly to: Ast | undefined }
  | { readonly t: 'iterate'; readonly of: Ast }
  | { readonly t: 'try'; readonly body: Ast; readonly handler: Ast | undefined }
  | {
      readonly t: 'string';
      readonly format: string | undefined;
      readonly parts: readonly (string | Ast)[];
      readonly at: number;
    }
  | { readonly t: 'array'; readonly body: Ast | undefined }
  | { readonly t: 'object'; readonly entries: readonly (readonly [Ast, Ast])[] }
  | { readonly t: 'negate'; readonly of: Ast }
  | { readonly t: 'pipe' | 'comma' | 'and' | 'or' | 'alternative'; readonly left: Ast; readonly right: Ast }
  | { readonly t: 'binary'; readonly op: string; readonly left: Ast; readonly right: Ast }
  | { readonly t: 'assign'; readonly op: string; readonly left: Ast; readonly right: Ast }
  | { readonly t: 'if'; readonly test: Ast; readonly yes: Ast; readonly no: Ast | undefined }
  | {
      readonly t: 'reduce';
      readonly source: Ast;
      readonly patterns: readonly Pattern[];
      readonly init: Ast;
      readonly update: Ast;
    }
  | {
      readonly t: 'foreach';
      readonly source: Ast;
      readonly patterns: readonly Pattern[];
      readonly init: Ast;
      readonly update: Ast;
      readonly extract: Ast | undefined;
    }
  | {
      readonly t: 'define';
      readonly name: string;
      readonly params: readonly string[];
      readonly body: Ast;
      readonly rest: Ast;
    }
  | { readonly t: 'call'; readonly name: string; readonly args: readonly Ast[]; readonly at: number }
  | { readonly t: 'variable'; readonly name: string; readonly at: number }
  | { readonly t: 'bind'; readonly source: Ast; readonly patterns: readonly Pattern[]; readonly body: Ast }
  | { readonly t: 'label'; readonly name: string; readonly body: Ast }
  | { readonly t: 'break'; readonly name: string; readonly at: number };

/** What stands after `as`: a variable, `[$a, $b]` or `{a: $x, $y, (expr): $z}`. */
export type Pattern =
  | { readonly p: 'variable'; readonly name: string }
  | { readonly p: 'array'; readonly items: readonly Pattern[] }
  | { readonly p: 'object'; readonly entries: readonly PatternEntry[] };

export interface PatternEntry {
  /** The key's expression; with `variable` its value is bound to that name too. */
  readonly key: Ast;
  readonly variable: string | undefined;
  readonly value: Pattern | undefined;
}

/** The variables a pattern binds, in order, each once. */
export function patternNames(patterns: readonly Pattern[]): string[] {
  const names = new Set<string>();
  const walk = (pattern: Pattern): void => {
    if (pattern.p === 'variable') names.add(pattern.name);
    else if (pattern.p === 'array') pattern.items.forEach(walk);
    else {
      for (const entry of pattern.entries) {
        if (entry.variable !== undefined) names.add(entry.variable);
        if (entry.value) walk(entry.value);
      }
    }
  };
  patterns.forEach(walk);
  return [...names];
}

/** Whether a filter surely does not look at its input: made of literals, variables and what is built from them. */
export function isIndependent(ast: Ast): boolean {
  switch (ast.t) {
    case 'literal':
    case 'variable':
      return true;
    case 'index':
      return isIndependent(ast.of) && isIndependent(ast.key);
    case 'negate':
      return isIndependent(ast.of);
    case 'array':
      return ast.body === undefined || isIndependent(ast.body);
    case 'object':
      return ast.entries.every(([key, value]) => isIndependent(key) && isIndependent(value));
    case 'string':
      return ast.parts.every((part) => typeof part === 'string' || isIndependent(part));
    case 'binary':
    case 'comma':
      return isIndependent(ast.left) && isIndependent(ast.right);
    default:
      return false;
  }
}
