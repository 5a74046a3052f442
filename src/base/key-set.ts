/** Slots of the largest set: 8 MiB. */
const MOST = 2 ** 21;

/**
 * Remembers byte runs by a seeded hash, in memory that does not grow: for telling whether a name came before. A name that
 * did not is taken for one that did with a chance of about one in 10^9.
 */
export interface KeySet {
  /** Notes the bytes; false when they were noted before. When the set is full it notes no more and says true. */
  add(buf: Uint8Array, start: number, end: number): boolean;
}

/** A set with room for `expected` names, but for no more than 1.5 million. */
export function createKeySet(expected: number): KeySet {
  let slots = 1024;
  while (slots < MOST && slots * 0.7 < expected) slots *= 2;
  const most = Math.floor(slots * 0.75);
  const mask = slots - 1;
  const marks = new Int32Array(slots);
  const seeds = crypto.getRandomValues(new Int32Array(2));
  let count = 0;

  return {
    add(buf, start, end) {
      let a = seeds[0]!;
      let b = seeds[1]!;
      for (let i = start; i < end; i++) {
        const c = buf[i]!;
        a = Math.imul(a ^ c, 0x01000193);
        b = Math.imul((b << 5) | (b >>> 27), 0x2c1b3c6d) ^ c;
      }
      a ^= a >>> 15;
      // A mark of zero is an empty slot.
      if (b === 0) b = 1;
      for (let slot = a & mask; ; slot = (slot + 1) & mask) {
        const mark = marks[slot]!;
        if (mark === b) return false;
        if (mark !== 0) continue;
        if (count >= most) return true;
        count++;
        marks[slot] = b;
        return true;
      }
    },
  };
}
