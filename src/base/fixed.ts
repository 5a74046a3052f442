/**
 * `value` with exactly `digits` decimals, halves rounded to even as C and Go do (`toFixed` rounds them up).
 * For values below 1e21.
 */
export function toFixedEven(value: number, digits: number): string {
  const text = value.toFixed(digits);
  // A double that is exactly half way has at most digits + 1 decimals, so all further ones are zero.
  const exact = value.toFixed(Math.min(100, digits + 30));
  const half = exact.length - (Math.min(100, digits + 30) - digits);
  if (exact[half] !== '5' || /[^0]/.test(exact.slice(half + 1))) return text;
  const kept = exact.slice(0, half);
  const last = kept.replace('.', '').at(-1) ?? '0';
  if (Number(last) % 2 === 1) return text;
  return digits === 0 ? kept.replace(/\.$/, '') : kept;
}

/**
 * A float in Go's shortest form (`%v`, `%g`): plain digits for decimal exponents from -4 up to `limit`, else `1.5e+06`.
 * `limit` is the first exponent written with an `e`: 6 in Go's `fmt`, 21 in its JSON.
 */
export function goFloat(value: number, limit = 6): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  if (value === 0) return '0';
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const exp = Number(exponent);
  if (exp < -4 || exp >= limit) {
    const size = Math.abs(exp);
    return `${mantissa}e${exp < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
  }
  return plainFloat(value);
}

/** The shortest digits of a finite number without an exponent, however large or small: `0.0000001`, `1000000000000000000000`. */
export function plainFloat(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  const [mantissa = '0', exponent = '0'] = text.split('e');
  return expand(mantissa, Number(exponent));
}

function expand(mantissa: string, exp: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace('-', '').replace('.', '');
  if (exp < 0) return `${sign}0.${'0'.repeat(-exp - 1)}${digits}`;
  if (digits.length <= exp + 1) return sign + digits + '0'.repeat(exp + 1 - digits.length);
  return `${sign}${digits.slice(0, exp + 1)}.${digits.slice(exp + 1)}`;
}
