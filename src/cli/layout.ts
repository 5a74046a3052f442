/** Wraps each line of a text at a width, keeping the line's own indentation for its continuation. */
export function wrapText(text: string, width: number, indent = ''): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width, indent))
    .join('\n');
}

function wrapLine(line: string, width: number, indent: string): string {
  const lead = /^\s*/.exec(line)?.[0] ?? '';
  if (line.trim() === '') return '';
  const room = Math.max(20, width - indent.length);
  if (line.length <= room) return indent + line;
  const rows: string[] = [];
  let row = lead;
  for (const word of line.trim().split(/\s+/)) {
    const joined = row === lead ? row + word : `${row} ${word}`;
    if (joined.length > room && row !== lead) {
      rows.push(indent + row);
      row = lead + word;
    } else row = joined;
  }
  rows.push(indent + row);
  return rows.join('\n');
}

/** Two aligned columns; a first column that is too wide gets a line of its own. */
export function twoColumns(rows: readonly (readonly [string, string])[], width: number): string {
  const most = Math.max(30, Math.floor((width * 0.75) / 2));
  let first = 0;
  for (const [left] of rows) if (left.length < most) first = Math.max(first, left.length);
  const pad = ' '.repeat(first + 4);
  const out: string[] = [];
  for (const [left, right] of rows) {
    const lines = wrapText(right, width - first - 4).split('\n');
    if (left.length >= most) {
      out.push(`  ${left}`, ...lines.map((l) => (l === '' ? '' : pad + l)));
      continue;
    }
    out.push(`  ${left.padEnd(first)}  ${lines[0] ?? ''}`.trimEnd());
    out.push(...lines.slice(1).map((l) => (l === '' ? '' : pad + l)));
  }
  return out.join('\n') + '\n';
}
