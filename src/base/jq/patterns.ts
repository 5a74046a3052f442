import type { Ast, Pattern, PatternEntry } from './ast.ts';
import { objectKey } from './literals.ts';
import { expect, next, type Parser, peek, take } from './state.ts';

/** What follows `as`: one pattern, or several with `?//` between them. */
export function patternList(p: Parser): Pattern[] {
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
