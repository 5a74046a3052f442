import type { TerminalFacts } from '#base/terminal.ts';
import type { Key } from './keys.ts';

/** A window in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal to talk to. The runtime makes it from stdin and stdout, tests from arrays. */
export interface TermIO {
  readonly facts: TerminalFacts;
  write(text: string): void;
  /**
   * The keys typed from now on. Ending the iteration (return, break) leaves the input open and loses no key: the next call
   * goes on where it stopped. Ends when the input ends.
   */
  keys(): AsyncIterable<Key>;
  /** Raw mode: keys one by one, no echo, Ctrl-C is a key. */
  raw(on: boolean): void;
  size(): Size;
  /** Calls `run` after the window changed its size; the result stops that. */
  onResize(run: () => void): () => void;
  /** Calls `run` before the process ends, however it ends; the result takes it back. `run` is short and synchronous. */
  onExit(run: () => void): () => void;
  /**
   * Calls `leave` before the process is stopped, by `suspend` or from outside with SIGTSTP, and `back` when it goes on;
   * the result takes it back. Both are short and synchronous.
   */
  onStop(hooks: StopHooks): () => void;
  /** Stops the process as Ctrl-Z does: the shell has the terminal until it lets the process go on. */
  suspend(): void;
}

/** What gives the terminal back for a while, and takes it again. */
export interface StopHooks {
  leave(): void;
  back(): void;
}

/**
 * One stream of keys for many readers, one after the other: makes what `TermIO.keys` is. A key is asked for only when a
 * reader waits; a reader that stops while waiting leaves the key that then comes to the next one.
 */
export function shareKeys(source: AsyncIterable<Key>): () => AsyncIterable<Key> {
  const ready: Key[] = [];
  let input: AsyncIterator<Key> | undefined;
  let asking: Promise<void> | undefined;
  let ended = false;

  const ask = async (): Promise<void> => {
    input ??= source[Symbol.asyncIterator]();
    try {
      const result = await input.next();
      if (result.done) ended = true;
      else ready.push(result.value);
    } finally {
      asking = undefined;
    }
  };

  return () => ({
    [Symbol.asyncIterator](): AsyncIterator<Key, undefined> {
      let left = false;
      let leave = (): void => {};
      const gone = new Promise<void>((resolve) => {
        leave = resolve;
      });
      return {
        async next() {
          while (!left && ready.length === 0 && !ended) {
            asking ??= ask();
            await Promise.race([asking, gone]);
          }
          const value = left ? undefined : ready.shift();
          return value === undefined ? { done: true, value: undefined } : { done: false, value };
        },
        async return() {
          left = true;
          leave();
          return { done: true, value: undefined };
        },
      };
    },
  });
}
