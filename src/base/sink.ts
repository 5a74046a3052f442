/** Where text and bytes go. Writes are buffered and leave in order; a closed pipe ends the program quietly. */
export interface Sink {
  write(chunk: string | Uint8Array): void;
  /** Writes the text and a newline. */
  line(text?: string): void;
  /** Resolves when everything written so far has left, applying the reader's pace. */
  flush(): Promise<void>;
  readonly isTTY: boolean;
  /**
   * A slab to put bytes into directly, for commands that print as fast as a server can send. Not to be mixed with
   * `write`. `onPressure` is told when the reader falls behind (true) and when it has caught up (false).
   */
  bulk?(onPressure: (behind: boolean) => void): Bulk;
}

/** Output as a slab: `reserve` room, fill `buf` from the offset it gives, set `tail` behind what was filled. */
export interface Bulk {
  readonly buf: Uint8Array;
  tail: number;
  /** Bytes in slabs that wait for the reader. */
  readonly held: number;
  /** Makes room for so many bytes behind `tail` and returns `tail`. `buf` may be another one afterwards. */
  reserve(bytes: number): number;
  /** Sends what is there at the end of the tick. */
  kick(): void;
  /** Resolves when everything has left. */
  end(): Promise<void>;
}
