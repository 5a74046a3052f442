import { separator, type TextCell, type TextTable } from './table-model.ts';

function bodyRows(table: TextTable): (readonly TextCell[])[] {
  const rows = [...table.rows, table.footer];
  return rows.filter((row): row is readonly TextCell[] => row !== undefined && row !== separator);
}

/** Markdown: the title as a heading, then a table with alignment marks. Ends with a newline. */
export function tableMarkdown(table: TextTable): string {
  const line = (row: readonly TextCell[]): string =>
    `|${row.map((cell) => ` ${cell.lines.join('<br/>').replaceAll('|', '\\|')} |`).join('')}\n`;
  const marks = `|${table.right.map((right) => (right ? ' ---:|' : ' --- |')).join('')}\n`;
  const headers = table.headers ? line(table.headers) + marks : '';
  return (table.title ? `# ${table.title}\n` : '') + headers + bodyRows(table).map(line).join('');
}

/** CSV as the original writes tables: the title on a line of its own, then headers, rows and sums. Ends with a newline. */
export function tableCsv(table: TextTable): string {
  const field = (cell: TextCell): string => {
    const text = cell.lines.join('\n');
    return /["\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return delimited(table, ',', field);
}

/** TSV as the original writes tables; fields with tabs, line breaks, quotes or four blanks are quoted. */
export function tableTsv(table: TextTable): string {
  const field = (cell: TextCell): string => {
    const text = cell.lines.join('\n');
    return /["\n\t]| {4}/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return delimited(table, '\t', field);
}

function delimited(table: TextTable, delimiter: string, field: (cell: TextCell) => string): string {
  const rows = table.headers ? [table.headers, ...bodyRows(table)] : bodyRows(table);
  const lines = rows.map((row) => row.map(field).join(delimiter).trimEnd());
  return [...(table.title ? [table.title] : []), ...lines].map((line) => line + '\n').join('');
}
