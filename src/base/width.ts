/** Terminal cells: how wide text is, how to cut it, and how to show bytes that must not reach a terminal raw. */

import { isPrintableAscii } from './ascii.ts';
import { once } from './once.ts';

// CSI sequences, OSC and other string sequences up to BEL or ST, and two-character escapes.
const ansi = once(
  () => /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]/g,
);

/** The text without terminal escape sequences. */
export function stripAnsi(text: string): string {
  return text.includes('\x1b') || text.includes('\x9b') ? text.replace(ansi(), '') : text;
}

// East Asian wide and fullwidth blocks that are no emoji, as pairs of first and last code point (UAX 11).
// biome-ignore format: a table of ranges
const wide: readonly number[] = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2630, 0x2637, 0x268a, 0x268f, 0x2e80, 0x2e99, 0x2e9b, 0x2ef3, 0x2f00, 0x2fd5, 0x2ff0, 0x303e, 0x3041, 0x3096,
  0x3099, 0x30ff, 0x3105, 0x312f, 0x3131, 0x318e, 0x3190, 0x31e5, 0x31ef, 0x321e, 0x3220, 0x3247, 0x3250, 0xa48c,
  0xa490, 0xa4c6, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe52, 0xfe54, 0xfe66,
  0xfe68, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x16fe4, 0x16ff0, 0x16ff6, 0x17000, 0x18cd5, 0x18cff,
  0x18d1e, 0x18d80, 0x18df2, 0x1aff0, 0x1b2fb, 0x1d300, 0x1d356, 0x1d360, 0x1d376, 0x1f200, 0x1f202, 0x1f210, 0x1f23b, 0x1f240, 0x1f248, 0x1f250, 0x1f251, 0x1f260, 0x1f265,
  0x20000, 0x2fffd, 0x30000, 0x3fffd,
];

const zeroWidth = once(() => /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u1160-\u11ff\ud7b0-\ud7ff]$/u);
const emoji = once(() => /^\p{Emoji_Presentation}$/u);
const pictograph = once(() => /^\p{Extended_Pictographic}$/u);
const modifier = once(() => /^\p{Emoji_Modifier}$/u);

/** The cells one code point takes on its own: 0, 1 or 2. */
export function codePointWidth(code: number): 0 | 1 | 2 {
  if (code < 0x7f) return code < 0x20 ? 0 : 1;
  if (code < 0x300) return code < 0xa0 || code === 0xad ? 0 : 1;
  const char = String.fromCodePoint(code);
  if (zeroWidth().test(char)) return 0;
  if (inRanges(wide, code)) return 2;
  return code > 0x2300 && emoji().test(char) ? 2 : 1;
}

function inRanges(ranges: readonly number[], code: number): boolean {
  let low = 0;
  let high = ranges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < (ranges[middle * 2] ?? 0)) high = middle - 1;
    else if (code > (ranges[middle * 2 + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

/** The cells a text takes on a terminal, escape sequences not counted; joined and modified emoji count as one symbol. */
export function textWidth(text: string): number {
  if (isPrintableAscii(text)) return text.length;
  let width = 0;
  for (const [, cells] of symbols(stripAnsi(text))) width += cells;
  return width;
}

/** Splits text without escape sequences into what takes a place of its own, with its cells. */
export function* symbols(text: string): Generator<readonly [string, number]> {
  let symbol = '';
  let cells = 0;
  let joined = false;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const regional = code >= 0x1f1e6 && code <= 0x1f1ff;
    const flagTail = regional && /^[\u{1f1e6}-\u{1f1ff}]$/u.test(symbol);
    const own = codePointWidth(code);
    const extends_ =
      symbol !== '' &&
      (own === 0 || flagTail || (joined && pictograph().test(char)) || (cells === 2 && modifier().test(char)));
    if (extends_) {
      symbol += char;
      // A variation selector asks for the wide emoji form of a narrow pictograph.
      if (code === 0xfe0f && pictograph().test([...symbol][0] ?? '')) cells = 2;
      if (flagTail) cells = 2;
    } else {
      if (symbol !== '') yield [symbol, cells];
      symbol = char;
      cells = regional ? 1 : own;
    }
    joined = code === 0x200d;
  }
  if (symbol !== '') yield [symbol, cells];
}

/**
 * Cuts text to at most `width` cells; what was cut is marked by `mark` at the end, within the width. Escape sequences take
 * no room, and one that is still open is closed.
 */
export function truncate(text: string, width: number, mark = '…'): string {
  if (width <= 0) return '';
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(mark);
  if (room < 0) return truncate(mark, width, '');
  let out = '';
  let used = 0;
  let styled = false;
  let at = 0;
  const take = (plain: string): boolean => {
    for (const [symbol, cells] of symbols(plain)) {
      if (used + cells > room) return false;
      out += symbol;
      used += cells;
    }
    return true;
  };
  for (const match of text.matchAll(ansi())) {
    if (!take(text.slice(at, match.index))) return `${out}${mark}${styled ? '\x1b[0m' : ''}`;
    out += match[0];
    styled = match[0].endsWith('m') ? !/^\x1b\[0?m$/.test(match[0]) : styled;
    at = match.index + match[0].length;
  }
  take(text.slice(at));
  return `${out}${mark}${styled ? '\x1b[0m' : ''}`;
}

/** Cuts the middle out of text that is wider than `width`: `begin ... end`. */
export function truncateMiddle(text: string, width: number, mark = ' ... '): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(mark);
  if (room < 2) return truncate(text, width);
  const head = Math.ceil(room / 2);
  const all = [...symbols(stripAnsi(text))];
  let tail = '';
  for (let used = 0, i = all.length - 1; i >= 0; i--) {
    const [symbol, cells] = all[i] ?? ['', 0];
    if ((used += cells) > room - head) break;
    tail = symbol + tail;
  }
  return `${truncate(stripAnsi(text), head, '')}${mark}${tail}`;
}

/** Adds blanks on the right up to `width` cells. */
export function padEnd(text: string, width: number): string {
  const missing = width - textWidth(text);
  return missing > 0 ? text + ' '.repeat(missing) : text;
}

/** Adds blanks on the left up to `width` cells. */
export function padStart(text: string, width: number): string {
  const missing = width - textWidth(text);
  return missing > 0 ? ' '.repeat(missing) + text : text;
}

/** Adds blanks on both sides up to `width` cells, the odd one on the right. */
export function padCenter(text: string, width: number): string {
  const missing = width - textWidth(text);
  return missing > 0 ? ' '.repeat(Math.floor(missing / 2)) + padEnd(text, width - Math.floor(missing / 2)) : text;
}
