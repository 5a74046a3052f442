import { fail } from './errors.ts';

/** A cell as it comes: nothing is an empty cell, everything else its plain text. */
export type Cell = string | number | bigint | boolean | null | undefined;

function plain(cell: Cell): string {
  return cell === null || cell === undefined ? '' : String(cell);
}

/** One line of CSV without its end (RFC 4180): cells with separators, quotes, line ends or blanks at an end are quoted. */
export function csvLine(cells: readonly Cell[], separator = ','): string {
  const line = cells.map((cell) => csvCell(plain(cell), separator)).join(separator);
  // A line with one empty cell would read as an empty line.
  return line === '' && cells.length === 1 ? '""' : line;
}

function csvCell(text: string, separator: string): string {
  if (!/["\r\n]|^\s|\s$/.test(text) && !text.includes(separator)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}

const tsvEscapes: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

/** One line of TSV without its end: tabs, line ends and backslashes are written as \t, \n, \r and \\. */
export function tsvLine(cells: readonly Cell[]): string {
  return cells.map((cell) => plain(cell).replace(/[\t\n\r\\]/g, (c) => tsvEscapes[c] ?? c)).join('\t');
}

/** Reads a line that `tsvLine` wrote. */
export function parseTsvLine(line: string): string[] {
  const back: Record<string, string> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };
  return line.split('\t').map((cell) => cell.replace(/\\([tnr\\])/g, (whole, c: string) => back[c] ?? whole));
}

/**
 * Reads CSV (RFC 4180): lines end in LF or CRLF, quoted cells may hold separators and line ends, empty lines are skipped.
 * Throws a usage BoxError that names the line of a quote in the wrong place.
 */
export function parseCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const [cell, end] = readCell(text, at, separator, line);
    line += cell.split('\n').length - 1;
    row.push(cell);
    at = end;
    if (text.startsWith(separator, at)) {
      at += separator.length;
      if (at === text.length) row.push('');
      continue;
    }
    const quotedOrMore = row.length > 1 || row[0] !== '' || text[end - 1] === '"';
    if (quotedOrMore) rows.push(row);
    row = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

function readCell(text: string, start: number, separator: string, line: number): [string, number] {
  if (text[start] !== '"') {
    let end = start;
    while (
      end < text.length &&
      text[end] !== '\n' &&
      !text.startsWith('\r\n', end) &&
      !text.startsWith(separator, end)
    ) {
      if (text[end] === '"') throw fail('usage', `CSV line ${line}: a quote inside of an unquoted cell`);
      end += 1;
    }
    return [text.slice(start, end), end];
  }
  let cell = '';
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw fail('usage', `CSV line ${line}: a quoted cell is not closed`);
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = quote + 1;
      const closed =
        end >= text.length || text[end] === '\n' || text.startsWith('\r\n', end) || text.startsWith(separator, end);
      if (!closed) throw fail('usage', `CSV line ${line}: text behind a quoted cell`);
      return [cell, end];
    }
    cell += '"';
    at = quote + 2;
  }
}
