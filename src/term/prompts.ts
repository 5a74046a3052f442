import { fail } from '#base/errors.ts';
import { createBlock } from './block.ts';
import type { TermIO } from './io.ts';
import { multiSelectDialog, selectDialog } from './prompt-list.ts';
import { type Dialog, finalLine, type Look, lookOf } from './prompt-look.ts';
import { confirmDialog, enterDialog, inputDialog } from './prompt-text.ts';
import type {
  EditorQuestion,
  InputQuestion,
  MultiSelectQuestion,
  PromptOptions,
  Question,
  SelectQuestion,
} from './questions.ts';

/** Questions to the person at the terminal, in the look of the survey package. All reject with a BoxError on Ctrl-C. */
export interface Prompts {
  input(question: InputQuestion): Promise<string>;
  /** Typed in secret; stars are shown. */
  password(question: Omit<InputQuestion, 'default' | 'initial'>): Promise<string>;
  confirm(question: Question & { readonly default?: boolean }): Promise<boolean>;
  select<T>(question: SelectQuestion<T>): Promise<T>;
  multiSelect<T>(question: MultiSelectQuestion<T>): Promise<T[]>;
  /** Enter opens the editor; gives the text as it was left. */
  editor(question: EditorQuestion): Promise<string>;
}

/**
 * Prompts on a terminal. `io` is undefined where nobody can be asked (no terminal, --no-input): every question then fails
 * with a usage error that names the flag which would have answered.
 */
export function createPrompts(io: TermIO | undefined, options: PromptOptions = {}): Prompts {
  const terminal = (question: Question, fallback: string): TermIO => {
    if (io?.facts.isTTY) return io;
    throw fail('usage', question.noTerminal ?? fallback, { hint: answerHint(question) });
  };
  const userInput = 'cannot prompt for user input without a terminal';
  const confirmation = 'cannot ask for confirmation without a terminal';

  const ask = async <A>(question: Question, fallback: string, make: (look: Look) => Dialog<A>): Promise<A> => {
    const tty = terminal(question, fallback);
    const look = lookOf(tty, options);
    return run(question, look, make(look));
  };

  return {
    input: (question) => ask(question, userInput, (look) => inputDialog(question, look)),
    password: (question) => ask(question, userInput, (look) => inputDialog(question, look, '*')),
    confirm: (question) => ask(question, confirmation, (look) => confirmDialog(question, look)),
    select: (question) => ask(question, userInput, (look) => selectDialog(question, look)),
    multiSelect: (question) => ask(question, userInput, (look) => multiSelectDialog(question, look)),
    async editor(question) {
      terminal(question, userInput);
      const { edit } = options;
      if (!edit) throw fail('error', 'no editor is set', { hint: `set EDITOR, or use ${question.flag}` });
      await ask(question, userInput, (look) => enterDialog(question, look));
      return edit(question.text, question.extension);
    },
  };
}

function answerHint(question: Question): string {
  return `use ${question.flag} to answer "${question.message}"`;
}

/** Asks until there is an answer. The terminal is in raw mode meanwhile, and in its normal mode after, whatever happens. */
async function run<A>(question: Question, look: Look, dialog: Dialog<A>): Promise<A> {
  const { io } = look;
  const block = createBlock(io);
  const show = (): void => {
    const { lines, cursor } = dialog.view();
    block.show(lines, cursor);
  };
  const normal = (): void => {
    io.raw(false);
    io.write('\x1b[?2004l\x1b[?25h');
  };
  const offExit = io.onExit(normal);
  io.raw(true);
  io.write(`\x1b[?2004h${dialog.cursor ? '' : '\x1b[?25l'}`);
  const offResize = io.onResize(show);
  const keys = io.keys()[Symbol.asyncIterator]();
  try {
    show();
    for (;;) {
      const next = await keys.next();
      const interrupted = !next.done && next.value.ctrl && next.value.name === 'c';
      const done = next.done ? 'end' : interrupted ? undefined : await dialog.press(next.value);
      if (interrupted || done === 'end') {
        block.finish([finalLine(question, look, '')]);
        throw interrupted
          ? fail('error', 'interrupt')
          : fail('error', 'input ended before an answer', { hint: answerHint(question) });
      }
      if (done) {
        block.finish([dialog.answered(done.answer)]);
        return done.answer;
      }
      show();
    }
  } finally {
    offResize();
    await keys.return?.();
    normal();
    offExit();
  }
}
