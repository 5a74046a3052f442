import type { Ast } from './ast.ts';
import { jqSyntax, type Token } from './lex.ts';
import { location, object, text } from './literals.ts';
import { patternList } from './patterns.ts';
import { expect, is, next, type Parser, peek, take, unexpected } from './state.ts';

const identity: Ast = { t: 'identity' };

/** A term, perhaps with a minus. */
function signed(p: Parser): Ast {
  return take(p, '-') ? { t: 'negate', of: signed(p) } : postfix(p);
}

/** A term with what follows it: `.field`, `[...]`, `?`. */
export function postfix(p: Parser): Ast {
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
    const to = p.pipe(p);
    expect(p, ']');
    return { t: 'slice', of, from: undefined, to };
  }
  const from = p.pipe(p);
  if (take(p, ':')) {
    const to = is(p, ']') ? undefined : p.pipe(p);
    expect(p, ']');
    return { t: 'slice', of, from, to };
  }
  expect(p, ']');
  return { t: 'index', of, key: from };
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

function sign(p: Parser, t: Token): Ast {
  p.at += 1;
  switch (t.text) {
    case '.':
      return peek(p).kind === 'string' ? { t: 'index', of: identity, key: text(p) } : identity;
    case '..':
      return { t: 'recurse' };
    case '(': {
      const ast = p.pipe(p);
      expect(p, ')');
      return ast;
    }
    case '[': {
      if (take(p, ']')) return { t: 'array', body: undefined };
      const body = p.pipe(p);
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
  do list.push(p.pipe(p));
  while (take(p, ';'));
  expect(p, ')');
  return list;
}

function conditional(p: Parser): Ast {
  const test = p.pipe(p);
  expect(p, 'then');
  const yes = p.pipe(p);
  if (take(p, 'elif')) return { t: 'if', test, yes, no: conditional(p) };
  const no = take(p, 'else') ? p.pipe(p) : undefined;
  expect(p, 'end');
  return { t: 'if', test, yes, no };
}

function fold(p: Parser, kind: 'reduce' | 'foreach'): Ast {
  const source = p.expression(p);
  expect(p, 'as');
  const patterns = patternList(p);
  expect(p, '(');
  const init = p.pipe(p);
  expect(p, ';');
  const update = p.pipe(p);
  const extract = kind === 'foreach' && take(p, ';') ? p.pipe(p) : undefined;
  expect(p, ')');
  return kind === 'reduce'
    ? { t: 'reduce', source, patterns, init, update }
    : { t: 'foreach', source, patterns, init, update, extract };
}
