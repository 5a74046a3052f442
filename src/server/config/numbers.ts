/** Numbers, sizes and dates of a configuration. */
import { type Cursor, isDigit, isLine, isSpace, shown } from './cursor.ts';
import type { ConfigToken } from './token.ts';

export interface Numbers {
  /** What begins with a digit at `from`. */
  numberOrWord(from: number): ConfigToken;
  /** What begins with a minus sign at `from`. */
  negative(from: number): ConfigToken;
}

/** `bare` reads on as a word: for what turns out to be no number. */
export function numberReader(cur: Cursor, bare: (from: number) => ConfigToken): Numbers {
  const { text, peek, spaces, bad, token } = cur;
  const ends = (c: string): boolean => c === '' || isLine(c) || isSpace(c) || c === '}' || c === ';' || c === ',';

  const integer = (from: number): ConfigToken => {
    const m = /^(-?\d+)\s*(.*)$/.exec(text.slice(from, cur.pos))!;
    const n = BigInt(m[1]!);
    if (n > 9223372036854775807n || n < -9223372036854775808n) throw bad(`the number ${m[1]} is out of range`, from);
    const suffix = m[2]!.toLowerCase();
    if (suffix === '') return token('int', n, from);
    const power = BigInt('kmgtpe'.indexOf(suffix[0]!) + 1);
    const rest = suffix.slice(1);
    if (rest !== '' && rest !== 'b' && rest !== 'i' && rest !== 'ib') {
      throw bad(`the size ${text.slice(from, cur.pos)} has an unknown unit`, from);
    }
    return token('int', BigInt.asIntN(64, n * (rest === '' ? 1000n : 1024n) ** power), from);
  };

  const suffixed = (from: number): ConfigToken => {
    cur.pos++;
    while (/[bBiI]/.test(peek())) cur.pos++;
    return ends(peek()) ? integer(from) : bare(from);
  };

  const fraction = (from: number): ConfigToken => {
    if (!isDigit(peek())) throw bad(`a number needs a digit after the point, not ${shown(peek())}`);
    spaces(isDigit);
    if (peek() !== '.') return token('float', Number(text.slice(from, cur.pos)), from);
    while (/[0-9.:-]/.test(peek())) cur.pos++;
    return token('string', text.slice(from, cur.pos), from);
  };

  const date = (from: number): ConfigToken => {
    const shape = 'dd-ddTdd:dd:ddZ';
    cur.pos++;
    for (const f of shape) {
      const c = peek();
      if (f === 'd' ? !isDigit(c) : c !== f) throw bad(`a date is written 2006-01-02T15:04:05Z; found ${shown(c)}`);
      cur.pos++;
    }
    const written = text.slice(from, cur.pos);
    const value = new Date(written);
    if (Number.isNaN(value.getTime())) throw bad(`${written} is no date`, from);
    return token('date', value, from);
  };

  const numberOrWord = (from: number): ConfigToken => {
    spaces(isDigit);
    const c = peek();
    if (c === '-') {
      if (cur.pos - from !== 4) throw bad('a date is written 2006-01-02T15:04:05Z');
      return date(from);
    }
    if (c === '.') {
      cur.pos++;
      return fraction(from);
    }
    if (c !== '' && 'kKmMgGtTpPeE'.includes(c)) return suffixed(from);
    if (ends(c)) return integer(from);
    // The first other character belongs to the word whatever it is, a closing bracket too.
    cur.pos++;
    return bare(from);
  };

  const negative = (from: number): ConfigToken => {
    cur.pos++;
    if (!isDigit(peek())) throw bad(`a number was expected, not ${shown(peek())}`);
    spaces(isDigit);
    const c = peek();
    if (c === '.') {
      cur.pos++;
      return fraction(from);
    }
    if (c !== '' && 'kKmMgGtTpPeE'.includes(c)) return suffixed(from);
    return integer(from);
  };

  return { numberOrWord, negative };
}
