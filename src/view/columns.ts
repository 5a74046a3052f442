import { human } from '#base/human.ts';
import { byCodePoint } from '#base/json64.ts';
import { paint, plainOutput, type Style, type TerminalFacts } from '#base/terminal.ts';
import { formatDateTime, fromMillis } from '#base/time.ts';
import { visible } from '#base/visible.ts';
import { symbols, textWidth } from '#base/width.ts';
import type { ColorScheme } from './table.ts';

/** What stands right of a label. Sizes and durations come as text from the functions that word them. */
export type ColumnValue = string | number | bigint | boolean | Date | readonly string[];

/** A word of a value that is shown in a style. Values are text from anywhere and hold no colours of their own. */
export interface Mark {
  readonly word: string;
  readonly style: Style;
}

type Entry =
  | { readonly kind: 'row'; readonly label: string; readonly value: string; readonly mark?: Mark | undefined }
  | { readonly kind: 'section'; readonly title: string }
  | { readonly kind: 'line'; readonly words: readonly string[] }
  | { readonly kind: 'indent'; readonly width: number };

/** A report of `Label: value` lines under a heading, in sections; renderColumns writes it. All methods give the report back. */
export interface Columns {
  readonly heading: string;
  readonly entries: readonly Entry[];
  setHeading(text: string): Columns;
  /** A title with a blank line around it; a colon is added. */
  section(title: string): Columns;
  /** One line; an empty label leaves the place of the label blank. The last `mark` in the value is painted. */
  row(label: string, value: ColumnValue, mark?: Mark): Columns;
  rowIf(label: string, value: ColumnValue, condition: boolean): Columns;
  /** Left out when the text is empty. */
  rowIfNotEmpty(label: string, value: string): Columns;
  /** The word `unlimited` when the value is the one that stands for no limit (default -1). */
  rowUnlimited(label: string, value: number | bigint, unlimited?: number | bigint): Columns;
  rowUnlimitedIf(label: string, value: ColumnValue, unlimited: boolean): Columns;
  /** Sorted texts under one label, one a line. */
  list(label: string, values: readonly string[]): Columns;
  /** Sorted `key: value` pairs under one label, one a line, keys to the right. */
  map(label: string, values: Readonly<Record<string, string>>): Columns;
  /** Counts by name under one label; by value when `sort` is given, else in the order of the object. */
  counts(label: string, values: Readonly<Record<string, number | bigint>>, sort?: 'up' | 'down'): Columns;
  /** Sorted keys as labels. */
  rows(values: Readonly<Record<string, string>>): Columns;
  /** Keys as labels of counts; by value when `sort` is given. */
  countRows(values: Readonly<Record<string, number | bigint>>, sort?: 'up' | 'down'): Columns;
  /** Free text; without words a blank line. */
  line(...words: string[]): Columns;
  /** Moves what follows right by `width` blanks; 0 ends it. */
  indent(width: number): Columns;
}

/**
 * A value as the original writes it: thousands separators, three decimals at most, local date and time, lists joined by
 * commas. Unsigned numbers from 2^63 - 1 on have no separators.
 */
export function formatValue(value: ColumnValue): string {
  return value instanceof Date ? formatDateTime(fromMillis(value.getTime())) : human(value);
}

function byValue(
  values: Readonly<Record<string, number | bigint>>,
  sort: 'up' | 'down' | undefined,
): [string, string][] {
  const entries = Object.entries(values);
  if (sort) entries.sort(([, a], [, b]) => (a === b ? 0 : a < b === (sort === 'up') ? -1 : 1));
  return entries.map(([name, count]) => [name, formatValue(count)]);
}

/** A new report. */
export function columns(heading = ''): Columns {
  const entries: Entry[] = [];
  let head = heading;
  const add = (entry: Entry): Columns => {
    entries.push(entry);
    return self;
  };
  const addRow = (label: string, value: ColumnValue, mark?: Mark): Columns =>
    add({ kind: 'row', label: label.replace(/:$/, ''), value: formatValue(value), mark });
  const addRows = (label: string, lines: readonly string[]): Columns => {
    for (const [i, line] of lines.entries()) addRow(i === 0 ? label : '', line);
    return self;
  };
  const self: Columns = {
    get heading() {
      return head;
    },
    entries,
    setHeading(text) {
      head = text;
      return self;
    },
    section: (title) => add({ kind: 'section', title }),
    row: addRow,
    rowIf: (label, value, condition) => (condition ? addRow(label, value) : self),
    rowIfNotEmpty: (label, value) => (value === '' ? self : addRow(label, value)),
    rowUnlimited: (label, value, unlimited = -1) =>
      addRow(label, BigInt(value) === BigInt(unlimited) ? 'unlimited' : value),
    rowUnlimitedIf: (label, value, unlimited) => addRow(label, unlimited ? 'unlimited' : value),
    list: (label, values) => addRows(label, [...values].sort(byCodePoint)),
    map(label, values) {
      const keys = Object.keys(values).sort(byCodePoint);
      const longest = Math.max(0, ...keys.map((key) => textWidth(key)));
      return addRows(
        label,
        keys.map((key) => `${' '.repeat(longest - textWidth(key))}${key}: ${values[key]}`),
      );
    },
    counts: (label, values, sort) =>
      addRows(
        label,
        byValue(values, sort).map(([name, count]) => `${name}: ${count}`),
      ),
    rows(values) {
      for (const key of Object.keys(values).sort(byCodePoint)) addRow(key, values[key] ?? '');
      return self;
    },
    countRows(values, sort) {
      for (const [name, count] of byValue(values, sort)) addRow(name, count);
      return self;
    },
    line: (...words) => add({ kind: 'line', words }),
    indent: (width) => add({ kind: 'indent', width }),
  };
  return self;
}

/** How a report is written. */
export interface ColumnsOptions {
  readonly facts?: TerminalFacts;
  /** Colours the colons after labels, on a terminal. */
  readonly scheme?: ColorScheme | undefined;
}

/**
 * The report as text: the heading and a blank line, labels right-aligned to the longest with at least two blanks before it,
 * sections set off by blank lines. Complete in files and pipes; on a terminal long values go on in the next line, under
 * their beginning.
 */
export function renderColumns(report: Columns, options: ColumnsOptions = {}): string {
  const facts = options.facts ?? plainOutput;
  const safe = (text: string): string => (facts.isTTY ? visible(text) : text);
  const labels = report.entries.map((entry) => (entry.kind === 'row' ? textWidth(safe(entry.label)) : 0));
  const longest = Math.max(0, ...labels);
  const scheme =
    facts.isTTY && options.scheme !== 'double' && options.scheme !== 'rounded' ? (options.scheme ?? '') : '';
  const colon = paint(':', scheme, facts);

  let out = report.heading === '' ? '' : `${wrapped('', safe(report.heading), facts)}\n\n`;
  let indent = '';
  let before: 'row' | 'section' | 'line' | 'blank' | undefined;
  report.entries.forEach((entry, i) => {
    if (entry.kind === 'indent') indent = ' '.repeat(entry.width);
    else if (entry.kind === 'section') {
      const spaced = before === undefined ? i > 0 : before === 'row' || before === 'line';
      const title = safe(entry.title);
      out += `${spaced ? '\n' : ''}${wrapped(indent, title.endsWith(':') ? title : `${title}:`, facts)}\n\n`;
      before = 'section';
    } else if (entry.kind === 'row') {
      const label = safe(entry.label);
      const space = ' '.repeat(Math.max(0, longest - textWidth(label) + 2));
      const start = label === '' ? `${indent}${space}  ` : `${indent}${space}${label}: `;
      const text = marked(wrapped(start, safe(entry.value), facts), entry.mark, facts);
      out += `${label === '' || colon === ':' ? text : text.replace(`${label}:`, () => label + colon)}\n`;
      before = 'row';
    } else if (entry.words.length > 0) {
      out += `${wrapped(indent, entry.words.map((word) => ` ${safe(word)}`).join(''), facts)}\n`;
      before = 'line';
    } else if (before !== 'section') {
      out += `${indent}\n`;
      before = 'blank';
    }
  });
  return out;
}

/** The text with the last of the marked words in its style. */
function marked(text: string, mark: Mark | undefined, facts: TerminalFacts): string {
  const at = mark ? text.lastIndexOf(mark.word) : -1;
  if (!mark || at < 0) return text;
  return text.slice(0, at) + paint(mark.word, mark.style, facts) + text.slice(at + mark.word.length);
}

/** A value needs this much room beside its label; else it goes on below, less far to the right. */
const leastRoom = 16;

/** `start` and the text; on a terminal broken at blanks, or anywhere in long words, to go on under the text's beginning. */
function wrapped(start: string, text: string, facts: TerminalFacts): string {
  if (!facts.isTTY || textWidth(start) + textWidth(text) <= facts.columns) return start + text;
  const deep = textWidth(start);
  const hang = facts.columns - deep >= leastRoom ? deep : Math.min(4, Math.max(0, facts.columns - 1));
  const lines: string[] = [];
  let line = start;
  let used = deep;
  const flush = (): void => {
    lines.push(line.trimEnd());
    line = ' '.repeat(hang);
    used = hang;
  };
  for (const piece of text.match(/\n|[^\S\n]+|\S+/g) ?? []) {
    const width = textWidth(piece);
    if (piece === '\n') {
      flush();
      continue;
    }
    if (used + width > facts.columns && used > hang) flush();
    if (/^\s/.test(piece) && used === hang && lines.length > 0) continue;
    for (const [part, cells] of width > facts.columns - used ? symbols(piece) : [[piece, width] as const]) {
      if (used + cells > facts.columns && used > hang) flush();
      line += part;
      used += cells;
    }
  }
  lines.push(line);
  return lines.join('\n');
}
