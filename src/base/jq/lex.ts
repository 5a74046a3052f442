import { fail } from '../errors.ts';
import type { Num } from '../exact.ts';
import { parseNum } from '../exact.ts';

/** A word of a filter. Strings come as their literal pieces and the offsets of the filters inside `\( )`. */
export interface Token {
  readonly kind: 'name' | 'field' | 'variable' | 'format' | 'number' | 'string' | 'operator' | 'end';
  readonly text: string;
  readonly at: number;
  readonly value?: Num;
  readonly parts?: readonly (string | readonly Token[])[];
}

/** An error in the text of a filter: `jq: message at line 1, column 5`. */
export function jqSyntax(source: string, at: number, message: string): Error {
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1;
  const where = at >= source.length ? 'at the end of the filter' : `at line ${line}, column ${column}`;
  return fail('usage', `jq filter: ${message} ${where}`, {
    hint: at >= source.length ? `the filter is: ${source}` : `here: ${source.slice(0, at)}▸${source.slice(at)}`,
  });
}

const simple =
  /\s+|#[^\n]*|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|\.[A-Za-z_]\w*|\$[A-Za-z_]\w*(?:::\w+)*|@[A-Za-z_]\w*|[A-Za-z_]\w*(?:::\w+)*|\?\/\/=?|\/\/=|\/\/|\|=|[-+*/%]=|==|!=|<=|>=|\.\.|and\b|[.[\]{}():;,|=<>+\-*/%?$]/y;

/** Splits a filter into words. Throws a usage BoxError with line and column. */
export function tokenize(source: string): Token[] {
  const [tokens] = read(source, 0, false);
  return tokens;
}

/** Reads up to the end, or up to the parenthesis that closes an interpolation; gives the offset behind. */
function read(source: string, start: number, inside: boolean): [Token[], number] {
  const tokens: Token[] = [];
  let depth = 0;
  let at = start;
  while (at < source.length) {
    if (source[at] === '"') {
      const [token, end] = readString(source, at);
      tokens.push(token);
      at = end;
      continue;
    }
    simple.lastIndex = at;
    const text = simple.exec(source)?.[0];
    if (text === undefined)
      throw jqSyntax(source, at, `unexpected character ${JSON.stringify([...source.slice(at)][0])}`);
    if (text === '(') depth += 1;
    if (text === ')') {
      if (inside && depth === 0) return [[...tokens, endToken(at)], at + 1];
      depth -= 1;
    }
    if (!/^[\s#]/.test(text)) tokens.push(token(text, at));
    at += text.length;
  }
  if (inside) throw jqSyntax(source, at, 'an interpolation \\( is not closed');
  return [[...tokens, endToken(at)], at];
}

function endToken(at: number): Token {
  return { kind: 'end', text: 'end of the filter', at };
}

function token(text: string, at: number): Token {
  if (/^\.?\d/.test(text)) return { kind: 'number', text, at, value: parseNum(text) ?? Number(text) };
  if (/^\.\w/.test(text)) return { kind: 'field', text: text.slice(1), at };
  if (/^\$\w/.test(text)) return { kind: 'variable', text: text.slice(1), at };
  if (text.startsWith('@')) return { kind: 'format', text: text.slice(1), at };
  return { kind: /^\w/.test(text) ? 'name' : 'operator', text, at };
}

const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function readString(source: string, start: number): [Token, number] {
  const parts: (string | Token[])[] = [];
  let text = '';
  let at = start + 1;
  for (;;) {
    const c = source[at];
    if (c === undefined) throw jqSyntax(source, start, 'a string is not closed');
    if (c === '"') break;
    if (c !== '\\') {
      text += c;
      at += 1;
      continue;
    }
    const next = source[at + 1] ?? '';
    if (next === '(') {
      const [inner, end] = read(source, at + 2, true);
      parts.push(text, inner);
      text = '';
      at = end;
    } else if (next === 'u') {
      const digits = source.slice(at + 2, at + 6);
      if (!/^[\da-fA-F]{4}$/.test(digits)) throw jqSyntax(source, at, 'a \\u escape needs four hexadecimal digits');
      text += String.fromCharCode(Number.parseInt(digits, 16));
      at += 6;
    } else {
      const char = escapes[next];
      if (char === undefined) throw jqSyntax(source, at, `unknown escape \\${next}`);
      text += char;
      at += 2;
    }
  }
  parts.push(text.toWellFormed());
  return [{ kind: 'string', text: source.slice(start, at + 1), at: start, parts }, at + 1];
}
