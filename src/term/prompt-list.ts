import { fail } from '#base/errors.ts';
import { visibleLine } from '#base/visible.ts';
import type { Key } from './keys.ts';
import { type Dialog, finalLine, helpLines, type Look, questionLines } from './prompt-look.ts';
import type { Choice, MultiSelectQuestion, Question, SelectQuestion } from './questions.ts';

type ListQuestion<T> = Question & { readonly choices: readonly Choice<T>[]; readonly pageSize?: number };

/** A list with a filter and a marked entry; both kinds of selection share it. */
interface List<T> {
  readonly filter: string;
  /** Indexes of the choices that the filter leaves. */
  matching(): number[];
  /** Index of the marked choice; undefined when the filter leaves none. */
  marked(): number | undefined;
  /** Moves and filters. */
  press(key: Key): void;
  clearFilter(): void;
  view(
    hint: string,
    line: (choice: Choice<T>, index: number, focused: boolean) => string,
  ): ReturnType<Dialog<T>['view']>;
}

function createList<T>(question: ListQuestion<T>, look: Look, start: number): List<T> {
  if (question.choices.length === 0) {
    throw fail('error', `nothing to choose from for "${question.message}"`, { hint: `use ${question.flag}` });
  }
  let filter = '';
  let helping = false;
  /** Position among the matching choices. */
  let at = Math.max(0, Math.min(start, question.choices.length - 1));
  const matching = (): number[] => {
    const wanted = filter.toLowerCase();
    return question.choices.flatMap((choice, i) => (choice.label.toLowerCase().includes(wanted) ? [i] : []));
  };
  const pageOf = (count: number): number => {
    const room = Math.max(1, look.io.size().rows - 4);
    return Math.max(1, Math.min(room, question.pageSize ?? count, count));
  };

  const moves: Record<string, (count: number) => number> = {
    up: (count) => (at + count - 1) % count,
    down: (count) => (at + 1) % count,
    tab: (count) => (at + 1) % count,
    pageup: (count) => at - pageOf(count),
    pagedown: (count) => at + pageOf(count),
    home: () => 0,
    end: (count) => count - 1,
  };

  return {
    get filter() {
      return filter;
    },
    matching,
    marked: () => matching()[at],
    press(key) {
      const count = matching().length;
      const control = key.ctrl ? ({ p: 'up', n: 'down' } as Record<string, string>)[key.name] : undefined;
      const move = moves[control ?? (key.ctrl ? '' : key.name)];
      if (move) at = count === 0 ? 0 : move(count);
      else if (key.text === '?' && question.help && filter === '') helping = true;
      else if (key.name === 'backspace') filter = [...filter].slice(0, -1).join('');
      else if (key.ctrl && (key.name === 'u' || key.name === 'w')) filter = '';
      else filter += key.text.replaceAll('\n', ' ').slice(0, 200);
      at = Math.max(0, Math.min(at, matching().length - 1));
    },
    clearFilter() {
      const index = matching()[at] ?? 0;
      filter = '';
      at = index;
    },
    view(hint, line) {
      const more = question.help && !helping ? ', ? for help' : '';
      const typed = filter === '' ? '' : `${visibleLine(filter)} `;
      const head = [
        ...(helping ? helpLines(question, look) : []),
        ...questionLines(question, look, `${typed} ${look.paint(`[${hint}${more}]`, 'cyan')}`),
      ];
      const shown = matching();
      const page = Math.min(pageOf(shown.length), Math.max(1, look.io.size().rows - head.length - 1));
      const first = Math.max(0, Math.min(at - Math.floor(page / 2), shown.length - page));
      const rows = shown.slice(first, first + page).map((index, i) => {
        const choice = question.choices[index]!;
        const note = choice.note ? ` - ${look.paint(visibleLine(choice.note), 'cyan')}` : '';
        return look.cut(line(choice, index, first + i === at) + note);
      });
      return { lines: [...head, ...rows], cursor: { row: head.length - 1, column: 0 } };
    },
  };
}

/** One of a list. */
export function selectDialog<T>(question: SelectQuestion<T>, look: Look): Dialog<T> {
  const list = createList(question, look, question.default ?? 0);
  return {
    cursor: false,
    view: () =>
      list.view('arrows move, typing filters, Enter picks', (choice, _, focused) => {
        const label = `${focused ? '>' : ' '} ${visibleLine(choice.label)}`;
        return focused ? look.paint(label, look.focus) : label;
      }),
    press(key) {
      if (key.ctrl && key.name === 'd') return 'end';
      const index = list.marked();
      if (key.name === 'enter') return index === undefined ? undefined : { answer: question.choices[index]!.value };
      list.press(key);
      return undefined;
    },
    answered: () => finalLine(question, look, question.choices[list.marked() ?? 0]?.label ?? ''),
  };
}

/** Any number of a list, in the order of the list. */
export function multiSelectDialog<T>(question: MultiSelectQuestion<T>, look: Look): Dialog<T[]> {
  const list = createList(question, look, 0);
  const ticked = new Set(question.default ?? []);
  const chosen = (): Choice<T>[] => question.choices.filter((_, i) => ticked.has(i));
  const tickAll = (on: boolean): void => {
    for (const index of list.matching()) {
      if (on) ticked.add(index);
      else ticked.delete(index);
    }
  };
  return {
    cursor: false,
    view: () =>
      list.view('arrows move, space ticks, right all, left none, typing filters', (choice, index, focused) => {
        const tick = ticked.has(index) ? look.paint('[x]', 'green') : '[ ]';
        return `${focused ? look.paint('>', look.focus) : ' '} ${tick}  ${visibleLine(choice.label)}`;
      }),
    press(key) {
      if (key.ctrl && key.name === 'd') return 'end';
      if (key.name === 'enter') return { answer: chosen().map((choice) => choice.value) };
      const index = list.marked();
      if (key.name === 'space' && !key.ctrl) {
        if (index !== undefined && !ticked.delete(index)) ticked.add(index);
        list.clearFilter();
      } else if (key.name === 'right' || key.name === 'left') {
        tickAll(key.name === 'right');
        list.clearFilter();
      } else list.press(key);
      return undefined;
    },
    answered() {
      const labels = chosen().map((choice) => choice.label);
      return finalLine(question, look, labels.join(', '));
    },
  };
}
