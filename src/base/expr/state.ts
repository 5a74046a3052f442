import { exprFault, type Token } from './lex.ts';

/** What an expression sees while it runs. */
export interface Frame {
  readonly env: Readonly<Record<string, unknown>>;
  readonly names: ReadonlyMap<string, unknown>;
  readonly item: unknown;
  readonly index: number;
  readonly accumulated: unknown;
}

/** A compiled part of an expression. */
export type Step = (frame: Frame) => unknown;

export interface ParseOptions {
  readonly functions?: Readonly<Record<string, (...args: never[]) => unknown>>;
  /** When given, other top-level names are refused as typos. */
  readonly names?: readonly string[];
}

/** Where the parser is. */
export interface Parser {
  readonly source: string;
  readonly options: ParseOptions;
  readonly tokens: readonly Token[];
  at: number;
  /** How many predicates surround the place: `#` and `.field` mean the item of the innermost. */
  inPredicate: number;
  nesting: number;
  /** Names bound by `let`. */
  readonly locals: string[];
}

/** The word the parser stands at. */
export function peek(p: Parser): Token {
  return p.tokens[p.at] as Token;
}

/** Whether it is this operator. */
export function is(p: Parser, text: string): boolean {
  return peek(p).kind === 'operator' && peek(p).text === text;
}

/** The error for a word that does not fit. */
export function unexpected(p: Parser, t: Token = peek(p)): Error {
  return exprFault(p.source, t.at, `unexpected token ${t.text}`);
}

/** Steps over this operator when it is there. */
export function take(p: Parser, text: string): boolean {
  if (!is(p, text)) return false;
  p.at += 1;
  return true;
}

/** Steps over this operator, which has to be there. */
export function expect(p: Parser, text: string): void {
  if (!take(p, text)) throw unexpected(p);
}

/** Steps over a name. */
export function name(p: Parser): string {
  const t = peek(p);
  if (t.kind !== 'name') throw unexpected(p);
  p.at += 1;
  return t.text;
}

/** Names the place when an operator cannot take its operands. */
export function located(p: Parser, op: Token, step: Step): Step {
  return (f) => {
    try {
      return step(f);
    } catch (error) {
      if (error instanceof TypeError) throw exprFault(p.source, op.at, error.message);
      throw error;
    }
  };
}
