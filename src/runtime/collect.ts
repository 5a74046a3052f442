// Messages that were copied are garbage a moment later, but lie outside of the heap, so that the collector sees no need:
// without a word from us a reader of millions of messages would hold a hundred megabytes of it.

/** Bytes between two collections. */
const EVERY = 4 * 1024 * 1024;
/** A collection of a small heap takes a millisecond; one that takes longer is not wanted more often than this share. */
const SHARE = 1 / 10;

let since = 0;
let notBefore = 0;

/** Counts what was left to the collector, and collects now and then. */
export function noteGarbage(bytes: number): void {
  since += bytes;
  if (since < EVERY || typeof Bun === 'undefined') return;
  const start = performance.now();
  if (start < notBefore) return;
  since = 0;
  Bun.gc(true);
  const end = performance.now();
  notBefore = end + (end - start) / SHARE;
}
