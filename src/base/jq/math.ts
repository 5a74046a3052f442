import { isNum, type Num, negate } from '../exact.ts';
import type { Json } from '../json64.ts';
import { type Builtins, value } from './builtin.ts';
import { describe, JqError } from './values.ts';

function num(input: Json | undefined): Num {
  if (isNum(input)) return input;
  throw new JqError(`${describe(input ?? null)} number required`);
}

/** Rounding keeps whole numbers exact, also large ones. */
function rounding(f: (x: number) => number): (input: Json) => Json {
  return (input) => (typeof input === 'bigint' ? input : f(num(input) as number));
}

function one(f: (x: number) => number): ReturnType<typeof value> {
  return value((input) => f(Number(num(input))));
}

function two(f: (x: number, y: number) => number): ReturnType<typeof value> {
  return value((_, a, b) => f(Number(num(a)), Number(num(b))));
}

function frexp(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
  let mantissa = x * 2 ** -exponent;
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    exponent -= 1;
  }
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    exponent += 1;
  }
  return [mantissa, exponent];
}

function roundAway(x: number): number {
  return Math.sign(x) * Math.round(Math.abs(x));
}

function roundEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function isNormal(x: number): boolean {
  return Number.isFinite(x) && Math.abs(x) >= 2.2250738585072014e-308;
}

/** Functions on numbers. */
export const mathBuiltins: Builtins = {
  'floor/0': value(rounding(Math.floor)),
  'ceil/0': value(rounding(Math.ceil)),
  'trunc/0': value(rounding(Math.trunc)),
  'round/0': value(rounding(roundAway)),
  'rint/0': value(rounding(roundEven)),
  'nearbyint/0': value(rounding(roundEven)),
  'fabs/0': value(rounding(Math.abs)),
  'abs/0': value((v) => (isNum(v) && v < 0 ? negate(v) : v)),
  'sqrt/0': one(Math.sqrt),
  'cbrt/0': one(Math.cbrt),
  'exp/0': one(Math.exp),
  'exp2/0': one((x) => 2 ** x),
  'exp10/0': one((x) => 10 ** x),
  'expm1/0': one(Math.expm1),
  'log/0': one(Math.log),
  'log2/0': one(Math.log2),
  'log10/0': one(Math.log10),
  'log1p/0': one(Math.log1p),
  'sin/0': one(Math.sin),
  'cos/0': one(Math.cos),
  'tan/0': one(Math.tan),
  'asin/0': one(Math.asin),
  'acos/0': one(Math.acos),
  'atan/0': one(Math.atan),
  'sinh/0': one(Math.sinh),
  'cosh/0': one(Math.cosh),
  'tanh/0': one(Math.tanh),
  'pow/2': two((x, y) => x ** y),
  'atan2/2': two(Math.atan2),
  'fmod/2': two((x, y) => x % y),
  'fmin/2': two(Math.min),
  'fmax/2': two(Math.max),
  'hypot/2': two(Math.hypot),
  'ldexp/2': two((x, y) => x * 2 ** y),
  'scalb/2': two((x, y) => x * 2 ** y),
  'significand/0': one((x) => (x === 0 || !Number.isFinite(x) ? x : frexp(x)[0] * 2)),
  'logb/0': one((x) => (x === 0 ? Number.NEGATIVE_INFINITY : Number.isFinite(x) ? frexp(x)[1] - 1 : Math.abs(x))),
  'frexp/0': value((v) => frexp(Number(num(v)))),
  'modf/0': value((v) => [Number(num(v)) - Math.trunc(Number(v)) || 0, Math.trunc(Number(v))]),
  'infinite/0': value(() => Number.POSITIVE_INFINITY),
  'nan/0': value(() => Number.NaN),
  'isinfinite/0': value((v) => typeof num(v) === 'number' && !Number.isFinite(v as number) && !Number.isNaN(v)),
  'isnan/0': value((v) => Number.isNaN(num(v))),
  'isnormal/0': value((v) => isNormal(Number(num(v)))),
};
