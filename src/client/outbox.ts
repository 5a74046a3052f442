import { emptyBytes } from '#wire/bytes.ts';
import { FrameQueue } from '#wire/writer.ts';
import type { Link } from './link.ts';

/** Queued bytes at which a publish loop without pauses hands them to the kernel: best of 64, 128 and 512 K in trials. */
const FLUSH_AT = 128 * 1024;
/** Queued bytes above which `writable` makes the publisher wait. */
const HIGH = 1024 * 1024;

/** Whole frames on their way out, and when they go: at the end of the tick, or earlier when many wait. */
export class Outbox {
  readonly frames = new FrameQueue();
  /** While set, frames wait for `uncork`: a chunk of input is being handled and answers leave together. */
  corked = false;
  #link: Link | undefined;
  #scheduled = false;
  /** The kernel took nothing: asking again before it says `drain` would be a system call for each message. */
  #blocked = false;
  #waiting: { promise: Promise<void>; resolve: () => void } | undefined;
  /** Made once: a function with `this` written where it is used would cost an object at each call around it. */
  readonly #tickOver = (): void => {
    this.#scheduled = false;
    this.push();
  };

  /** Bytes waiting. */
  get length(): number {
    return this.frames.length;
  }

  /**
   * Goes on over a fresh link. Returns the messages that the last one did not take completely; control lines of the
   * old link mean nothing on the new one.
   */
  attach(link: Link): Uint8Array {
    const kept = this.frames.length > 0 ? this.frames.unsentMessages() : emptyBytes;
    this.frames.clear();
    this.#link = link;
    this.#blocked = false;
    return kept;
  }

  detach(): void {
    this.#link = undefined;
  }

  /** Makes sure that what is queued leaves at the end of the tick. */
  kick(): void {
    if (this.frames.length >= FLUSH_AT) this.push();
    else if (!this.corked && !this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(this.#tickOver);
    }
  }

  uncork(): void {
    this.corked = false;
    this.push();
  }

  /** The kernel takes bytes again. */
  drained(): void {
    this.#blocked = false;
    this.push();
  }

  /** Hands to the kernel what it takes. */
  push(): void {
    const { frames } = this;
    const link = this.#link;
    while (link !== undefined && !this.#blocked && frames.length > 0) {
      const taken = link.write(frames.buf, frames.head, frames.length);
      if (taken > 0) frames.sent(taken);
      else this.#blocked = true;
    }
    if (this.#waiting !== undefined && frames.length <= (frames.lent ? 0 : HIGH / 2)) this.wake();
  }

  /** What follows lent frames would have to be copied behind them: it waits until they have left. */
  #roomy(): boolean {
    return this.frames.length < (this.frames.lent ? 1 : HIGH);
  }

  /** Undefined while there is room, else a promise for when there is. */
  writable(): Promise<void> | undefined {
    if (this.#roomy()) return undefined;
    this.push();
    if (this.#roomy()) return undefined;
    if (!this.#waiting) {
      let resolve = (): void => {};
      const promise = new Promise<void>((r) => {
        resolve = r;
      });
      this.#waiting = { promise, resolve };
    }
    return this.#waiting.promise;
  }

  /** Lets waiting publishers go on: there is room, or there will never be. */
  wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
