import { fail } from '../errors.ts';

/** A word of an action. */
export interface Token {
  readonly kind: 'space' | 'field' | 'variable' | 'word' | 'constant' | 'char' | 'dot';
  readonly text: string;
  readonly value?: unknown;
}

/** The parts of the source: text and actions, with the line where each begins. */
export interface Part {
  readonly action: boolean;
  readonly text: string;
  readonly line: number;
}

/** An error about a place in a template. */
export function templateFault(line: number, message: string): Error {
  return fail('usage', `template: body:${line}: ${message}`);
}

/** Splits the source into text and actions, trim markers applied and comments left out. */
export function split(source: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  let line = 1;
  let trimNext = false;
  const text = (raw: string, trimEnd: boolean) => {
    let shown = raw;
    if (trimNext) shown = shown.replace(/^[ \t\r\n]+/, '');
    if (trimEnd) shown = shown.replace(/[ \t\r\n]+$/, '');
    if (shown !== '') parts.push({ action: false, text: shown, line });
    line += raw.split('\n').length - 1;
  };
  for (let open = source.indexOf('{{', at); open >= 0; open = source.indexOf('{{', at)) {
    const trimBefore = /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    text(source.slice(at, open), trimBefore);
    const start = open + (trimBefore ? 3 : 2);
    const close = actionEnd(source, start, line);
    const inner = source.slice(start, close);
    trimNext = /[ \t\r\n]-$/.test(inner);
    const body = trimNext ? inner.slice(0, -1) : inner;
    if (!/^\s*\/\*/.test(body)) parts.push({ action: true, text: body, line });
    else if (!/\*\/\s*$/.test(body)) throw templateFault(line, 'a comment has to end right before the closing braces');
    line += inner.split('\n').length - 1;
    at = close + 2;
  }
  text(source.slice(at), false);
  return parts;
}

/** Where the closing braces of an action are: not inside of strings and comments. */
function actionEnd(source: string, start: number, line: number): number {
  const comment = /^\s*\/\*/.exec(source.slice(start));
  let at = start;
  if (comment) {
    const end = source.indexOf('*/', start + comment[0].length);
    if (end < 0) throw templateFault(line, 'a comment is not closed');
    at = end + 2;
  }
  const piece = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|}}|["'`]/g;
  piece.lastIndex = at;
  for (let match = piece.exec(source); match; match = piece.exec(source)) {
    if (match[0] === '}}') return match.index;
    if (match[0].length === 1) throw templateFault(line, `a quoted text is not closed (${match[0]})`);
  }
  throw templateFault(line, 'an action is not closed: }} is missing');
}

const tokenPattern =
  /\s+|\.[\p{L}_][\p{L}\p{Nd}_]*|\$[\p{L}\p{Nd}_]*|[\p{L}_][\p{L}\p{Nd}_]*|[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+(?![.\deE])|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|:=|[|(),=.]/uy;

/** The words of an action; runs of blanks are tokens too, since they separate arguments. */
export function tokenize(part: Part): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let at = 0; at < part.text.length; at = tokenPattern.lastIndex) {
    const text = tokenPattern.exec(part.text)?.[0];
    if (text === undefined) {
      throw templateFault(part.line, `unexpected ${JSON.stringify([...part.text.slice(at)][0] ?? '')}`);
    }
    tokens.push(token(text, part.line));
  }
  return tokens;
}

function token(text: string, line: number): Token {
  if (/^\s/.test(text)) return { kind: 'space', text };
  if (/^\.[^\d]/.test(text)) return { kind: 'field', text: text.slice(1) };
  if (text.startsWith('$')) return { kind: 'variable', text };
  if (/^["'`]/.test(text)) {
    const value = text.startsWith('`')
      ? text.slice(1, -1).replaceAll('\r', '')
      : withoutEscapes(text.slice(1, -1), line);
    if (!text.startsWith("'")) return { kind: 'constant', text, value };
    // Templates may be texts, or bytes of which each is a character.
    if ([...value].length > 1 && /[\x00-\x7f]/.test(value)) throw templateFault(line, `${text} is not one character`);
    return { kind: 'constant', text, value: value.codePointAt(0) };
  }
  if (/^[+-]?\.?\d/.test(text)) return { kind: 'constant', text, value: numberOf(text, line) };
  if (text === 'true' || text === 'false') return { kind: 'constant', text, value: text === 'true' };
  if (text === '.') return { kind: 'dot', text };
  return /^[\p{L}_]/u.test(text) ? { kind: 'word', text } : { kind: 'char', text };
}

const escapes: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function withoutEscapes(text: string, line: number): string {
  return text.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.)/gs, (_, code: string) => {
    if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^\d{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    const char = escapes[code] ?? (/^[\\"'`]$/.test(code) ? code : undefined);
    if (char === undefined) throw templateFault(line, `unknown escape \\${code}`);
    return char;
  });
}

function numberOf(text: string, line: number): number | bigint {
  const plain = text
    .replaceAll('_', '')
    .replace(/^\+/, '')
    .replace(/^(-?)0[oO]?(?=[0-7]+$)/, '$10o');
  if (/[.eE]/.test(plain) && !/^-?0x/i.test(plain)) return Number(plain);
  const value = plain.startsWith('-') ? -BigInt(plain.slice(1)) : BigInt(plain);
  if (BigInt.asUintN(64, value) !== value && BigInt.asIntN(64, value) !== value) {
    throw templateFault(line, `${text} does not fit 64 bits`);
  }
  return BigInt.asIntN(54, value) === value ? Number(value) : value;
}
