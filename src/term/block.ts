import { textWidth } from '#base/width.ts';
import type { TermIO } from './io.ts';

/** Lines above and at the cursor that are drawn over and over, as prompts and completion lists need them. */
export interface Block {
  /**
   * Replaces what the block shows. Lines are safe text no wider than the window (styles allowed); the cursor is put at the
   * given place, by default after the last line. At most as many lines as the window has rows are kept, the last ones.
   */
  show(lines: readonly string[], cursor?: { readonly row: number; readonly column: number }): void;
  /** Takes what is shown off the screen; the cursor goes to where the block begins. */
  clear(): void;
  /** Shows lines for good; the cursor goes to the line below, and the block is done. */
  finish(lines: readonly string[]): void;
}

/** A block that begins at the cursor's line, which has to be empty. */
export function createBlock(io: TermIO): Block {
  let drawn: readonly string[] = [];
  let at = { row: 0, column: 0 };

  /** Back to the first line, with everything below erased. Lines may have been broken by a narrower window. */
  const home = (): string => {
    const { columns } = io.size();
    const folded = (width: number): number => Math.max(1, Math.ceil(width / Math.max(1, columns)));
    const above = drawn.slice(0, at.row).reduce((rows, line) => rows + folded(textWidth(line)), 0);
    const up = above + (at.column > 0 ? folded(at.column) - 1 : 0);
    return `\r${up > 0 ? `\x1b[${up}A` : ''}\x1b[J`;
  };

  const leave = (text: string): void => {
    io.write(home() + text);
    drawn = [];
    at = { row: 0, column: 0 };
  };

  return {
    show(lines, cursor) {
      const skipped = Math.max(0, lines.length - io.size().rows);
      const kept = lines.slice(skipped);
      const last = { row: Math.max(0, kept.length - 1), column: textWidth(kept.at(-1) ?? '') };
      const next = cursor ? { row: Math.max(0, cursor.row - skipped), column: cursor.column } : last;
      const up = last.row - next.row;
      const back = `${up > 0 ? `\x1b[${up}A` : ''}\r${next.column > 0 ? `\x1b[${next.column}C` : ''}`;
      io.write(home() + kept.join('\r\n') + (cursor ? back : ''));
      drawn = kept;
      at = next;
    },
    clear: () => leave(''),
    finish: (lines) => leave(lines.map((line) => `${line}\r\n`).join('')),
  };
}
