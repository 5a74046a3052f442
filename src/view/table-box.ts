import { paint, type Style, type TerminalFacts } from '#base/terminal.ts';
import { symbols, textWidth } from '#base/width.ts';
import { separator, type TextCell, type TextTable } from './table-model.ts';

interface Box {
  readonly across: string;
  readonly down: string;
  /** Left, crossing and right pieces of a line at the top, below a title, inside, and at the bottom. */
  readonly top: readonly [string, string, string];
  readonly middle: readonly [string, string, string];
  readonly bottom: readonly [string, string, string];
  /** The crossing of a line that only goes down from it. */
  readonly downCross: string;
}

const boxes: Record<'rounded' | 'double' | 'ascii', Box> = {
  rounded: {
    across: '─',
    down: '│',
    top: ['╭', '┬', '╮'],
    middle: ['├', '┼', '┤'],
    bottom: ['╰', '┴', '╯'],
    downCross: '┬',
  },
  double: {
    across: '═',
    down: '║',
    top: ['╔', '╦', '╗'],
    middle: ['╠', '╬', '╣'],
    bottom: ['╚', '╩', '╝'],
    downCross: '╦',
  },
  ascii: {
    across: '-',
    down: '|',
    top: ['+', '+', '+'],
    middle: ['+', '+', '+'],
    bottom: ['+', '+', '+'],
    downCross: '+',
  },
};

/** How a box is drawn. */
export interface BoxOptions {
  readonly box: 'rounded' | 'double' | 'ascii';
  /** Blanks on either side of a cell. */
  readonly padding: number;
  readonly color: TerminalFacts['color'];
  readonly border: Style;
}

/** The width of each column: that of its longest line. */
export function columnWidths(table: TextTable): number[] {
  const rows = [table.headers, ...table.rows, table.footer].filter((row): row is readonly TextCell[] =>
    Array.isArray(row),
  );
  return table.right.map((_, i) =>
    Math.max(0, ...rows.flatMap((row) => (row[i]?.lines ?? []).map((line) => textWidth(line)))),
  );
}

/** A title cut into pieces of at most `width` cells, as the original does, blanks at the ends of a piece removed. */
export function cutTitle(title: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of title.split('\n')) {
    let line = '';
    let used = 0;
    for (const [symbol, cells] of symbols(paragraph)) {
      if (line !== '' && used + cells > width) {
        lines.push(line.trim());
        line = '';
        used = 0;
      }
      line += symbol;
      used += cells;
    }
    lines.push(line.trim());
  }
  return lines;
}

/** Draws a table whose columns are as wide as their text. Ends with a newline. */
export function drawBox(table: TextTable, options: BoxOptions): string {
  const box = boxes[options.box];
  const widths = columnWidths(table);
  const pad = ' '.repeat(options.padding);
  const edge = (text: string): string => paint(text, options.border, options);
  const total = widths.reduce((sum, width) => sum + width + 2 * options.padding + 1, 1);

  const rule = (pieces: readonly [string, string, string]): string => {
    const [left, cross, right] = pieces;
    return `${edge(left + widths.map((width) => box.across.repeat(width + 2 * options.padding)).join(cross) + right)}\n`;
  };
  const row = (cells: readonly TextCell[]): string => {
    const height = Math.max(1, ...cells.map((cell) => cell.lines.length));
    let out = '';
    for (let line = 0; line < height; line++) {
      const parts = cells.map((cell, i) => {
        const text = cell.lines[line] ?? '';
        const gap = ' '.repeat(Math.max(0, (widths[i] ?? 0) - textWidth(text)));
        const shown = paint(text, cell.style, options);
        return pad + (table.right[i] ? gap + shown : shown + gap) + pad;
      });
      out += `${edge(box.down)}${parts.join(edge(box.down))}${edge(box.down)}\n`;
    }
    return out;
  };
  const titleRow = (line: string): string => {
    const inner = Math.max(0, total - 2 - 2 * options.padding);
    const space = Math.max(0, inner - textWidth(line));
    const text = ' '.repeat(Math.ceil(space / 2)) + line + ' '.repeat(Math.floor(space / 2));
    return `${edge(box.down)}${pad}${text}${pad}${edge(box.down)}\n`;
  };

  let out = '';
  if (table.title !== '') {
    out += `${edge(box.top[0] + box.across.repeat(total - 2) + box.top[2])}\n`;
    out += cutTitle(table.title, Math.max(1, total - 2 - 2 * options.padding))
      .map(titleRow)
      .join('');
    out += rule([box.middle[0], box.downCross, box.middle[2]]);
  } else out += rule(box.top);
  if (table.headers) out += row(table.headers) + rule(box.middle);
  table.rows.forEach((cells, i) => {
    if (cells !== separator) out += row(cells);
    // A separator at the end would double the line that follows.
    else if (i > 0 && i < table.rows.length - 1) out += rule(box.middle);
  });
  if (table.footer) out += (table.rows.length > 0 ? rule(box.middle) : '') + row(table.footer);
  return out + rule(box.bottom);
}
