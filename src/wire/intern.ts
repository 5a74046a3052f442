import { textOf } from './bytes.ts';

export interface Interner {
  /** Text of `buf[start, end)`, the same string object for the same bytes as long as it is remembered. */
  text(buf: Uint8Array, start: number, end: number): string;
}

/**
 * Remembers the text of recent byte runs by hash: subjects repeat, and making a string costs more than
 * comparing twenty bytes. A slot holds one entry, so memory is bounded by `slots` (a power of two) and `longest`.
 */
export function createInterner(slots = 1024, longest = 128): Interner {
  let texts: string[] = [];
  let keys: (Uint8Array | undefined)[] = [];
  const mask = slots - 1;

  function text(buf: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length > longest) return textOf(buf, start, end);
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ buf[i]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & mask;
    const key = keys[slot];
    if (key !== undefined && key.length === length) {
      let i = 0;
      while (i < length && key[i] === buf[start + i]) i++;
      if (i === length) return texts[slot]!;
    }
    if (keys.length === 0) {
      // At first use: a one-shot publisher never gets here.
      texts = new Array<string>(slots).fill('');
      keys = new Array<Uint8Array | undefined>(slots).fill(undefined);
    }
    const made = textOf(buf, start, end);
    keys[slot] = buf.slice(start, end);
    texts[slot] = made;
    return made;
  }

  return { text };
}
