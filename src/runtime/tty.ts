// The terminal as a device: its mode, its size, and the bytes typed. Two ways to reach it.
import type { TerminalFacts } from '#base/terminal.ts';
import type { Size } from '#term/io.ts';
import { ttyHandle, windowSize } from './sink.ts';

/** What a terminal is asked for. */
export interface Tty {
  /** Bytes one by one, without echo and signals. */
  raw(on: boolean): void;
  size(): Size;
  /** Calls `run` when the window changed; the result stops that. */
  onResize(run: () => void): () => void;
  /** What is typed; asked for once. */
  bytes(): AsyncGenerator<Uint8Array>;
}

/** stdin and stdout as streams: reading stops whenever raw mode ends, so that other programs can have the terminal between. */
export function streamTty(facts: TerminalFacts): Tty {
  const { stdin, stdout } = process;
  return {
    raw: (on) => {
      stdin.setRawMode?.(on);
      if (on) stdin.resume();
      else stdin.pause();
    },
    size: () => ({ columns: stdout.columns || facts.columns, rows: stdout.rows || facts.rows }),
    onResize: (run) => {
      stdout.on('resize', run);
      return () => stdout.off('resize', run);
    },
    bytes: stdinBytes,
  };
}

/**
 * The terminal without the streams of stdin and stdout, which cost more than a whole start. Once it reads it reads to the
 * end: for what has the terminal to itself until the process ends. Undefined where there is no such way.
 */
export function directTty(facts: TerminalFacts): Tty | undefined {
  const input = ttyHandle(0);
  if (!input) return undefined;
  return {
    raw: (on) => input.setRawMode(on ? 1 : 0),
    size: () => {
      const [columns, rows] = windowSize();
      return { columns: columns || facts.columns, rows: rows || facts.rows };
    },
    onResize: (run) => {
      process.on('SIGWINCH', run);
      return () => process.off('SIGWINCH', run);
    },
    async *bytes() {
      yield* Bun.stdin.stream();
    },
  };
}

async function* stdinBytes(): AsyncGenerator<Uint8Array> {
  const { stdin } = process;
  const waiting: Uint8Array[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  stdin.on('data', (chunk: Uint8Array) => {
    waiting.push(chunk);
    wake?.();
  });
  for (const event of ['end', 'close', 'error']) {
    stdin.on(event, () => {
      ended = true;
      wake?.();
    });
  }
  for (;;) {
    const chunk = waiting.shift();
    if (chunk) yield chunk;
    else if (ended) return;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  }
}
