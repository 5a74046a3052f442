import { Terminal } from '@xterm/headless';
import { plainOutput, type TerminalFacts } from '#base/terminal.ts';
import { type Size, type StopHooks, shareKeys, type TermIO } from './io.ts';
import { createKeyDecoder, type Key } from './keys.ts';

/** A terminal for tests: what is written shows on an emulated screen, keys are typed as bytes. */
export interface FakeTerminal extends TermIO {
  /** Everything written so far. */
  readonly output: string;
  /** The rows of the visible screen, blanks at their ends removed, empty rows at the bottom left out. */
  screen(): Promise<string[]>;
  cursor(): Promise<{ row: number; column: number }>;
  type(text: string): void;
  endInput(): void;
  resize(size: Size): void;
  exit(): void;
  /** Goes on after `suspend`. */
  resume(): void;
  readonly rawMode: boolean;
  /** 'alternate' while the alternate screen shows. */
  readonly buffer: 'normal' | 'alternate';
  /** Resolves after everything written and typed so far was taken. */
  settled(): Promise<void>;
}

/** Makes a terminal of the given size (default 80 by 24) for tests of what talks to one. */
export function fakeTerminal(size: Size = { columns: 80, rows: 24 }, more: Partial<TerminalFacts> = {}): FakeTerminal {
  const terminal = new Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true, scrollback: 1000 });
  const decoder = createKeyDecoder();
  const queue: Key[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  let output = '';
  let raw = false;
  const resizers = new Set<() => void>();
  const exits = new Set<() => void>();
  const stops = new Set<StopHooks>();

  async function* typed(): AsyncGenerator<Key> {
    for (;;) {
      const next = queue.shift();
      if (next) yield next;
      else if (ended) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const flush = (): Promise<void> => new Promise((resolve) => terminal.write('', resolve));
  const keys = shareKeys(typed());

  return {
    facts: { ...plainOutput, isTTY: true, columns: size.columns, rows: size.rows, ...more },
    write(text) {
      output += text;
      // A terminal driver adds the carriage return.
      terminal.write(text.replace(/\r?\n/g, '\r\n'));
    },
    keys,
    raw(on) {
      raw = on;
    },
    size: () => size,
    onResize(run) {
      resizers.add(run);
      return () => resizers.delete(run);
    },
    onExit(run) {
      exits.add(run);
      return () => exits.delete(run);
    },
    onStop(hooks) {
      stops.add(hooks);
      return () => stops.delete(hooks);
    },
    suspend() {
      for (const { leave } of stops) leave();
    },
    resume() {
      for (const { back } of stops) back();
    },
    get output() {
      return output;
    },
    async screen() {
      await flush();
      const { active } = terminal.buffer;
      const rows = Array.from(
        { length: terminal.rows },
        (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
      );
      return rows.slice(0, rows.findLastIndex((row) => row.trimEnd() !== '') + 1).map((row) => row.trimEnd());
    },
    async cursor() {
      await flush();
      return { row: terminal.buffer.active.cursorY, column: terminal.buffer.active.cursorX };
    },
    type(text) {
      queue.push(...decoder.push(new TextEncoder().encode(text)), ...decoder.flush());
      wake?.();
    },
    endInput() {
      ended = true;
      wake?.();
    },
    resize(next) {
      size = next;
      terminal.resize(next.columns, next.rows);
      for (const run of resizers) run();
    },
    exit() {
      for (const run of exits) run();
    },
    get rawMode() {
      return raw;
    },
    get buffer() {
      return terminal.buffer.active.type;
    },
    async settled() {
      for (let quiet = 0; quiet < 3; ) {
        const before = output.length + queue.length;
        await flush();
        await new Promise<void>((resolve) => setImmediate(resolve));
        quiet = before === output.length + queue.length && queue.length === 0 ? quiet + 1 : 0;
      }
    },
  };
}
