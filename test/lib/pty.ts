// A program in a real pseudo terminal, with the screen it makes there. Needs Bun, whose spawn can make one.
import { Terminal } from '@xterm/headless';

export interface Pty {
  /** The rows of the visible screen without blanks at their ends. */
  screen(): Promise<string[]>;
  /** Resolves with the screen when it matches; rejects with the screen after `ms`. */
  until(what: RegExp | ((rows: string[]) => boolean), ms?: number): Promise<string[]>;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Everything the program wrote. */
  readonly output: string;
  readonly buffer: 'normal' | 'alternate';
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<number>;
}

/** Whether this runtime can start programs in a pseudo terminal. */
export const hasPty = typeof Bun !== 'undefined';

/** Starts `argv` in a terminal of that size. */
export function startPty(
  argv: readonly string[],
  options: { columns?: number; rows?: number; env?: Record<string, string> } = {},
): Pty {
  const size = { columns: options.columns ?? 180, rows: options.rows ?? 40 };
  const emulator = new Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  const decoder = new TextDecoder();
  let output = '';
  const waiting = new Set<() => void>();
  const child = Bun.spawn([...argv], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', TZ: 'UTC', ...options.env },
    terminal: {
      cols: size.columns,
      rows: size.rows,
      data(_terminal, bytes) {
        const text = decoder.decode(bytes, { stream: true });
        output += text;
        emulator.write(text, () => {
          for (const wake of waiting) wake();
        });
      },
    },
  });
  const rowsNow = (): string[] => {
    const { active } = emulator.buffer;
    return Array.from({ length: emulator.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  };
  const screen = (): Promise<string[]> => new Promise((resolve) => emulator.write('', () => resolve(rowsNow())));
  return {
    screen,
    until(what, ms = 15_000) {
      const fits = typeof what === 'function' ? what : (rows: string[]) => what.test(rows.join('\n'));
      return new Promise((resolve, reject) => {
        const end = (run: () => void): void => {
          clearTimeout(timer);
          waiting.delete(look);
          run();
        };
        const look = (): void => {
          const rows = rowsNow();
          if (fits(rows)) end(() => resolve(rows));
        };
        const timer = setTimeout(
          () => end(() => reject(new Error(`never on the screen: ${what}\n${rowsNow().join('\n')}`))),
          ms,
        );
        waiting.add(look);
        look();
      });
    },
    type: (text) => child.terminal?.write(text),
    resize(columns, rows) {
      emulator.resize(columns, rows);
      child.terminal?.resize(columns, rows);
    },
    get output() {
      return output;
    },
    get buffer() {
      return emulator.buffer.active.type;
    },
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    exited: child.exited,
  };
}
