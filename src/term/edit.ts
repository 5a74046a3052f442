import { visibleLine } from '#base/visible.ts';
import { symbols, textWidth } from '#base/width.ts';
import type { Key } from './keys.ts';

/** One line being edited. The cursor is an index into the text, always between two symbols. */
export interface LineState {
  readonly text: string;
  readonly cursor: number;
  /** What Ctrl-K, Ctrl-U and Ctrl-W took last; Ctrl-Y puts it back. */
  readonly killed: string;
}

/** A line to begin with; the cursor stands at its end unless told otherwise. */
export function lineState(text = '', cursor = text.length, killed = ''): LineState {
  return { text, cursor, killed };
}

/** A line takes no more than this (UTF-16 units). */
const longest = 1 << 20;

function ends(text: string): number[] {
  const out = [0];
  let at = 0;
  for (const [symbol] of symbols(text)) out.push((at += symbol.length));
  return out;
}

function before(text: string, cursor: number): number {
  return ends(text).findLast((end) => end < cursor) ?? 0;
}

function after(text: string, cursor: number): number {
  return ends(text).find((end) => end > cursor) ?? text.length;
}

function wordStart(text: string, cursor: number, word = /[\p{L}\p{N}_]+[^\p{L}\p{N}_]*$/u): number {
  return word.exec(text.slice(0, cursor))?.index ?? 0;
}

function wordEnd(text: string, cursor: number): number {
  const match = /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u.exec(text.slice(cursor));
  return cursor + (match?.[0].length ?? 0);
}

function moved(state: LineState, cursor: number): LineState {
  return { ...state, cursor };
}

function removed(state: LineState, from: number, to: number, keep: boolean): LineState {
  const killed = keep && to > from ? state.text.slice(from, to) : state.killed;
  return { text: state.text.slice(0, from) + state.text.slice(to), cursor: from, killed };
}

/** The line with text put in at the cursor. */
export function insertText(state: LineState, text: string): LineState {
  const kept = text.slice(0, Math.max(0, longest - state.text.length));
  return {
    ...state,
    text: state.text.slice(0, state.cursor) + kept + state.text.slice(state.cursor),
    cursor: state.cursor + kept.length,
  };
}

const plainKeys: Record<string, (state: LineState) => LineState> = {
  left: (s) => moved(s, before(s.text, s.cursor)),
  right: (s) => moved(s, after(s.text, s.cursor)),
  home: (s) => moved(s, 0),
  end: (s) => moved(s, s.text.length),
  backspace: (s) => removed(s, before(s.text, s.cursor), s.cursor, false),
  delete: (s) => removed(s, s.cursor, after(s.text, s.cursor), false),
};

const ctrlKeys: Record<string, (state: LineState) => LineState> = {
  a: (s) => moved(s, 0),
  e: (s) => moved(s, s.text.length),
  b: (s) => moved(s, before(s.text, s.cursor)),
  f: (s) => moved(s, after(s.text, s.cursor)),
  h: (s) => removed(s, before(s.text, s.cursor), s.cursor, false),
  d: (s) => removed(s, s.cursor, after(s.text, s.cursor), false),
  u: (s) => removed(s, 0, s.cursor, true),
  k: (s) => removed(s, s.cursor, s.text.length, true),
  w: (s) => removed(s, wordStart(s.text, s.cursor, /\S+\s*$/), s.cursor, true),
  y: (s) => insertText(s, s.killed),
  left: (s) => moved(s, wordStart(s.text, s.cursor)),
  right: (s) => moved(s, wordEnd(s.text, s.cursor)),
};

const altKeys: Record<string, (state: LineState) => LineState> = {
  b: ctrlKeys['left']!,
  f: ctrlKeys['right']!,
  left: ctrlKeys['left']!,
  right: ctrlKeys['right']!,
  d: (s) => removed(s, s.cursor, wordEnd(s.text, s.cursor), true),
  backspace: (s) => removed(s, wordStart(s.text, s.cursor), s.cursor, true),
};

/**
 * The line after an editing key in the manner of Emacs and readline: arrows, Home, End, Backspace, Delete, Ctrl-A E B F D H
 * K U W Y, Alt-B F D, text and pastes. Undefined when the key is none of them.
 */
export function editKey(state: LineState, key: Key): LineState | undefined {
  if (key.text !== '') return insertText(state, key.text);
  const table = key.ctrl ? ctrlKeys : key.alt ? altKeys : plainKeys;
  return Object.hasOwn(table, key.name) ? table[key.name]?.(state) : undefined;
}

/**
 * The part of a line that shows in `room` cells, with the cursor in it, and the cursor's column there. Control characters
 * are shown as escapes; `mask` stands for every symbol. What is left out at either end is marked by `mark`.
 */
export function windowOf(
  state: LineState,
  room: number,
  options: { mask?: string; mark?: string } = {},
): { text: string; column: number } {
  const mark = options.mark ?? '…';
  const cells: { shown: string; width: number }[] = [];
  let cursor = 0;
  let at = 0;
  for (const [symbol] of symbols(state.text)) {
    if (at < state.cursor) cursor = cells.length + 1;
    at += symbol.length;
    const shown = options.mask ?? visibleLine(symbol);
    cells.push({ shown, width: textWidth(shown) });
  }
  const widthOf = (from: number, to: number): number =>
    cells.slice(from, to).reduce((sum, cell) => sum + cell.width, 0);
  // One cell stays free for the cursor at the end.
  if (widthOf(0, cells.length) < room)
    return { text: cells.map((cell) => cell.shown).join(''), column: widthOf(0, cursor) };

  const edge = textWidth(mark);
  let first = cursor;
  let last = cursor;
  const fits = (from: number, to: number): boolean =>
    widthOf(from, to) + (from > 0 ? edge : 0) + (to < cells.length ? edge : 1) <= Math.max(room, 2 * edge + 1);
  // The window grows from the cursor: a third of it ahead, the rest behind, then what is left ahead.
  while (last < cells.length && widthOf(cursor, last) < room / 3 && fits(first, last + 1)) last++;
  while (first > 0 && fits(first - 1, last)) first--;
  while (last < cells.length && fits(first, last + 1)) last++;
  const head = first > 0 ? mark : '';
  const tail = last < cells.length ? mark : '';
  const text =
    head +
    cells
      .slice(first, last)
      .map((cell) => cell.shown)
      .join('') +
    tail;
  return { text, column: textWidth(head) + widthOf(first, cursor) };
}
