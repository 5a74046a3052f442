import type { Ast } from './ast.ts';
import { jqSyntax, tokenize } from './lex.ts';
import { patternList } from './patterns.ts';
import { expect, is, next, type Parser, peek, take, unexpected } from './state.ts';
import { postfix } from './terms.ts';

const identity: Ast = { t: 'identity' };
const maxNesting = 500;
function start(source: string): Parser {
  return { source, tokens: tokenize(source), at: 0, nesting: 0, pipe, expression: alternative };
}

const assignments = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=']);
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Parses a filter. Throws a usage BoxError with line and column. */
export function parseJq(source: string): Ast {
  const p: Parser = start(source);
  if (peek(p).kind === 'end') return identity;
  const ast = pipe(p);
  if (peek(p).kind !== 'end') throw unexpected(p);
  return ast;
}

/** Parses function definitions without a filter behind them. */
export function parseDefinitions(source: string): (Ast & { t: 'define' })[] {
  const p: Parser = start(source);
  const list: (Ast & { t: 'define' })[] = [];
  while (peek(p).kind !== 'end') list.push({ ...definition(p), rest: identity });
  return list;
}

function definition(p: Parser): { t: 'define'; name: string; params: string[]; body: Ast } {
  expect(p, 'def');
  const { text: name } = next(p, 'name');
  const params: string[] = [];
  if (take(p, '(')) {
    do params.push(peek(p).kind === 'variable' ? `$${next(p, 'variable').text}` : next(p, 'name').text);
    while (take(p, ';'));
    expect(p, ')');
  }
  expect(p, ':');
  const body = pipe(p);
  expect(p, ';');
  return { t: 'define', name, params, body };
}

function pipe(p: Parser): Ast {
  p.nesting += 1;
  if (p.nesting > maxNesting) throw jqSyntax(p.source, peek(p).at, 'the filter is nested too deeply');
  const ast = pipeUnbounded(p);
  p.nesting -= 1;
  return ast;
}

function pipeUnbounded(p: Parser): Ast {
  if (is(p, 'def')) {
    const def = definition(p);
    return { ...def, rest: pipe(p) };
  }
  if (take(p, 'label')) {
    const { text: name } = next(p, 'variable');
    expect(p, '|');
    return { t: 'label', name, body: pipe(p) };
  }
  const left = comma(p);
  return take(p, '|') ? { t: 'pipe', left, right: pipe(p) } : left;
}

function comma(p: Parser): Ast {
  let left = binding(p);
  while (take(p, ',')) left = { t: 'comma', left, right: binding(p) };
  return left;
}

/** An expression, or `expression as patterns | rest`. */
function binding(p: Parser): Ast {
  const source = alternative(p);
  if (!take(p, 'as')) return source;
  const patterns = patternList(p);
  expect(p, '|');
  return { t: 'bind', source, patterns, body: pipe(p) };
}

/** `//`, lowest of the operators, grouped from the right. */
function alternative(p: Parser): Ast {
  const left = assignment(p);
  return take(p, '//') ? { t: 'alternative', left, right: alternative(p) } : left;
}

function assignment(p: Parser): Ast {
  const left = logicalOr(p);
  const op = peek(p);
  if (op.kind !== 'operator' || !assignments.has(op.text)) return left;
  p.at += 1;
  return { t: 'assign', op: op.text, left, right: alternative(p) };
}

function logicalOr(p: Parser): Ast {
  let left = logicalAnd(p);
  while (take(p, 'or')) left = { t: 'or', left, right: logicalAnd(p) };
  return left;
}

function logicalAnd(p: Parser): Ast {
  let left = comparison(p);
  while (take(p, 'and')) left = { t: 'and', left, right: comparison(p) };
  return left;
}

function comparison(p: Parser): Ast {
  const left = sum(p);
  const op = peek(p);
  if (op.kind !== 'operator' || !comparisons.has(op.text)) return left;
  p.at += 1;
  const ast: Ast = { t: 'binary', op: op.text, left, right: sum(p) };
  if (peek(p).kind === 'operator' && comparisons.has(peek(p).text)) {
    throw jqSyntax(p.source, peek(p).at, 'comparisons cannot follow each other without parentheses');
  }
  return ast;
}

function sum(p: Parser): Ast {
  let left = product(p);
  while (is(p, '+') || is(p, '-')) {
    const op = peek(p).text;
    p.at += 1;
    left = { t: 'binary', op, left, right: product(p) };
  }
  return left;
}

function product(p: Parser): Ast {
  let left = operand(p);
  while (is(p, '*') || is(p, '/') || is(p, '%')) {
    const op = peek(p).text;
    p.at += 1;
    left = { t: 'binary', op, left, right: operand(p) };
  }
  return left;
}

function operand(p: Parser): Ast {
  if (take(p, '-')) return { t: 'negate', of: operand(p) };
  if (is(p, 'def')) {
    const def = definition(p);
    return { ...def, rest: pipe(p) };
  }
  return postfix(p);
}
