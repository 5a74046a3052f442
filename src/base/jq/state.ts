import type { Ast } from './ast.ts';
import { jqSyntax, type Token } from './lex.ts';

/** Where the parser is. The rules that hold each other are reached through it, so that they can live in files of their own. */
export interface Parser {
  readonly source: string;
  readonly tokens: readonly Token[];
  at: number;
  nesting: number;
  /** A whole filter, up to what ends it. */
  readonly pipe: (p: Parser) => Ast;
  /** An expression without commas and pipes. */
  readonly expression: (p: Parser) => Ast;
}

/** The word the parser stands at. */
export function peek(p: Parser): Token {
  return p.tokens[p.at] as Token;
}

/** Whether it is this operator or word. */
export function is(p: Parser, text: string): boolean {
  const t = peek(p);
  return t.text === text && (t.kind === 'operator' || t.kind === 'name');
}

/** Steps over this operator or word when it is there. */
export function take(p: Parser, text: string): boolean {
  if (!is(p, text)) return false;
  p.at += 1;
  return true;
}

/** The error for a word that does not fit. */
export function unexpected(p: Parser): Error {
  const t = peek(p);
  return jqSyntax(p.source, t.at, t.kind === 'end' ? 'something is missing' : `unexpected ${JSON.stringify(t.text)}`);
}

/** Steps over this operator or word, which has to be there. */
export function expect(p: Parser, text: string): void {
  if (!take(p, text))
    throw peek(p).kind === 'end' ? jqSyntax(p.source, peek(p).at, `${text} is missing`) : unexpected(p);
}

/** Steps over a word of this kind, which has to be there. */
export function next(p: Parser, kind: Token['kind']): Token {
  const t = peek(p);
  if (t.kind !== kind) throw unexpected(p);
  p.at += 1;
  return t;
}
