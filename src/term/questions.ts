// What can be asked of the person at the terminal.
import type { Style } from '#base/terminal.ts';

/** What all questions have. */
export interface Question {
  /** What is asked. Scripts that type answers wait for words of it. */
  readonly message: string;
  /** Shown when the answer is `?` (lists: when `?` is typed first). */
  readonly help?: string;
  /** What would have answered without asking: `--force`, `the <stream> argument`. */
  readonly flag: string;
  /** The error's text without a terminal, where scripts know another one. */
  readonly noTerminal?: string;
}

/** A question for one line of text. */
export interface InputQuestion extends Question {
  /** The answer of Enter alone; shown in brackets. */
  readonly default?: string;
  /** Text to begin with, to be edited; Ctrl-U clears it. */
  readonly initial?: string;
  /** What is wrong with an answer, or undefined. */
  readonly validate?: (answer: string) => string | undefined | Promise<string | undefined>;
}

/** One entry of a list. */
export interface Choice<T> {
  readonly label: string;
  readonly value: T;
  /** Shown after the label. */
  readonly note?: string;
}

/** A question for one entry of a list. */
export interface SelectQuestion<T> extends Question {
  readonly choices: readonly Choice<T>[];
  /** Index of the choice that is marked at first. */
  readonly default?: number;
  /** Most choices shown at once; default: what the window holds. */
  readonly pageSize?: number;
}

/** A question for any number of entries of a list. */
export interface MultiSelectQuestion<T> extends Question {
  readonly choices: readonly Choice<T>[];
  /** Indexes of the choices that are ticked at first. */
  readonly default?: readonly number[];
  readonly pageSize?: number;
}

/** A text to be changed in an editor. */
export interface EditorQuestion extends Question {
  readonly text: string;
  /** Of the file the editor gets, with the dot. */
  readonly extension: string;
}

/** The look of prompts, and what they need from the runtime. */
export interface PromptOptions {
  /** Icons and the marked line take this style; default green and cyan. */
  readonly style?: Style;
  /** Stands before the question mark: `[context]`. */
  readonly badge?: string;
  /** Runs the editor on a text; the terminal is in its normal mode meanwhile. */
  readonly edit?: (text: string, extension: string) => Promise<string>;
}
