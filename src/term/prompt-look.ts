import { wrap } from '#base/human.ts';
import { paint, type Style } from '#base/terminal.ts';
import { visibleLine } from '#base/visible.ts';
import { textWidth, truncate } from '#base/width.ts';
import type { TermIO } from './io.ts';
import type { Key } from './keys.ts';
import type { PromptOptions, Question } from './questions.ts';

/** What a key did: an answer, the end of input (Ctrl-D on nothing), or neither. */
export type Pressed<A> = { readonly answer: A } | 'end' | undefined;

/** A question that is being asked. */
export interface Dialog<A> {
  /** Whether the cursor shows. */
  readonly cursor: boolean;
  /** Lines that fit the window, and where the cursor stands. */
  view(): { lines: string[]; cursor: { row: number; column: number } };
  press(key: Key): Pressed<A> | Promise<Pressed<A>>;
  /** What stays on the screen. */
  answered(answer: A): string;
}

/** How questions look on a terminal. */
export interface Look {
  readonly io: TermIO;
  /** The question mark, with the badge before it. */
  readonly icon: string;
  /** Style of the marked entry of a list. */
  readonly focus: Style;
  readonly ellipsis: string;
  paint(text: string, style: Style): string;
  /** Cut to the width of the window, less the cell of the cursor. */
  cut(text: string): string;
}

/** The look of questions on a terminal. */
export function lookOf(io: TermIO, options: PromptOptions): Look {
  const ellipsis = io.facts.unicode ? '…' : '~';
  const badge = options.badge ? `${visibleLine(options.badge)} ` : '';
  return {
    io,
    icon: paint(`${badge}?`, options.style ?? 'green', io.facts),
    focus: options.style ?? 'cyan',
    ellipsis,
    paint: (text, style) => paint(text, style, io.facts),
    cut: (text) => truncate(text, widthOf(io), ellipsis),
  };
}

/** The cells a line may take. */
export function widthOf(io: TermIO): number {
  return Math.max(1, io.size().columns - 1);
}

/** The question in lines that fit; the last one ends with `rest` and a blank. */
export function questionLines(question: Question, look: Look, rest: string): string[] {
  const room = widthOf(look.io) - textWidth(look.icon) - 1;
  const [first = '', ...others] = wrap(visibleLine(question.message), Math.max(10, room)).map((line) =>
    look.paint(line, 'bold'),
  );
  const lines = [`${look.icon} ${first}`, ...others].map(look.cut);
  const joined = `${lines.at(-1)} ${rest}`;
  if (textWidth(joined) > widthOf(look.io)) return [...lines, look.cut(rest.trimStart())];
  return [...lines.slice(0, -1), joined];
}

/** The question with its answer, in one line. */
export function finalLine(question: Question, look: Look, answer: string): string {
  const message = look.paint(visibleLine(question.message), 'bold');
  return look.cut(`${look.icon} ${message} ${look.paint(visibleLine(answer), 'cyan')}`.trimEnd());
}

/** The help of a question in lines that fit. */
export function helpLines(question: Question, look: Look): string[] {
  const lines = wrap(visibleLine(question.help ?? ''), Math.max(10, widthOf(look.io)));
  return lines.map((line) => look.cut(look.paint(line, 'cyan')));
}

/** What was wrong with an answer, in one line. */
export function errorLine(text: string, look: Look): string {
  return look.cut(look.paint(`X ${visibleLine(text)}`, 'red'));
}
