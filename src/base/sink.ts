/** Where text and bytes go. Writes are buffered and leave in order; a closed pipe ends the program quietly. */
export interface Sink {
  write(chunk: string | Uint8Array): void;
  /** Writes the text and a newline. */
  line(text?: string): void;
  /** Resolves when everything written so far has left, applying the reader's pace. */
  flush(): Promise<void>;
  readonly isTTY: boolean;
}
