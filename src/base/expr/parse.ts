import { suggest } from '../suggest.ts';
import { plainFunctions, predicateFunctions } from './functions.ts';
import { exprFault, type Token, tokenize } from './lex.ts';
import { binary, member, slice, unary } from './operators.ts';
import {
  expect,
  is,
  located,
  name,
  type ParseOptions,
  type Parser,
  peek,
  type Step,
  take,
  unexpected,
} from './state.ts';
import { isNil, isTemporal, temporalMethod, typeOf } from './values.ts';

const precedence: Readonly<Record<string, number>> = {
  '|': 0,
  or: 10,
  '||': 10,
  and: 15,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '<=': 20,
  '>=': 20,
  in: 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '^': 100,
  '??': 500,
};

const negatable = new Set(['in', 'matches', 'contains', 'startsWith', 'endsWith']);
const comparisons = new Set(['<', '>', '<=', '>=']);
const maxDepth = 200;

/** Compiles the source of an expression. Throws a usage BoxError whose message ends in `(line:column)`. */
export function parseExpr(source: string, options: ParseOptions): Step {
  const p: Parser = { source, options, tokens: tokenize(source), at: 0, inPredicate: 0, nesting: 0, locals: [] };
  if (peek(p).kind === 'end') throw unexpected(p);
  const step = sequence(p);
  if (peek(p).kind !== 'end') throw unexpected(p);
  return step;
}

function sequence(p: Parser): Step {
  let step = expression(p, 0);
  while (take(p, ';') && peek(p).kind !== 'end') step = expression(p, 0);
  return step;
}

function expression(p: Parser, least: number): Step {
  p.nesting += 1;
  if (p.nesting > maxDepth) throw exprFault(p.source, peek(p).at, 'the expression is nested too deeply');
  const step =
    least === 0 && is(p, 'let') ? binding(p) : least === 0 && is(p, 'if') ? conditionalIf(p) : operators(p, least);
  p.nesting -= 1;
  return step;
}

function binding(p: Parser): Step {
  expect(p, 'let');
  const variable = name(p);
  expect(p, '=');
  const value = expression(p, 0);
  expect(p, ';');
  p.locals.push(variable);
  const body = sequence(p);
  p.locals.pop();
  return (f) => body({ ...f, names: new Map(f.names).set(variable, value(f)) });
}

function conditionalIf(p: Parser): Step {
  expect(p, 'if');
  const test = expression(p, 0);
  expect(p, '{');
  const yes = sequence(p);
  expect(p, '}');
  expect(p, 'else');
  if (is(p, 'if')) return choice(p, test, yes, conditionalIf(p));
  expect(p, '{');
  const no = sequence(p);
  expect(p, '}');
  return choice(p, test, yes, no);
}

function choice(p: Parser, test: Step, yes: Step, no: Step): Step {
  return (f) => (truth(p, test(f)) ? yes(f) : no(f));
}

function truth(p: Parser, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (isNil(value)) return false;
  throw exprFault(p.source, 0, `a condition has to be true or false, not ${typeOf(value)}`);
}

function operators(p: Parser, least: number): Step {
  let left = primary(p);
  for (;;) {
    const negated = is(p, 'not') && negatable.has(p.tokens[p.at + 1]?.text ?? '');
    const op = negated ? (p.tokens[p.at + 1] as Token) : peek(p);
    const level = op.kind === 'operator' ? precedence[op.text] : undefined;
    if (level === undefined || level < least) break;
    p.at += negated ? 2 : 1;
    if (op.text === '|') left = postfix(p, call(p, name(p), op, [left]));
    else if (comparisons.has(op.text)) left = comparison(p, left, op, level);
    else {
      const rightToLeft = op.text === '**' || op.text === '^';
      left = located(p, op, binary(op.text, left, expression(p, rightToLeft ? level : level + 1)));
      if (negated) left = unary('not', left);
    }
  }
  return least === 0 ? ternary(p, left) : left;
}

/** `a < b < c` means both. */
function comparison(p: Parser, first: Step, op: Token, level: number): Step {
  let left = first;
  let right = expression(p, level + 1);
  let step = located(p, op, binary(op.text, left, right));
  while (peek(p).kind === 'operator' && comparisons.has(peek(p).text)) {
    const next = peek(p);
    p.at += 1;
    left = right;
    right = expression(p, level + 1);
    step = binary('and', step, located(p, next, binary(next.text, left, right)));
  }
  return step;
}

function ternary(p: Parser, test: Step): Step {
  if (!take(p, '?')) return test;
  if (take(p, ':')) {
    const no = expression(p, 0);
    return (f) => {
      const value = test(f);
      return truth(p, value) ? value : no(f);
    };
  }
  const yes = expression(p, 0);
  expect(p, ':');
  return choice(p, test, yes, expression(p, 0));
}

function primary(p: Parser): Step {
  const t = peek(p);
  if (t.kind === 'operator') {
    if (take(p, 'not') || take(p, '!')) return postfix(p, unary('not', expression(p, 50)));
    if (take(p, '-') || take(p, '+')) return postfix(p, located(p, t, unary(t.text, expression(p, 90))));
    if (take(p, '(')) {
      const inner = sequence(p);
      expect(p, ')');
      return postfix(p, inner);
    }
    if (take(p, '[')) return postfix(p, arrayLiteral(p));
    if (take(p, '{')) return postfix(p, mapLiteral(p));
    if (p.inPredicate > 0 && is(p, '.')) return postfix(p, (f) => f.item);
    if (p.inPredicate > 0 && take(p, '#')) return postfix(p, pointer(p));
    if (take(p, '::')) return postfix(p, call(p, name(p), t, []));
    throw unexpected(p);
  }
  p.at += 1;
  if (t.kind === 'number' || t.kind === 'string') return postfix(p, () => t.value);
  if (t.kind === 'end') throw unexpected(p, t);
  return postfix(p, word(p, t));
}

function pointer(p: Parser): Step {
  const t = peek(p);
  if (t.kind !== 'name') return (f) => f.item;
  p.at += 1;
  if (t.text === 'acc') return (f) => f.accumulated;
  if (t.text === 'index') return (f) => f.index;
  throw exprFault(p.source, t.at, `unknown pointer #${t.text}`);
}

function word(p: Parser, t: Token): Step {
  if (is(p, '(')) return call(p, t.text, t, []);
  if (t.text === 'true' || t.text === 'false') return () => t.text === 'true';
  if (t.text === 'nil') return () => null;
  if (t.text === '$env') return (f) => f.env;
  if (p.locals.includes(t.text)) return (f) => f.names.get(t.text);
  if (p.options.names && !p.options.names.includes(t.text)) {
    const [near] = suggest(t.text, p.options.names);
    throw exprFault(p.source, t.at, `unknown name ${t.text}${near ? `, did you mean ${near}` : ''}`);
  }
  return (f) => (Object.hasOwn(f.env, t.text) ? f.env[t.text] : null);
}

function arrayLiteral(p: Parser): Step {
  const items = separated(p, ']', () => expression(p, 0));
  return (f) => items.map((item) => item(f));
}

function mapLiteral(p: Parser): Step {
  const pairs = separated(p, '}', () => {
    const key = mapKey(p);
    expect(p, ':');
    return [key, expression(p, 0)] as const;
  });
  return (f) => Object.fromEntries(pairs.map(([key, value]) => [String(key(f)), value(f)]));
}

function mapKey(p: Parser): Step {
  const t = peek(p);
  p.at += 1;
  if (t.kind === 'name') return () => t.text;
  if (t.kind === 'number' || t.kind === 'string') return () => t.value;
  if (t.text !== '(') throw unexpected(p, t);
  const inner = expression(p, 0);
  expect(p, ')');
  return inner;
}

function separated<T>(p: Parser, close: string, read: () => T): T[] {
  const items: T[] = [];
  while (!is(p, close)) {
    items.push(read());
    if (!take(p, ',')) break;
  }
  expect(p, close);
  return items;
}

function call(p: Parser, fn: string, t: Token, first: readonly Step[]): Step {
  expect(p, '(');
  const custom = p.options.functions && Object.hasOwn(p.options.functions, fn) ? p.options.functions[fn] : undefined;
  if (!custom && Object.hasOwn(predicateFunctions, fn)) return located(p, t, loop(p, fn, t, first));
  const args = [...first, ...separated(p, ')', () => expression(p, 0))];
  const plain = custom ?? (Object.hasOwn(plainFunctions, fn) ? plainFunctions[fn] : undefined);
  if (!plain) {
    const known = [
      ...Object.keys(plainFunctions),
      ...Object.keys(predicateFunctions),
      ...Object.keys(p.options.functions ?? {}),
    ];
    const [near] = suggest(fn, known);
    throw exprFault(p.source, t.at, `unknown function ${fn}${near ? `, did you mean ${near}` : ''}`);
  }
  const f = plain as (...values: unknown[]) => unknown;
  return (frame) => f(...args.map((arg) => arg(frame)));
}

function loop(p: Parser, fn: string, t: Token, first: readonly Step[]): Step {
  const { optional, run } = predicateFunctions[fn] as (typeof predicateFunctions)[string];
  const items = first[0] ?? expression(p, 0);
  const more = first.length > 0 ? !is(p, ')') : take(p, ',');
  if (!more && !optional) throw exprFault(p.source, t.at, `${fn} needs an array and a predicate`);
  const body = more ? predicate(p) : undefined;
  const rest: Step[] = [];
  while (take(p, ',') && !is(p, ')')) rest.push(expression(p, 0));
  expect(p, ')');
  return (frame) => {
    const value = items(frame);
    if (!isNil(value) && !Array.isArray(value)) throw new TypeError(`${fn} needs an array, not ${typeOf(value)}`);
    const each = (item: unknown, index: number, accumulated?: unknown) =>
      body ? body({ env: frame.env, names: frame.names, item, index, accumulated }) : item;
    return run(
      (value as unknown[] | null) ?? [],
      each,
      rest.map((arg) => arg(frame)),
    );
  };
}

function predicate(p: Parser): Step {
  p.inPredicate += 1;
  let body: Step;
  if (take(p, '{')) {
    body = sequence(p);
    expect(p, '}');
  } else body = expression(p, 0);
  p.inPredicate -= 1;
  return body;
}

function postfix(p: Parser, start: Step): Step {
  let step = start;
  for (;;) {
    const t = peek(p);
    if (take(p, '.') || take(p, '?.')) step = take(p, '[') ? index(p, step, t) : field(p, step, t);
    else if (take(p, '[')) step = index(p, step, t);
    else if (is(p, '(')) throw unexpected(p);
    else return step;
  }
}

function field(p: Parser, target: Step, dot: Token): Step {
  const t = peek(p);
  // Words such as `in` and `contains` are fine as names of fields.
  if (t.kind !== 'name' && !(t.kind === 'operator' && /^[a-z]/i.test(t.text))) throw unexpected(p);
  p.at += 1;
  if (!take(p, '(')) return located(p, dot, (f) => member(target(f), t.text));
  const args = separated(p, ')', () => expression(p, 0));
  return (frame) => {
    const value = target(frame);
    const method = isTemporal(value) ? temporalMethod(value, t.text) : undefined;
    if (!method && isNil(value)) return null;
    if (!method) throw exprFault(p.source, t.at, `${typeOf(value)} has no method ${t.text}`);
    return method(...args.map((arg) => arg(frame)));
  };
}

function index(p: Parser, target: Step, open: Token): Step {
  const from = is(p, ':') ? undefined : expression(p, 0);
  if (take(p, ':')) {
    const to = is(p, ']') ? undefined : expression(p, 0);
    expect(p, ']');
    return located(p, open, (f) => slice(target(f), from?.(f), to?.(f)));
  }
  expect(p, ']');
  const key = from as Step;
  return located(p, open, (f) => member(target(f), key(f)));
}
