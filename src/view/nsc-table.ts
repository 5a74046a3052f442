import { toFixedEven } from '#base/fixed.ts';
import { paint, plainOutput, type Style, type TerminalFacts } from '#base/terminal.ts';
import { visibleLine } from '#base/visible.ts';
import { symbols, textWidth } from '#base/width.ts';

/** What a cell holds; booleans read true and false, fractions have two decimals. */
export type NscValue = string | number | bigint | boolean;
/** A value, or one in a style for terminals. */
export type NscCell = NscValue | { readonly value: NscValue; readonly style: Style };
/** The cells of a row, or a line across the table. */
export type NscRow = readonly NscCell[] | 'separator';

/** A table in the manner of nsc: ASCII lines, a centred title, everything to the left. */
export interface NscTable {
  readonly title?: string;
  readonly headers?: readonly string[];
  readonly rows: readonly NscRow[];
}

interface Text {
  readonly text: string;
  readonly style: Style;
}

function textOf(cell: NscCell, safe: boolean): Text {
  const { value, style } = typeof cell === 'object' ? cell : { value: cell, style: '' as Style };
  const number = typeof value === 'number' && !Number.isInteger(value);
  const text = (number ? toFixedEven(value, 2) : String(value))
    .replaceAll('\t', '    ')
    .replaceAll('\r\n', ' ')
    .replaceAll('\n', ' ');
  return { text: safe ? visibleLine(text) : text, style };
}

/**
 * The table as text, ending in a newline. Separators stay where they are, also at the ends, as nsc prints them. On a terminal
 * that is too narrow the padding goes, then long cells go on in further lines: keys stay complete.
 */
export function renderNscTable(table: NscTable, facts: TerminalFacts = plainOutput): string {
  const title = facts.isTTY ? visibleLine(table.title ?? '') : (table.title ?? '');
  const texts = (row: readonly NscCell[]): Text[] => row.map((cell) => textOf(cell, facts.isTTY));
  const headers = table.headers?.length ? texts(table.headers) : undefined;
  const rows = table.rows.map((row) => (row === 'separator' ? row : texts(row)));
  const widths = widthsOf([...(headers ? [headers] : []), ...rows.filter((row) => row !== 'separator')], title);
  const padding = facts.isTTY ? fit(widths, facts.columns) : 1;
  const pad = ' '.repeat(padding);
  const inner = widths.reduce((sum, width) => sum + width + 2 * padding + 1, -1);

  const rule = `+${widths.map((width) => '-'.repeat(width + 2 * padding)).join('+')}+\n`;
  const line = (cells: readonly Text[]): string => {
    const split = cells.map(({ text }, i) => slices(text, widths[i] ?? 0));
    const height = Math.max(1, ...split.map((parts) => parts.length));
    return Array.from({ length: height }, (_, at) => {
      const shown = cells.map(({ style }, i) => {
        const part = split[i]?.[at] ?? '';
        return pad + paint(part, style, facts) + ' '.repeat(Math.max(0, (widths[i] ?? 0) - textWidth(part))) + pad;
      });
      return `|${shown.join('|')}|\n`;
    }).join('');
  };
  const titleLine = (part: string): string => {
    const space = Math.max(0, inner - 2 * padding - textWidth(part));
    return `|${pad}${' '.repeat(Math.floor(space / 2))}${part}${' '.repeat(Math.ceil(space / 2))}${pad}|\n`;
  };

  let out = '';
  if (title !== '')
    out += `+${'-'.repeat(Math.max(0, inner))}+\n${slices(title, Math.max(1, inner - 2 * padding))
      .map(titleLine)
      .join('')}`;
  if (headers) out += rule + line(headers);
  return out + rule + rows.map((row) => (row === 'separator' ? rule : line(row))).join('') + rule;
}

/** Column widths; a title that is wider than all of them widens the last. */
function widthsOf(rows: readonly (readonly Text[])[], title: string): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach(({ text }, i) => {
      widths[i] = Math.max(widths[i] ?? 0, textWidth(text));
    });
  }
  const total = widths.reduce((sum, width) => sum + width + 3, 1);
  const wanted = title === '' ? 0 : textWidth(title) + 4;
  const last = widths.length - 1;
  if (last >= 0 && total < wanted) widths[last] = (widths[last] ?? 0) + wanted - total;
  return widths;
}

/** Narrows the widest columns until the table fits; gives the padding that is left. */
function fit(widths: number[], columns: number): number {
  const total = (padding: number): number => widths.reduce((sum, width) => sum + width + 2 * padding + 1, 1);
  if (total(1) <= columns) return 1;
  for (let over = total(0) - columns; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 1) break;
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return 0;
}

/** Pieces of at most `width` cells; a single wide character may be wider. */
function slices(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const out: string[] = [];
  let part = '';
  let used = 0;
  for (const [symbol, cells] of symbols(text)) {
    if (part !== '' && used + cells > width) {
      out.push(part);
      part = '';
      used = 0;
    }
    part += symbol;
    used += cells;
  }
  return part === '' ? out : [...out, part];
}
