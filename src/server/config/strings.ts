/** Quoted texts and blocks of a configuration. */
import { type Cursor, shown } from './cursor.ts';

export interface Strings {
  /** The character meant by what follows a backslash. */
  escaped(): string;
  /** Up to the closing quote; the opening one was read. */
  doubleQuoted(): string;
  singleQuoted(): string;
  /** A block: everything up to a `)` alone on its line. */
  block(): string;
}

export function stringReader(cur: Cursor): Strings {
  const { text, peek, bad } = cur;
  const escaped = (): string => {
    const c = text[cur.pos] ?? '';
    cur.pos++;
    const simple = ({ t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' } as Record<string, string>)[c];
    if (simple !== undefined) return simple;
    if (c !== 'x') throw bad(`unknown escape \\${shown(c)}; known are \\xXX \\t \\n \\r \\" \\\\`, cur.pos - 1);
    const hex = text.slice(cur.pos, cur.pos + 2);
    if (!/^[0-9a-fA-F]{2}$/.test(hex)) throw bad('\\x needs two hexadecimal digits');
    cur.pos += 2;
    return String.fromCharCode(Number.parseInt(hex, 16));
  };

  const doubleQuoted = (): string => {
    let out = '';
    for (;;) {
      const c = peek();
      if (c === '') throw bad('the quoted text does not end');
      cur.pos++;
      if (c === '"') return out;
      out += c === '\\' ? escaped() : c;
    }
  };

  const singleQuoted = (): string => {
    const end = text.indexOf("'", cur.pos);
    if (end < 0) {
      cur.pos = text.length;
      throw bad('the quoted text does not end');
    }
    const out = text.slice(cur.pos, end);
    cur.pos = end + 1;
    return out;
  };

  const block = (): string => {
    const from = cur.pos;
    for (;;) {
      const end = text.indexOf(')', cur.pos);
      if (end < 0) {
        cur.pos = text.length;
        throw bad('the block does not end; it needs a ) on a line of its own');
      }
      cur.pos = end + 1;
      const next = text[end + 1];
      if (text[end - 1] === '\n' && (next === undefined || next === '\n')) return text.slice(from, end);
    }
  };

  return { escaped, doubleQuoted, singleQuoted, block };
}
