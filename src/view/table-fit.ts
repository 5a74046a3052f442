import { wrap } from '#base/human.ts';
import { textWidth, truncate } from '#base/width.ts';
import { columnWidths } from './table-box.ts';
import { separator, type TextCell, type TextTable } from './table-model.ts';

/** Text columns are not cut below this; then the table is written as blocks instead. */
const leastText = 8;

const numberToken =
  /^[-+~<>≈(]*\d[\d.,:]*(?:(?:ns|us|µs|ms|[smhdwMyKGTkB%]|[KMGTPE]i?B)(?:\d[\d.]*)?)*(?:\/(?:s|sec))?[)%,]*$|^(?:\/|of|ago|never|now|msgs?|bytes|(?:B|[KMGTPEk]i?B)(?:\/s|\/sec)?)$/;

/** Whether a text is a number, a size, a duration, a date, or made of them: `1,234`, `4.9 KiB`, `1d2h`, `4 / 80%`. */
export function looksNumeric(text: string): boolean {
  if (/^\d{4}-\d\d-\d\d(?:[T ][\d:.Z+-]+)?$/.test(text)) return true;
  return /\d/.test(text)
    ? text.split(/\s+/).every((token) => numberToken.test(token))
    : text === '' || text === 'never';
}

/**
 * Makes a table fit `columns` cells: breaks headers between words, then drops the padding, then cuts text columns (the widest
 * first) with an ellipsis. When numbers alone are too wide, gives the finished text: one block a row, `header: value` lines.
 */
export function fitTable(
  table: TextTable,
  columns: number,
  unicode: boolean,
): { table: TextTable; padding: number } | string {
  const count = table.right.length;
  const full = columnWidths(table);
  const room = (padding: number): number => columns - 2 * padding * count - count - 1;
  if (sum(full) <= room(1)) return { table, padding: 1 };

  const bodies = columnWidths({ ...table, headers: undefined });
  const broken = full.map((_, i) => Math.max(bodies[i] ?? 0, longestWord(table.headers?.[i])));
  const cut = broken.map((width, i) => Math.min(width, Math.max(leastText, numberWidth(table, i))));
  for (const padding of [1, 0]) {
    const widths = narrow(full, broken, sum(full) - room(padding));
    if (sum(widths) <= room(padding)) return { table: apply(table, widths, unicode), padding };
  }
  const widths = narrow(broken, cut, sum(broken) - room(0));
  if (sum(widths) <= room(0)) return { table: apply(table, widths, unicode), padding: 0 };
  return blocks(table, columns, unicode);
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

/** The width that the numbers of a column need; a column of numbers alone also keeps its header. */
function numberWidth(table: TextTable, column: number): number {
  const cells = [...table.rows, table.footer].flatMap((row) => (row && row !== separator ? [row[column]] : []));
  const lines = cells.flatMap((cell) => cell?.lines ?? []);
  if (lines.every(looksNumeric)) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...lines.filter(looksNumeric).map((line) => textWidth(line)));
}

function longestWord(cell: TextCell | undefined): number {
  return Math.max(0, ...(cell?.lines ?? []).flatMap((line) => line.split(' ').map((line) => textWidth(line))));
}

/** Takes `excess` cells from the widest columns that are above their floor, as evenly as can be. */
function narrow(full: readonly number[], floor: readonly number[], excess: number): number[] {
  const widths = [...full];
  for (let left = excess; left > 0; left--) {
    let widest = -1;
    widths.forEach((width, i) => {
      if (width > (floor[i] ?? 0) && (widest === -1 || width > (widths[widest] ?? 0))) widest = i;
    });
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return widths;
}

function ellipsis(unicode: boolean): string {
  return unicode ? '…' : '~';
}

function apply(table: TextTable, widths: readonly number[], unicode: boolean): TextTable {
  const cut = (cell: TextCell, i: number): TextCell => ({
    ...cell,
    lines: cell.lines.map((line) => truncate(line, widths[i] ?? 0, ellipsis(unicode))),
  });
  const header = (cell: TextCell, i: number): TextCell =>
    cut({ ...cell, lines: cell.lines.flatMap((line) => wrap(line, widths[i] ?? 0)) }, i);
  const headers = table.headers?.map(header);
  const height = Math.max(1, ...(headers ?? []).map((cell) => cell.lines.length));
  return {
    ...table,
    // Broken headers stand on the line above the values.
    headers: headers?.map((cell) => ({
      ...cell,
      lines: [...new Array<string>(height - cell.lines.length).fill(''), ...cell.lines],
    })),
    rows: table.rows.map((row) => (row === separator ? row : row.map(cut))),
    footer: table.footer?.map(cut),
  };
}

/** One block a row: the headers as labels. Numbers that are too long go on in the next line, text is cut. */
function blocks(table: TextTable, columns: number, unicode: boolean): string {
  const headers = table.right.map((_, i) => table.headers?.[i]?.lines.join(' ') ?? '');
  const labelWidth = Math.min(
    Math.max(0, ...headers.map((line) => textWidth(line))),
    Math.max(4, Math.floor(columns / 2) - 2),
  );
  const room = Math.max(1, columns - labelWidth - 2);
  const block = (row: readonly TextCell[]): string => {
    let out = '';
    row.forEach((cell, i) => {
      const lines = cell.lines
        .filter((line) => line !== '')
        .flatMap((line) => (looksNumeric(line) ? slices(line, room) : [truncate(line, room, ellipsis(unicode))]));
      lines.forEach((line, at) => {
        const label = at > 0 ? '' : truncate(headers[i] ?? '', labelWidth, ellipsis(unicode));
        out += `${' '.repeat(labelWidth - textWidth(label))}${label}${at > 0 || label === '' ? '  ' : ': '}${line}\n`;
      });
    });
    return out;
  };
  const title =
    table.title === ''
      ? ''
      : `${wrap(table.title, columns)
          .map((line) => truncate(line, columns, ellipsis(unicode)))
          .join('\n')}\n\n`;
  const bodies = table.rows.filter((row): row is readonly TextCell[] => row !== separator).map(block);
  const footer = table.footer ? [block(table.footer)] : [];
  const rule = (unicode ? '─' : '-').repeat(Math.min(columns, labelWidth + 2));
  return title + [...bodies, ...footer.map((text) => `${rule}\n${text}`)].join('\n');
}

function slices(text: string, width: number): string[] {
  const out: string[] = [];
  for (let at = 0; at < text.length; at += width) out.push(text.slice(at, at + width));
  return out;
}
