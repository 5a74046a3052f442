import { goFloat } from '#base/fixed.ts';
import { plainOutput, type Style, type TerminalFacts } from '#base/terminal.ts';
import { visible, visibleLine } from '#base/visible.ts';
import { drawBox } from './table-box.ts';
import { fitTable } from './table-fit.ts';
import { type Cell, type CellValue, separator, type Table, type TextCell, type TextTable } from './table-model.ts';
import { tableCsv, tableMarkdown, tableTsv } from './table-text.ts';

/** How tables are written: three boxes, and three forms for other programs. */
export type TableFormat = 'rounded' | 'double' | 'ascii' | 'markdown' | 'csv' | 'tsv';

/** The names `--colors` takes: two border styles, and rounded borders in a colour. */
export const colorSchemes = ['blue', 'cyan', 'double', 'green', 'magenta', 'red', 'rounded', 'yellow'] as const;
/** A scheme by its name. */
export type ColorScheme = (typeof colorSchemes)[number];

/** Where a table goes and how it is asked for. */
export interface TableOptions {
  /** Default: a file or pipe. */
  readonly facts?: TerminalFacts;
  /** From NATS_TABLE_FORMAT; wins over the scheme. */
  readonly format?: TableFormat | undefined;
  /** From the context; only looked at on a terminal, as the original does. */
  readonly scheme?: ColorScheme | undefined;
}

/** The format asked for by NATS_TABLE_FORMAT (md, markdown, csv, tsv, ascii, any case) or LLMFORMAT=1 (markdown); else undefined. */
export function tableFormatOf(environment: {
  NATS_TABLE_FORMAT?: string | undefined;
  LLMFORMAT?: string | undefined;
}): TableFormat | undefined {
  if (environment.LLMFORMAT === '1') return 'markdown';
  const name = (environment.NATS_TABLE_FORMAT ?? '').toLowerCase();
  if (name === 'md' || name === 'markdown') return 'markdown';
  return name === 'csv' || name === 'tsv' || name === 'ascii' ? name : undefined;
}

/** A scheme by its name in a context file; anything unknown is no scheme. */
export function colorSchemeOf(name: string | undefined): ColorScheme | undefined {
  return colorSchemes.find((scheme) => scheme === name);
}

function valueIn(cell: Cell): CellValue {
  return typeof cell === 'object' && cell !== null ? cell.value : cell;
}

/** The text of a cell, as the original writes values in tables. */
export function cellText(value: CellValue): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  // A whole number was an integer in the original, not a float.
  return typeof value === 'number' && !Number.isInteger(value) ? goFloat(value) : String(value);
}

function textCell(cell: Cell, safe: boolean): TextCell {
  const style = typeof cell === 'object' && cell !== null ? cell.style : '';
  const text = cellText(valueIn(cell)).replaceAll('\t', '    ').replaceAll('\r\n', '\n');
  return { lines: (safe ? visible(text) : text).split('\n').map((line) => line.trimEnd()), style };
}

const emptyCell: TextCell = { lines: [''], style: '' };

/** Turns values into text, fills up short rows and decides the alignment. `safe` makes control characters visible. */
export function layoutTable(table: Table, safe: boolean): TextTable {
  const bodies = table.rows.filter((row): row is readonly Cell[] => row !== separator);
  const columns = Math.max(
    0,
    table.headers?.length ?? 0,
    table.footer?.length ?? 0,
    ...bodies.map((row) => row.length),
  );
  const texts = (row: readonly Cell[]): TextCell[] =>
    Array.from({ length: columns }, (_, i) => (i < row.length ? textCell(row[i], safe) : emptyCell));
  const isNumber = (cell: Cell): boolean => typeof valueIn(cell) === 'number' || typeof valueIn(cell) === 'bigint';
  return {
    title: safe ? visibleLine(table.title ?? '') : (table.title ?? ''),
    headers: table.headers && table.headers.length > 0 ? texts(table.headers) : undefined,
    rows: table.rows.map((row) => (row === separator ? separator : texts(row))),
    footer: table.footer && table.footer.length > 0 ? texts(table.footer) : undefined,
    right: Array.from({ length: columns }, (_, i) => bodies.every((row) => i >= row.length || isNumber(row[i]))),
  };
}

/**
 * A table as text, ending in a newline. Boxed tables keep their full width in files and pipes. On a terminal they are made to
 * fit: headers break, padding goes, text (never numbers) is cut with an ellipsis, and what still does not fit is written as
 * one block a row.
 */
export function renderTable(table: Table, options: TableOptions = {}): string {
  const facts = options.facts ?? plainOutput;
  const text = layoutTable(table, facts.isTTY);
  if (text.right.length === 0) return '\n';
  const format = options.format ?? (facts.isTTY ? terminalFormat(options.scheme, facts) : 'rounded');
  if (format === 'markdown') return tableMarkdown(text);
  if (format === 'csv') return tableCsv(text);
  if (format === 'tsv') return tableTsv(text);
  const fitted = facts.isTTY ? fitTable(text, facts.columns, facts.unicode) : { table: text, padding: 1 };
  if (typeof fitted === 'string') return fitted;
  return drawBox(fitted.table, {
    box: format,
    padding: fitted.padding,
    color: facts.color,
    border: borderStyle(options.scheme, facts),
  });
}

function terminalFormat(scheme: ColorScheme | undefined, facts: TerminalFacts): 'rounded' | 'double' | 'ascii' {
  if (!facts.unicode) return 'ascii';
  return scheme === 'double' ? 'double' : 'rounded';
}

function borderStyle(scheme: ColorScheme | undefined, facts: TerminalFacts): Style {
  return facts.isTTY && scheme && scheme !== 'double' && scheme !== 'rounded' ? scheme : '';
}
