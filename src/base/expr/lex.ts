import { fail } from '../errors.ts';
import { narrow } from '../exact.ts';

/** A word of an expression. `text` of a string is its value; `end` is the kind of the one after the last. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'end';
  readonly text: string;
  readonly value?: unknown;
  /** Offset of the first character. */
  readonly at: number;
}

const pattern =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*(?:\.(?!\.)[\d_]*)?(?:[eE][+-]?\d+)?|\.\d[\d_]*(?:[eE][+-]?\d+)?)(?![\p{L}\p{Nd}_$])|[\p{L}_$][\p{L}\p{Nd}_$]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|`[^`]*`|\?\.|\?\?|\*\*|\.\.|&&|\|\||==|!=|<=|>=|::|\/(?!\*)|[-+*%^<>=!?:.,;|#()[\]{}]/uy;

const wordOperators = new Set([
  'not',
  'in',
  'or',
  'and',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  'let',
  'if',
  'else',
]);

/** An error at an offset, as `message (line:column)`. */
export function exprFault(source: string, at: number, message: string): Error {
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1;
  return fail('usage', `${message} (${line}:${column})`, { hint: pointer(source, at) });
}

/** The place in the expression, shown in it. */
function pointer(source: string, at: number): string {
  const shown = source.replace(/\s/g, ' ');
  return at >= source.length ? `the end of: ${shown}` : `here: ${shown.slice(0, at)}▸${shown.slice(at)}`;
}

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; at < source.length; at = pattern.lastIndex) {
    const text = pattern.exec(source)?.[0];
    if (text === undefined) throw exprFault(source, at, wrongStart(source, at));
    if (/^(?:\s|\/\/|\/\*)/.test(text)) continue;
    tokens.push(token(text, at, source));
  }
  tokens.push({ kind: 'end', text: 'EOF', at: Math.max(0, source.length - 1) });
  return tokens;
}

function wrongStart(source: string, at: number): string {
  const char = [...source.slice(at)][0] ?? '';
  if (char === '"' || char === "'" || char === '`') return 'a quoted text is not closed';
  if (source.startsWith('/*', at)) return 'a comment is not closed';
  if (/\d/.test(char)) return `bad number ${JSON.stringify(/^[\w.]+/.exec(source.slice(at))?.[0] ?? char)}`;
  return `unexpected character ${JSON.stringify(char)}`;
}

function token(text: string, at: number, source: string): Token {
  if (/^[.]?\d/.test(text)) return { kind: 'number', text, value: numberOf(text), at };
  if (/^["'`]/.test(text)) {
    const raw = text.slice(1, -1);
    return { kind: 'string', text, value: text.startsWith('`') ? raw : withoutEscapes(raw, at, source), at };
  }
  if (/^[\p{L}_$]/u.test(text) && !wordOperators.has(text)) return { kind: 'name', text, at };
  return { kind: 'operator', text, at };
}

function numberOf(text: string): number | bigint {
  const plain = text.replaceAll('_', '').toLowerCase();
  return /^0[xob]/.test(plain) || /^\d+$/.test(plain) ? narrow(BigInt(plain)) : Number(plain);
}

const escapes: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function withoutEscapes(text: string, at: number, source: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]+\}|U[\da-fA-F]{8}|[0-3][0-7]{2}|[\s\S])/g,
    (_, code: string) => {
      if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.replace(/^.\{?/, ''), 16));
      if (/^\d{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
      const char = escapes[code] ?? (/[\\'"`]/.test(code) ? code : undefined);
      if (char === undefined) throw exprFault(source, at, `unknown escape \\${code}`);
      return char;
    },
  );
}
