import { visibleLine } from '#base/visible.ts';
import { textWidth, truncate } from '#base/width.ts';
import { editKey, insertText, lineState, windowOf } from './edit.ts';
import {
  type Dialog,
  errorLine,
  finalLine,
  helpLines,
  type Look,
  type Pressed,
  questionLines,
  widthOf,
} from './prompt-look.ts';
import type { EditorQuestion, InputQuestion, Question } from './questions.ts';

interface TextDialog<A> {
  /** Stands before the answer: the default, `(y/N)`. Safe text. */
  readonly offer: string;
  readonly initial?: string;
  readonly mask?: string | undefined;
  /** An answer, or what is wrong with the text. A wrong text stays when `keep` is set. */
  read(text: string): Promise<{ answer: A } | { problem: string; keep: boolean }>;
  /** What Ctrl-D on an empty line means; without it the question is left. */
  readonly left?: A;
  shown(answer: A): string;
}

/** An answer needs at least this many cells beside the question, else it gets a line of its own. */
const leastRoom = 12;

function textDialog<A>(question: Question, look: Look, text: TextDialog<A>): Dialog<A> {
  let state = lineState(text.initial ?? '');
  let helping = false;
  let problem: string | undefined;

  const enter = async (): Promise<Pressed<A>> => {
    problem = undefined;
    if (state.text === '?' && question.help) {
      helping = true;
      state = lineState();
      return undefined;
    }
    const read = await text.read(state.text);
    if ('answer' in read) return read;
    problem = read.problem;
    if (!read.keep) state = lineState();
    return undefined;
  };

  return {
    cursor: true,
    view() {
      const hint = question.help && !helping ? `${look.paint('[? for help]', 'cyan')} ` : '';
      const lines = [
        ...(problem === undefined ? [] : [errorLine(problem, look)]),
        ...(helping ? helpLines(question, look) : []),
        ...questionLines(question, look, hint + text.offer),
      ];
      if (widthOf(look.io) - textWidth(lines.at(-1) ?? '') < leastRoom) lines.push('');
      const start = textWidth(lines.at(-1) ?? '');
      const mask = text.mask === undefined ? {} : { mask: text.mask };
      const shown = windowOf(state, widthOf(look.io) - start, { mark: look.ellipsis, ...mask });
      lines[lines.length - 1] += shown.text;
      return { lines, cursor: { row: lines.length - 1, column: start + shown.column } };
    },
    press(key) {
      if (key.name === 'enter') return enter();
      if (key.ctrl && key.name === 'd' && state.text === '')
        return text.left === undefined ? 'end' : { answer: text.left };
      // An answer is one line; the lines of a paste are joined.
      const paste = key.name === 'paste' ? key.text.replace(/\n+$/, '').replaceAll('\n', ' ') : undefined;
      state = (paste === undefined ? editKey(state, key) : insertText(state, paste)) ?? state;
      return undefined;
    },
    answered: (answer) => finalLine(question, look, text.shown(answer)),
  };
}

/** Free text; with a mask it is typed in secret, and the mask stands eight times for any answer. */
export function inputDialog(question: InputQuestion, look: Look, mask?: string): Dialog<string> {
  const offered = truncate(
    visibleLine(question.default ?? ''),
    Math.max(8, Math.floor(widthOf(look.io) / 2)),
    look.ellipsis,
  );
  return textDialog(question, look, {
    offer: offered === '' ? '' : `(${offered}) `,
    ...(question.initial === undefined ? {} : { initial: question.initial }),
    mask,
    async read(text) {
      const answer = text === '' ? (question.default ?? '') : text;
      const problem = await question.validate?.(answer);
      return problem === undefined ? { answer } : { problem, keep: mask === undefined };
    },
    shown: (answer) => (mask === undefined ? answer : mask.repeat(8)),
  });
}

/** Yes or no; Enter alone takes the default, which is no unless told otherwise. */
export function confirmDialog(question: Question & { readonly default?: boolean }, look: Look): Dialog<boolean> {
  const usual = question.default ?? false;
  return textDialog(question, look, {
    offer: usual ? '(Y/n) ' : '(y/N) ',
    // Who leaves has not said yes, and has said nothing else either.
    ...(usual ? {} : { left: false }),
    async read(text) {
      const typed = text.trim().toLowerCase();
      if (typed === '') return { answer: usual };
      if (typed === 'y' || typed === 'yes') return { answer: true };
      if (typed === 'n' || typed === 'no') return { answer: false };
      return { problem: `"${typed}" is neither yes nor no`, keep: false };
    },
    shown: (answer) => (answer ? 'Yes' : 'No'),
  });
}

/** Waits for Enter before the editor takes the terminal. */
export function enterDialog(question: EditorQuestion, look: Look): Dialog<true> {
  return {
    cursor: true,
    view() {
      const lines = questionLines(question, look, `${look.paint('[Enter opens the editor]', 'cyan')} `);
      return { lines, cursor: { row: lines.length - 1, column: textWidth(lines.at(-1) ?? '') } };
    },
    press(key) {
      if (key.name === 'enter') return { answer: true };
      return key.ctrl && key.name === 'd' ? 'end' : undefined;
    },
    answered: () => finalLine(question, look, 'edited'),
  };
}
