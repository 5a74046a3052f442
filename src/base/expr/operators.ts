import { add, divide, isNum, multiply, type Num, negate, remainder, subtract, whole } from '../exact.ts';
import { goRegExp } from '../regex.ts';
import type { Step } from './state.ts';
import { isMap, isNil, isTemporal, order, sameValue, temporalSum, typeOf } from './values.ts';

/** Operators throw TypeError for operands they cannot take; the parser turns it into an error with the place. */
function mismatch(op: string, a: unknown, b: unknown): TypeError {
  return new TypeError(`operator ${op} does not take ${typeOf(a)} and ${typeOf(b)}`);
}

export function unary(op: string, operand: Step): Step {
  if (op === 'not') return (f) => !bool('not', operand(f));
  return (f) => {
    const value = operand(f);
    if (isTemporal(value)) return op === '-' ? { ...value, ns: -value.ns } : value;
    if (!isNum(value)) throw new TypeError(`operator ${op} does not take ${typeOf(value)}`);
    return op === '-' ? negate(value) : value;
  };
}

function bool(op: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (isNil(value)) return false;
  throw new TypeError(`operator ${op} takes true and false, not ${typeOf(value)}`);
}

export function binary(op: string, left: Step, right: Step): Step {
  switch (op) {
    case 'and':
    case '&&':
      return (f) => bool(op, left(f)) && bool(op, right(f));
    case 'or':
    case '||':
      return (f) => bool(op, left(f)) || bool(op, right(f));
    case '??':
      return (f) => left(f) ?? right(f) ?? null;
    case '==':
      return (f) => sameValue(left(f), right(f));
    case '!=':
      return (f) => !sameValue(left(f), right(f));
    case '<':
    case '>':
    case '<=':
    case '>=':
      return (f) => ordered(op, left(f), right(f));
    case 'in':
      return (f) => within(left(f), right(f));
    case 'matches':
      return matches(left, right);
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return (f) => textual(op, left(f), right(f));
    case '..':
      return (f) => range(left(f), right(f));
    default:
      return (f) => arithmetic(op, left(f), right(f));
  }
}

function ordered(op: string, a: unknown, b: unknown): boolean {
  const result = order(a, b);
  if (result === undefined) {
    // What is not there is neither more nor less.
    if (isNil(a) || isNil(b)) return false;
    throw mismatch(op, a, b);
  }
  if (op === '<') return result < 0;
  if (op === '>') return result > 0;
  return op === '<=' ? result <= 0 : result >= 0;
}

function within(item: unknown, group: unknown): boolean {
  if (isNil(group)) return false;
  if (Array.isArray(group)) return group.some((other) => sameValue(item, other));
  if (isMap(group)) return (typeof item === 'string' || isNum(item)) && Object.hasOwn(group, String(item));
  throw new TypeError(`operator in needs an array or map on its right, not ${typeOf(group)}`);
}

function textual(op: 'contains' | 'startsWith' | 'endsWith', a: unknown, b: unknown): boolean {
  if (isNil(a) || isNil(b)) return false;
  if (typeof a !== 'string' || typeof b !== 'string') throw mismatch(op, a, b);
  return op === 'contains' ? a.includes(b) : op === 'startsWith' ? a.startsWith(b) : a.endsWith(b);
}

function matches(left: Step, right: Step): Step {
  const known = new Map<string, RegExp>();
  return (f) => {
    const text = left(f);
    const pattern = right(f);
    if (isNil(text) || isNil(pattern)) return false;
    if (typeof text !== 'string' || typeof pattern !== 'string') throw mismatch('matches', text, pattern);
    let regex = known.get(pattern);
    if (!regex) {
      if (known.size > 100) known.clear();
      regex = goRegExp(pattern);
      known.set(pattern, regex);
    }
    return regex.test(text);
  };
}

function range(a: unknown, b: unknown): Num[] {
  const from = isNum(a) ? whole(a) : undefined;
  const to = isNum(b) ? whole(b) : undefined;
  if (from === undefined || to === undefined) throw mismatch('..', a, b);
  if (to - from >= 1_000_000n) throw new TypeError('a range has more than a million numbers');
  return Array.from({ length: Math.max(0, Number(to - from) + 1) }, (_, i) => add(a as Num, i));
}

function arithmetic(op: string, a: unknown, b: unknown): unknown {
  if (isNum(a) && isNum(b)) return numeric(op, a, b);
  if (op === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if ((op === '+' || op === '-') && (isTemporal(a) || isTemporal(b) || (op === '-' && typeof a === 'string'))) {
    const result = temporalSum(a, b, op === '+' ? 1n : -1n);
    if (result) return result;
  }
  if (op === '*' && isTemporal(a) && a.temporal === 'duration' && isNum(b)) {
    return { temporal: 'duration', ns: BigInt(Math.trunc(Number(multiply(a.ns, b)))) };
  }
  throw mismatch(op, a, b);
}

function numeric(op: string, a: Num, b: Num): Num {
  switch (op) {
    case '+':
      return add(a, b);
    case '-':
      return subtract(a, b);
    case '*':
      return multiply(a, b);
    case '/':
      return divide(a, b);
    case '%':
      if (Number(b) === 0) throw new TypeError('integer divide by zero');
      return remainder(a, b);
    default:
      return Number(a) ** Number(b);
  }
}

/** `value.key` and `value[key]`; what is not there is nil, also below nil. */
export function member(value: unknown, key: unknown): unknown {
  if (isNil(value)) return null;
  if (Array.isArray(value) || typeof value === 'string') {
    const at = isNum(key) ? whole(key) : undefined;
    if (at === undefined) throw new TypeError(`cannot get ${String(key)} of ${typeOf(value)}`);
    const list = typeof value === 'string' ? [...value] : value;
    const index = Number(at);
    if (index >= list.length || index < -list.length) {
      throw new TypeError(`index out of range: ${index} (array length is ${list.length})`);
    }
    return list.at(index);
  }
  if (!isMap(value)) throw new TypeError(`cannot get ${String(key)} of ${typeOf(value)}`);
  return Object.hasOwn(value, String(key)) ? value[String(key)] : null;
}

export function slice(value: unknown, from: unknown, to: unknown): unknown {
  if (isNil(value)) return null;
  if (!Array.isArray(value) && typeof value !== 'string') throw new TypeError(`cannot slice ${typeOf(value)}`);
  const bound = (v: unknown): number | undefined => {
    if (v === undefined) return undefined;
    if (!isNum(v) || whole(v) === undefined) throw new TypeError(`cannot slice at ${typeOf(v)}`);
    return Number(v);
  };
  const list = typeof value === 'string' ? [...value] : value;
  const part = list.slice(bound(from), bound(to));
  return typeof value === 'string' ? part.join('') : part;
}
