/** Reading position in a configuration text, with what every part of the grammar needs to look around. */
import { ConfigError, type ConfigKind, type ConfigToken } from './token.ts';

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Cursor {
  readonly text: string;
  /** Index of the next character; moved by whoever reads. */
  pos: number;
  place(at: number): Place;
  /** An error to throw; `at` is the position when left out. */
  bad(message: string, at?: number): ConfigError;
  /** The next character, '' at the end. */
  peek(): string;
  /** Skips `#` and `//` comments up to the end of the line. True when one was there. */
  comment(): boolean;
  /** Skips characters while they pass the test. */
  spaces(test: (c: string) => boolean): void;
  token(kind: ConfigKind, value: unknown, at: number): ConfigToken;
}

export const isSpace = (c: string): boolean => c === ' ' || c === '\t';
export const isLine = (c: string): boolean => c === '\n' || c === '\r';
export const isAnySpace = (c: string): boolean => c !== '' && /\s|\u0085/.test(c) && c !== '\ufeff';
export const isDigit = (c: string): boolean => c >= '0' && c <= '9' && c.length === 1;
export const isSeparator = (c: string): boolean => c === '=' || c === ':';
/** A character as errors name it. */
export const shown = (c: string): string => (c === '' ? 'end of file' : c === '\n' ? '\\n' : c);

export function createCursor(text: string, file: string): Cursor {
  const starts = [0];
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 10) starts.push(i);
  const place = (at: number): Place => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (starts[mid]! < at || mid === 0) low = mid;
      else high = mid - 1;
    }
    return { file, line: low + 1, column: at - starts[low]! };
  };
  const cur: Cursor = {
    text,
    pos: 0,
    place,
    bad: (message, at = cur.pos) => new ConfigError(message, place(at)),
    peek: () => (cur.pos < text.length ? text[cur.pos]! : ''),
    comment() {
      if (cur.peek() !== '#' && !text.startsWith('//', cur.pos)) return false;
      while (cur.pos < text.length && !isLine(text[cur.pos]!)) cur.pos++;
      return true;
    },
    spaces(test) {
      while (cur.pos < text.length && test(text[cur.pos]!)) cur.pos++;
    },
    token: (kind, value, at) => ({ kind, value, ...place(at), used: false }),
  };
  return cur;
}
