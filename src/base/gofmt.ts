import { goFloat, toFixedEven } from './fixed.ts';
import { byCodePoint } from './json64.ts';
import { quote } from './quote.ts';

/** Marks an object that stands for a Go struct: it is shown as its values in their order, and nobody can walk through it. */
export const struct: unique symbol = Symbol('struct');

/** A value as Go's `%v` prints it: `[a b]` for lists, `map[k:v]` with sorted keys for objects and maps, `<nil>` for nothing. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : goFloat(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (value instanceof Uint8Array) return `[${[...value].join(' ')}]`;
  if (value instanceof Error) return value.message;
  if (typeof value === 'object') {
    if (struct in value) return `{${Object.values(value).map(goValue).join(' ')}}`;
    return `map[${entriesOf(value)
      .map(([key, item]) => `${key}:${goValue(item)}`)
      .join(' ')}]`;
  }
  return String(value);
}

/** Entries of a plain object or Map in the order of their keys, as Go walks maps in templates and prints. */
export function entriesOf(value: object): [string, unknown][] {
  const entries: [string, unknown][] =
    value instanceof Map ? [...value].map(([k, v]) => [String(k), v]) : Object.entries(value);
  return entries.sort(([a], [b]) => byCodePoint(a, b));
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (Array.isArray(value)) return '[]interface {}';
  return 'map[string]interface {}';
}

interface Spec {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly verb: string;
}

/**
 * Formats as Go's fmt.Sprintf: verbs v d s q x X o b f e g t c U T and %%, flags `+-# 0`, width and precision (also `*`).
 * Wrong or missing arguments show up in the text as Go writes them: `%!d(string=x)`, `%!s(MISSING)`, `%!(EXTRA int=1)`.
 */
export function sprintf(format: string, ...args: unknown[]): string {
  let next = 0;
  const star = (text: string): number => (text === '*' ? Number(args[next++]) || 0 : Number(text));
  const out = format.replace(/%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])?/g, (...match) => {
    const [, flags = '', width = '', precision, verb] = match as string[];
    if (verb === '%') return '%';
    if (verb === undefined) return '%!(NOVERB)';
    const size = star(width);
    const spec = { flags, width: size, precision: precision === undefined ? undefined : star(precision), verb };
    if (next >= args.length) return `%!${verb}(MISSING)`;
    return pad(formatOne(args[next++], spec), spec);
  });
  if (next >= args.length) return out;
  return `${out}%!(EXTRA ${args
    .slice(next)
    .map((arg) => (arg === null || arg === undefined ? '<nil>' : `${typeName(arg)}=${goValue(arg)}`))
    .join(', ')})`;
}

function pad(text: string, { flags, width, verb }: Spec): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (flags.includes('0') && /[dfegxXobFEG]/.test(verb))
    return text.replace(/^[+-]?/, (sign) => sign + '0'.repeat(missing));
  return ' '.repeat(missing) + text;
}

function formatOne(value: unknown, spec: Spec): string {
  const { verb } = spec;
  const wrong = `%!${verb}(${value === null || value === undefined ? '<nil>' : `${typeName(value)}=${goValue(value)}`})`;
  switch (verb) {
    case 'v':
      return typeof value === 'number' || typeof value === 'bigint' ? signed(goValue(value), spec) : goValue(value);
    case 'T':
      return typeName(value);
    case 't':
      return typeof value === 'boolean' ? String(value) : wrong;
    case 's':
      return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
        ? wrong
        : cut(goValue(value), spec);
    case 'q':
      if (isInteger(value)) return quote(String.fromCodePoint(Number(value)), false, "'");
      return typeof value === 'string' ? quote(cut(value, spec), spec.flags.includes('+')) : wrong;
    case 'c':
      return isInteger(value) ? String.fromCodePoint(Number(value)) : wrong;
    case 'U':
      return isInteger(value) ? `U+${value.toString(16).toUpperCase().padStart(4, '0')}` : wrong;
    case 'd':
      return isInteger(value) ? signed(String(value), spec) : wrong;
    case 'x':
    case 'X':
    case 'o':
    case 'b':
      return based(value, spec) ?? wrong;
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return float(value, spec) ?? wrong;
    default:
      return wrong;
  }
}

function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

function signed(text: string, { flags }: Spec): string {
  if (text.startsWith('-')) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function cut(text: string, { precision }: Spec): string {
  return precision === undefined ? text : [...text].slice(0, precision).join('');
}

function based(value: unknown, spec: Spec): string | undefined {
  const { verb, flags } = spec;
  const upper = (text: string) => (verb === 'X' ? text.toUpperCase() : text);
  if (isInteger(value)) {
    const digits = value.toString(verb === 'o' ? 8 : verb === 'b' ? 2 : 16);
    const prefix = !flags.includes('#') ? '' : verb === 'o' ? '0' : `0${verb}`;
    return signed(digits.startsWith('-') ? `-${prefix}${upper(digits.slice(1))}` : prefix + upper(digits), spec);
  }
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (!(bytes instanceof Uint8Array) || verb === 'o' || verb === 'b') return undefined;
  return upper([...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(flags.includes(' ') ? ' ' : ''));
}

function float(value: unknown, spec: Spec): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const x = Number(value);
  const verb = spec.verb.toLowerCase();
  const digits = spec.precision ?? 6;
  let text = goFloat(x);
  if (Number.isFinite(x)) {
    if (verb === 'f') text = toFixedEven(x, digits);
    else if (verb === 'e') text = exponent(x.toExponential(digits));
    else if (spec.precision !== undefined) text = general(x, Math.max(1, digits));
  }
  return signed(spec.verb === verb ? text : text.toUpperCase(), spec);
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(x: number, precision: number): string {
  const [mantissa = '0', exp = '0'] = x.toExponential(precision - 1).split('e');
  const e = Number(exp);
  const strip = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (e < -4 || e >= precision) return exponent(`${strip(mantissa)}e${exp}`);
  return strip(x.toFixed(Math.max(0, precision - 1 - e)));
}
