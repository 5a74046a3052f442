/** Lines typed before, oldest first, and a place in them while the arrows move through. */
export interface History {
  readonly lines: readonly string[];
  /** Adds a line at the end, unless it is blank, begins with a blank (so that secrets can be kept out) or repeats the last. */
  add(line: string): void;
  /** Begins a walk from the line that is being typed, which is kept as the newest. */
  start(draft: string): void;
  /** The next older or newer line, or undefined at the end. `current` is what stands in the editor now. */
  older(current: string): string | undefined;
  newer(current: string): string | undefined;
  /** Index of the newest line before `before` that contains the text, or -1. */
  search(text: string, before: number): number;
}

/** A history of at most `size` lines. */
export function createHistory(lines: readonly string[] = [], size = 1000): History {
  const kept = lines.slice(-size);
  /** Lines as edited during this walk; the last one is the draft. */
  let walk: string[] = [...kept, ''];
  let at = kept.length;
  const step = (current: string, by: number): string | undefined => {
    if (at + by < 0 || at + by >= walk.length) return undefined;
    walk[at] = current;
    at += by;
    return walk[at];
  };
  return {
    get lines() {
      return kept;
    },
    add(line) {
      if (line.trim() === '' || /^\s/.test(line) || line === kept.at(-1)) return;
      kept.push(line);
      if (kept.length > size) kept.shift();
    },
    start(draft) {
      walk = [...kept, draft];
      at = kept.length;
    },
    older: (current) => step(current, -1),
    newer: (current) => step(current, 1),
    search(text, before) {
      for (let i = Math.min(before, kept.length) - 1; i >= 0; i--) if (kept[i]?.includes(text)) return i;
      return -1;
    },
  };
}
