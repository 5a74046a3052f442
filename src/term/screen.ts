import { paint, type Style } from '#base/terminal.ts';
import { visibleLine } from '#base/visible.ts';
import { symbols } from '#base/width.ts';
import type { Size, TermIO } from './io.ts';

/**
 * A part of a line. Plain strings and `text` may come from the network: control characters in them are shown, not sent.
 * `ansi` is text that our own views coloured: of its escape sequences only colours and styles pass.
 */
export type Span = string | { readonly text: string; readonly style: Style } | { readonly ansi: string };
/** One line of the screen. */
export type Line = string | readonly Span[];

/** What the screen shows at one time. */
export interface Frame {
  /** From the top; what does not fit the window is cut off. */
  readonly lines: readonly Line[];
  /** Where the cursor stands, counted from 0; hidden when left out. */
  readonly cursor?: { readonly row: number; readonly column: number };
}

/** A terminal taken over for full-screen output. */
export interface Screen {
  readonly size: Size;
  /** Shows a frame: writes the lines that differ from what is there, in one piece. Does nothing after `stop`. */
  draw(frame: Frame): void;
  /** Forgets what is there: the next frame is written in full. For use after another program had the terminal. */
  invalidate(): void;
  /** Gives the terminal back as it was. May be called again and again. */
  stop(): void;
}

/** How the terminal is taken over. */
export interface ScreenOptions {
  /** The alternate screen, which leaves what was there before untouched. Default true. */
  readonly alternate?: boolean;
  /** Called after the window changed and the last frame was shown again, so that a new one can be made. */
  readonly onResize?: (size: Size) => void;
}

/** No window is larger for us, whatever the terminal says. */
const largest: Size = { columns: 1000, rows: 500 };

const mouseOff = '\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l';
const enter = '\x1b[?1049h';
const leave = '\x1b[?1049l';
const hide = '\x1b[?25l';
const show = '\x1b[?25h';
const clear = '\x1b[H\x1b[2J';

/** Takes over the terminal until `stop`, which is also called when the process ends in any other way. */
export function createScreen(io: TermIO, options: ScreenOptions = {}): Screen {
  const alternate = options.alternate ?? true;
  let shown: string[] | undefined;
  let last: Frame | undefined;
  let running = true;
  let size = bounded(io.size());

  io.write(`${alternate ? enter : ''}${hide}`);

  const draw = (frame: Frame): void => {
    if (!running) return;
    last = frame;
    const next = Array.from({ length: size.rows }, (_, row) =>
      renderLine(frame.lines[row] ?? '', size.columns, io.facts.color !== 0),
    );
    let out = '';
    next.forEach(({ text, width }, row) => {
      if (shown?.[row] === text) return;
      // Erasing after a full line would take its last character away: the cursor still stands on it.
      const rest = width < size.columns ? '\x1b[K' : '';
      if (shown !== undefined || text !== '') out += `\x1b[${row + 1};1H${text}${rest}`;
    });
    if (shown === undefined) out = clear + out;
    shown = next.map(({ text }) => text);
    const { cursor } = frame;
    if (cursor && cursor.row < size.rows) {
      out += `\x1b[${cursor.row + 1};${Math.min(cursor.column, size.columns - 1) + 1}H${show}`;
    } else if (out !== '') out = `${hide}${out}`;
    if (out !== '') io.write(out);
  };

  const offResize = io.onResize(() => {
    size = bounded(io.size());
    shown = undefined;
    if (last) draw(last);
    options.onResize?.(size);
  });

  const giveBack = (): string => {
    const end = alternate ? leave : `\x1b[${Math.min(lastRow(shown) + 2, size.rows)};1H`;
    return `${mouseOff}\x1b[0m${show}${end}`;
  };
  const restore = (): void => {
    if (!running) return;
    running = false;
    offResize();
    io.write(giveBack());
  };
  const offExit = io.onExit(restore);
  const offStop = io.onStop({
    leave: () => {
      if (running) io.write(giveBack());
    },
    back: () => {
      if (!running) return;
      size = bounded(io.size());
      shown = undefined;
      io.write(`${alternate ? enter : ''}${hide}`);
      if (last) draw(last);
    },
  });

  return {
    get size() {
      return size;
    },
    draw,
    invalidate() {
      shown = undefined;
    },
    stop() {
      restore();
      offExit();
      offStop();
    },
  };
}

function bounded(size: Size): Size {
  const clamp = (value: number, most: number): number =>
    Math.max(1, Math.min(Number.isFinite(value) ? Math.trunc(value) : 1, most));
  return { columns: clamp(size.columns, largest.columns), rows: clamp(size.rows, largest.rows) };
}

function lastRow(lines: readonly string[] | undefined): number {
  return lines?.findLastIndex((line) => line !== '') ?? -1;
}

const style = /\x1b\[[\d;]*m/g;

/** One line in at most `columns` cells, with no escape sequence but styles (none when `color` is false), each one closed. */
export function renderLine(line: Line, columns: number, color: boolean): { text: string; width: number } {
  let text = '';
  let width = 0;
  const add = (plain: string): string => {
    if (/^[\x20-\x7e]*$/.test(plain)) {
      const cut = plain.slice(0, columns - width);
      width += cut.length;
      return cut;
    }
    let out = '';
    for (const [symbol, cells] of symbols(visibleLine(plain))) {
      if (width + cells > columns) break;
      out += symbol;
      width += cells;
    }
    return out;
  };
  for (const span of typeof line === 'string' ? [line] : line) {
    if (typeof span === 'string') text += add(span);
    else if ('text' in span) text += paint(add(span.text), span.style, { color: color ? 1 : 0 });
    else {
      let open = false;
      let at = 0;
      for (const match of span.ansi.matchAll(style)) {
        text += add(span.ansi.slice(at, match.index)) + (color ? match[0] : '');
        open = color && !/^\x1b\[0*m$/.test(match[0]);
        at = match.index + match[0].length;
      }
      text += add(span.ansi.slice(at)) + (open ? '\x1b[0m' : '');
    }
  }
  return { text, width };
}
