import { utf8 } from '#wire/bytes.ts';

const SECOND = 1_000_000_000;

/** Text of times to the second. Messages come in order: the next one is nearly always of the same second, whose bytes are known. */
export class SecondText {
  readonly #format: (ns: bigint) => string;
  /** First nanosecond of the second whose text is known. */
  #from = 0n;
  #text: Uint8Array | undefined;
  /** Nanoseconds of the time last asked for, behind its second. */
  nano = 0;

  constructor(format: (ns: bigint) => string) {
    this.#format = format;
  }

  /** Unix nanoseconds, not before 1970. */
  of(ns: bigint): Uint8Array {
    this.nano = Number(ns - this.#from);
    if (this.#text && this.nano >= 0 && this.nano < SECOND) return this.#text;
    this.nano = Number(ns % 1_000_000_000n);
    this.#from = ns - BigInt(this.nano);
    this.#text = utf8.encode(this.#format(this.#from));
    return this.#text;
  }
}
