import type { Ast, Pattern, PatternEntry } from './ast.ts';
import { jqSyntax, type Token, tokenize } from './lex.ts';

interface Parser {
  readonly source: string;
  readonly tokens: readonly Token[];
  at: number;
  nesting: number;
}

const identity: Ast = { t: 'identity' };
const maxNesting = 500;
const assignments = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=']);
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Parses a filter. Throws a usage BoxError with line and column. */
export function parseJq(source: string): Ast {
  const p: Parser = { source, tokens: tokenize(source), at: 0, nesting: 0 };
  if (peek(p).kind === 'end') return identity;
  const ast = pipe(p);
  if (peek(p).kind !== 'end') throw unexpected(p);
  return ast;
}

/** Parses function definitions without a filter behind them. */
export function parseDefinitions(source: string): (Ast & { t: 'define' })[] {
  const p: Parser = { source, tokens: tokenize(source), at: 0, nesting: 0 };
  const list: (Ast & { t: 'define' })[] = [];
  while (peek(p).kind !== 'end') list.push({ ...definition(p), rest: identity });
  return list;
}

function peek(p: Parser): Token {
  return p.tokens[p.at] as Token;
}

function is(p: Parser, text: string): boolean {
  const t = peek(p);
  return t.text === text && (t.kind === 'operator' || t.kind === 'name');
}

function take(p: Parser, text: string): boolean {
  if (!is(p, text)) return false;
  p.at += 1;
  return true;
}

function unexpected(p: Parser): Error {
  const t = peek(p);
  return jqSyntax(p.source, t.at, t.kind === 'end' ? 'something is missing' : `unexpected ${JSON.stringify(t.text)}`);
}

function expect(p: Parser, text: string): void {
  if (!take(p, text))
    throw peek(p).kind === 'end' ? jqSyntax(p.source, peek(p).at, `${text} is missing`) : unexpected(p);
}

function next(p: Parser, kind: Token['kind']): Token {
  const t = peek(p);
  if (t.kind !== kind) throw unexpected(p);
  p.at += 1;
  return t;
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

/** A term, perhaps with a minus. */
function signed(p: Parser): Ast {
  return take(p, '-') ? { t: 'negate', of: signed(p) } : postfix(p);
}

function patternList(p: Parser): Pattern[] {
  const patterns = [pattern(p)];
  while (take(p, '?//')) patterns.push(pattern(p));
  return patterns;
}

function pattern(p: Parser): Pattern {
  if (peek(p).kind === 'variable') return { p: 'variable', name: next(p, 'variable').text };
  if (take(p, '[')) {
    const items: Pattern[] = [];
    do items.push(pattern(p));
    while (take(p, ','));
    expect(p, ']');
    return { p: 'array', items };
  }
  expect(p, '{');
  const entries: PatternEntry[] = [];
  do entries.push(patternEntry(p));
  while (take(p, ','));
  expect(p, '}');
  return { p: 'object', entries };
}

function patternEntry(p: Parser): PatternEntry {
  const t = peek(p);
  if (t.kind === 'variable') {
    p.at += 1;
    const key: Ast = { t: 'literal', value: t.text };
    return { key, variable: t.text, value: take(p, ':') ? pattern(p) : undefined };
  }
  const key = objectKey(p);
  expect(p, ':');
  return { key, variable: undefined, value: pattern(p) };
}

/** A key that is no variable: a word, a string or an expression in parentheses. */
function objectKey(p: Parser): Ast {
  const t = peek(p);
  if (t.kind === 'name' || t.kind === 'number') {
    p.at += 1;
    return { t: 'literal', value: t.text };
  }
  if (t.kind === 'string' || t.kind === 'format') return text(p);
  expect(p, '(');
  const key = pipe(p);
  expect(p, ')');
  return key;
}

function postfix(p: Parser): Ast {
  let term = primary(p);
  for (;;) {
    const t = peek(p);
    if (t.kind === 'field') {
      p.at += 1;
      term = { t: 'index', of: term, key: { t: 'literal', value: t.text } };
    } else if (is(p, '.') && (p.tokens[p.at + 1]?.kind === 'string' || p.tokens[p.at + 1]?.text === '[')) {
      p.at += 1;
      term = is(p, '[') ? term : { t: 'index', of: term, key: text(p) };
    } else if (take(p, '?')) term = { t: 'try', body: term, handler: undefined };
    else if (take(p, '[')) term = bracket(p, term);
    else return term;
  }
}

/** What follows `[` behind a term. */
function bracket(p: Parser, of: Ast): Ast {
  if (take(p, ']')) return { t: 'iterate', of };
  if (take(p, ':')) {
    const to = pipe(p);
    expect(p, ']');
    return { t: 'slice', of, from: undefined, to };
  }
  const from = pipe(p);
  if (take(p, ':')) {
    const to = is(p, ']') ? undefined : pipe(p);
    expect(p, ']');
    return { t: 'slice', of, from, to };
  }
  expect(p, ']');
  return { t: 'index', of, key: from };
}

function text(p: Parser): Ast {
  const format = peek(p).kind === 'format' ? next(p, 'format').text : undefined;
  const t = next(p, 'string');
  const parts = (t.parts ?? []).map((part) => (typeof part === 'string' ? part : inner(p, part)));
  return { t: 'string', format, parts, at: t.at };
}

function inner(p: Parser, tokens: readonly Token[]): Ast {
  const nested: Parser = { source: p.source, tokens, at: 0, nesting: p.nesting };
  const ast = pipe(nested);
  if (peek(nested).kind !== 'end') throw unexpected(nested);
  return ast;
}

function primary(p: Parser): Ast {
  const t = peek(p);
  switch (t.kind) {
    case 'number':
      p.at += 1;
      return { t: 'literal', value: t.value ?? null };
    case 'string':
      return text(p);
    case 'format':
      if (p.tokens[p.at + 1]?.kind === 'string') return text(p);
      p.at += 1;
      return { t: 'string', format: t.text, parts: [identity], at: t.at };
    case 'field':
      p.at += 1;
      return { t: 'index', of: identity, key: { t: 'literal', value: t.text } };
    case 'variable':
      p.at += 1;
      if (t.text === '__loc__') return location(p, t.at);
      return { t: 'variable', name: t.text, at: t.at };
    case 'name':
      return word(p, t);
    case 'operator':
      return sign(p, t);
    default:
      throw unexpected(p);
  }
}

function location(p: Parser, at: number): Ast {
  return { t: 'literal', value: { file: '<top-level>', line: p.source.slice(0, at).split('\n').length } };
}

function sign(p: Parser, t: Token): Ast {
  p.at += 1;
  switch (t.text) {
    case '.':
      return peek(p).kind === 'string' ? { t: 'index', of: identity, key: text(p) } : identity;
    case '..':
      return { t: 'recurse' };
    case '(': {
      const ast = pipe(p);
      expect(p, ')');
      return ast;
    }
    case '[': {
      if (take(p, ']')) return { t: 'array', body: undefined };
      const body = pipe(p);
      expect(p, ']');
      return { t: 'array', body };
    }
    case '{':
      return object(p);
    default:
      p.at -= 1;
      throw unexpected(p);
  }
}

function object(p: Parser): Ast {
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
  let value = alternative(p);
  while (take(p, '|')) value = { t: 'pipe', left: value, right: alternative(p) };
  return value;
}

function word(p: Parser, t: Token): Ast {
  p.at += 1;
  switch (t.text) {
    case 'if':
      return conditional(p);
    case 'try': {
      const body = signed(p);
      return { t: 'try', body, handler: take(p, 'catch') ? signed(p) : undefined };
    }
    case 'reduce':
    case 'foreach':
      return fold(p, t.text);
    case 'break': {
      const label = next(p, 'variable');
      return { t: 'break', name: label.text, at: label.at };
    }
    case 'then':
    case 'elif':
    case 'else':
    case 'end':
    case 'as':
    case 'catch':
    case 'and':
    case 'or':
    case 'label':
    case 'def':
      p.at -= 1;
      throw unexpected(p);
    case 'import':
    case 'include':
      throw jqSyntax(p.source, t.at, 'modules are not supported');
    case 'true':
    case 'false':
      return { t: 'literal', value: t.text === 'true' };
    case 'null':
      return { t: 'literal', value: null };
    default:
      return { t: 'call', name: t.text, args: args(p), at: t.at };
  }
}

function args(p: Parser): Ast[] {
  const list: Ast[] = [];
  if (!take(p, '(')) return list;
  do list.push(pipe(p));
  while (take(p, ';'));
  expect(p, ')');
  return list;
}

function conditional(p: Parser): Ast {
  const test = pipe(p);
  expect(p, 'then');
  const yes = pipe(p);
  if (take(p, 'elif')) return { t: 'if', test, yes, no: conditional(p) };
  const no = take(p, 'else') ? pipe(p) : undefined;
  expect(p, 'end');
  return { t: 'if', test, yes, no };
}

function fold(p: Parser, kind: 'reduce' | 'foreach'): Ast {
  const source = alternative(p);
  expect(p, 'as');
  const patterns = patternList(p);
  expect(p, '(');
  const init = pipe(p);
  expect(p, ';');
  const update = pipe(p);
  const extract = kind === 'foreach' && take(p, ';') ? pipe(p) : undefined;
  expect(p, ')');
  return kind === 'reduce'
    ? { t: 'reduce', source, patterns, init, update }
    : { t: 'foreach', source, patterns, init, update, extract };
}
