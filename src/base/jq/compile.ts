import { isNum, negate } from '../exact.ts';
import type { Json } from '../json64.ts';
import { assign } from './assign.ts';
import { type Ast, isIndependent } from './ast.ts';
import type { Builtins } from './builtin.ts';
import { call, define, variable } from './calls.ts';
import { type Code, type Context, type Env, finder, identity, maker, single } from './code.ts';
import {
  alternative,
  array,
  attempt,
  binary,
  comma,
  conditional,
  index,
  iterate,
  logical,
  mapped,
  object,
  pipe,
  slice,
} from './core.ts';
import { bind, breakOut, foreach, label, reduce } from './folds.ts';
import { jqSyntax } from './lex.ts';
import type { Compiler, Scope } from './scope.ts';
import { childrenOf, descend } from './streams.ts';
import { formats } from './strings.ts';
import { describe, JqError } from './values.ts';

/** Turns a parsed filter into one that runs. Throws a usage BoxError for names that mean nothing. */
export function compileFilter(source: string, ast: Ast, builtins: Builtins, context: Context): Code {
  const c: Compiler = {
    source,
    builtins,
    context,
    library: new Map(),
    compile: (part, scope) => compile(c, part, scope),
  };
  return compile(c, ast, undefined);
}

function compile(c: Compiler, ast: Ast, scope: Scope | undefined): Code {
  const sub = (part: Ast) => compile(c, part, scope);
  switch (ast.t) {
    case 'identity':
      return identity;
    case 'recurse':
      return finder((_, item) => descend(item, childrenOf));
    case 'literal':
      return single(() => ast.value);
    case 'index':
      return index(sub(ast.of), sub(ast.key));
    case 'slice':
      return slice(sub(ast.of), ast.from && sub(ast.from), ast.to && sub(ast.to));
    case 'iterate':
      return iterate(sub(ast.of));
    case 'try':
      return attempt(sub(ast.body), ast.handler && sub(ast.handler));
    case 'string':
      return text(c, ast, scope);
    case 'array':
      return array(ast.body && sub(ast.body));
    case 'object':
      return object(ast.entries.map(([key, value]) => [sub(key), sub(value)] as const));
    case 'negate':
      return mapped(sub(ast.of), (v) => {
        if (!isNum(v)) throw new JqError(`${describe(v)} cannot be negated`);
        return negate(v);
      });
    case 'pipe':
      return pipe(sub(ast.left), sub(ast.right));
    case 'comma':
      return comma(sub(ast.left), sub(ast.right));
    case 'and':
    case 'or':
      return logical(ast.t === 'or', sub(ast.left), sub(ast.right));
    case 'alternative':
      return alternative(sub(ast.left), sub(ast.right));
    case 'binary':
      return binary(ast.op, sub(ast.left), sub(ast.right));
    case 'assign':
      return assign(ast.op, sub(ast.left), sub(ast.right), isIndependent(ast.right));
    case 'if':
      return conditional(sub(ast.test), sub(ast.yes), ast.no ? sub(ast.no) : identity);
    case 'reduce':
      return reduce(c, ast, scope);
    case 'foreach':
      return foreach(c, ast, scope);
    case 'define':
      return define(c, ast, scope);
    case 'call':
      return call(c, ast, scope);
    case 'variable':
      return variable(c, ast, scope);
    case 'bind':
      return bind(c, ast, scope);
    case 'label':
      return label(c, ast, scope);
    case 'break':
      return breakOut(c, ast, scope);
  }
}

function text(c: Compiler, ast: Ast & { t: 'string' }, scope: Scope | undefined): Code {
  const name = ast.format ?? 'text';
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!format) throw jqSyntax(c.source, ast.at, `@${name} is not a format`);
  const parts = ast.parts.map((part) => (typeof part === 'string' ? part : compile(c, part, scope)));
  if (parts.every((part) => typeof part === 'string' || part.one)) {
    return single((env, input) =>
      parts.map((part) => (typeof part === 'string' ? part : format(part.one?.(env, input) as Json))).join(''),
    );
  }
  function* combine(env: Env | undefined, input: Json, at: number): Generator<string> {
    if (at < 0) {
      yield '';
      return;
    }
    const part = parts[at] as string | Code;
    for (const v of typeof part === 'string' ? [undefined] : part.run(env, input)) {
      const piece = v === undefined ? (part as string) : format?.(v);
      for (const head of combine(env, input, at - 1)) yield head + piece;
    }
  }
  return maker((env, input) => combine(env, input, parts.length - 1));
}
