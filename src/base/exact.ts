/** Arithmetic on numbers that may be bigint: whole numbers stay exact beyond 2^53, and come back as number where they fit. */
export type Num = number | bigint;

export function isNum(value: unknown): value is Num {
  return typeof value === 'number' || typeof value === 'bigint';
}

// Keeps loops that multiply for ever from eating the memory: what is longer becomes a float.
const widest = 1n << 1024n;

/** A bigint as number where that is exact. */
export function narrow(value: bigint): Num {
  if (value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n) return Number(value);
  return value > widest || value < -widest ? Number(value) : value;
}

/** A whole number as bigint; undefined for fractions, infinities and floats too large to be exact. */
export function whole(value: Num): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function exactly(a: Num, b: Num, float: (a: number, b: number) => number, big: (a: bigint, b: bigint) => bigint): Num {
  if (typeof a === 'number' && typeof b === 'number') {
    const result = float(a, b);
    if (Number.isSafeInteger(result) || !Number.isInteger(result)) return result;
  }
  const x = whole(a);
  const y = whole(b);
  return x === undefined || y === undefined ? float(Number(a), Number(b)) : narrow(big(x, y));
}

export function add(a: Num, b: Num): Num {
  return exactly(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
  );
}

export function subtract(a: Num, b: Num): Num {
  return exactly(
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
  );
}

export function multiply(a: Num, b: Num): Num {
  return exactly(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
  );
}

/** The quotient: exact when it is whole, else a float. */
export function divide(a: Num, b: Num): Num {
  const x = whole(a);
  const y = whole(b);
  if (
    (typeof a === 'bigint' || typeof b === 'bigint') &&
    x !== undefined &&
    y !== undefined &&
    y !== 0n &&
    x % y === 0n
  ) {
    return narrow(x / y);
  }
  return Number(a) / Number(b);
}

/** The remainder of the truncated division, with the sign of the dividend. The divisor must not be 0 for whole numbers. */
export function remainder(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number') return a % b;
  const x = whole(a);
  const y = whole(b);
  return x === undefined || y === undefined ? Number(a) % Number(b) : narrow(x % y);
}

export function negate(a: Num): Num {
  return typeof a === 'bigint' ? narrow(-a) : -a;
}

/** Orders numbers exactly; NaN comes before all others. */
export function compareNums(a: Num, b: Num): number {
  if (a < b) return -1;
  if (a > b) return 1;
  // biome-ignore lint/suspicious/noDoubleEquals: compares number and bigint by value
  if (a == b) return 0;
  return Number.isNaN(a) ? -1 : 1;
}

/** Reads a number, whole ones exactly; undefined when the text is none. */
export function parseNum(text: string): Num | undefined {
  if (/^[+-]?\d+$/.test(text)) return narrow(BigInt(text.replace('+', '')));
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  return Number(text);
}
