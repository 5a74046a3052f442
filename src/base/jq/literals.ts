import type { Ast } from './ast.ts';
import type { Token } from './lex.ts';
import { expect, is, next, type Parser, peek, take, unexpected } from './state.ts';

const identity: Ast = { t: 'identity' };

/** A key that is no variable: a word, a string or an expression in parentheses. */
export function objectKey(p: Parser): Ast {
  const t = peek(p);
  if (t.kind === 'name' || t.kind === 'number') {
    p.at += 1;
    return { t: 'literal', value: t.text };
  }
  if (t.kind === 'string' || t.kind === 'format') return text(p);
  expect(p, '(');
  const key = p.pipe(p);
  expect(p, ')');
  return key;
}

/** A string with its interpolations, perhaps behind a format. */
export function text(p: Parser): Ast {
  const format = peek(p).kind === 'format' ? next(p, 'format').text : undefined;
  const t = next(p, 'string');
  const parts = (t.parts ?? []).map((part) => (typeof part === 'string' ? part : inner(p, part)));
  return { t: 'string', format, parts, at: t.at };
}

function inner(p: Parser, tokens: readonly Token[]): Ast {
  const nested: Parser = { ...p, tokens, at: 0 };
  const ast = p.pipe(nested);
  if (peek(nested).kind !== 'end') throw unexpected(nested);
  return ast;
}

/** An object, its opening brace read. */
export function object(p: Parser): Ast {
  const entries: [Ast, Ast][] = [];
  while (!is(p, '}') && peek(p).kind !== 'end') {
    entries.push(objectEntry(p));
    if (!take(p, ',')) break;
  }
  expect(p, '}');
  return { t: 'object', entries };
}

function objectEntry(p: Parser): [Ast, Ast] {
  const t = peek(p);
  if (t.kind === 'variable') {
    p.at += 1;
    const value: Ast = t.text === '__loc__' ? location(p, t.at) : { t: 'variable', name: t.text, at: t.at };
    // `$x` alone is named like the variable, `$x: 1` like its content.
    return is(p, ':') ? [value, objectValue(p)] : [{ t: 'literal', value: t.text }, value];
  }
  const parenthesised = is(p, '(');
  const key = objectKey(p);
  if (!parenthesised && !is(p, ':')) return [key, { t: 'index', of: identity, key }];
  return [key, objectValue(p)];
}

function objectValue(p: Parser): Ast {
  expect(p, ':');
  let value = p.expression(p);
  while (take(p, '|')) value = { t: 'pipe', left: value, right: p.expression(p) };
  return value;
}

/** The value of `$__loc__`. */
export function location(p: Parser, at: number): Ast {
  return { t: 'literal', value: { file: '<top-level>', line: p.source.slice(0, at).split('\n').length } };
}
