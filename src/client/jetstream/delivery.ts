// What the reply subject of a delivered message tells (ADR-15), in place and as values.
import { textOf } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { leave } from '../garbage.ts';

const DOT = 46;
/** `$JS.ACK.` */
const PREFIX = [36, 74, 83, 46, 65, 67, 75, 46] as const;
/** Tokens of the longer form, and of the one with something random behind it. */
const TOKENS = 12;

/** What the reply subject of a delivered message tells (ADR-15). */
export interface Delivery {
  readonly domain: string;
  readonly stream: string;
  readonly consumer: string;
  readonly delivered: number;
  readonly streamSeq: bigint;
  readonly consumerSeq: bigint;
  /** Unix nanoseconds. */
  readonly time: bigint;
  readonly pending: bigint;
}

/** Numbers of the tokens, from the name of the stream on. */
const places = { stream: 0, consumer: 1, delivered: 2, streamSeq: 3, consumerSeq: 4, time: 5, pending: 6 } as const;
export type TokenName = keyof typeof places;

/** A whole number in decimal digits: exact, as bigint where a number would not be. */
function wholeAt(buf: Uint8Array, start: number, end: number): number | bigint {
  if (end - start > 15) return BigInt(textOf(buf, start, end));
  let n = 0;
  for (let i = start; i < end; i++) n = n * 10 + buf[i]! - 48;
  return n;
}

/**
 * Reads the `$JS.ACK` subjects of both forms where they lie. One object is for many messages: `read` one, ask for what is
 * needed, go on. Counts of the same unit may be compared with `<` and `===` of their `Number`; bigint only beyond 10^15.
 */
export class AckSubject {
  #buf: Uint8Array = new Uint8Array(0);
  /** Where tokens begin; behind the last one, the end plus one. */
  readonly #at = new Int32Array(TOKENS + 1);
  /** Number of the token with the stream's name: 2, or 4 behind domain and account. */
  #base = 2;

  /** Whether the bytes are such a subject. They must stay as they are until the next `read`. */
  read(buf: Uint8Array, start: number, end: number): boolean {
    const at = this.#at;
    if (end - start < 21) return false;
    for (let i = 0; i < 8; i++) if (buf[start + i] !== PREFIX[i]) return false;
    at[2] = start + 8;
    let tokens = 3;
    for (let i = start + 8; i < end; i++) {
      if (buf[i] !== DOT) continue;
      if (tokens < TOKENS) at[tokens] = i + 1;
      tokens++;
    }
    if (tokens !== 9 && tokens < 11) return false;
    if (tokens <= TOKENS) at[tokens] = end + 1;
    this.#base = tokens === 9 ? 2 : 4;
    this.#buf = buf;
    return true;
  }

  /** The bytes that were read, for `startOf` and `endOf`. */
  get buf(): Uint8Array {
    return this.#buf;
  }
  startOf(name: TokenName): number {
    return this.#at[this.#base + places[name]]!;
  }
  endOf(name: TokenName): number {
    return this.#at[this.#base + places[name] + 1]! - 1;
  }

  #text(token: number): string {
    return textOf(this.#buf, this.#at[token]!, this.#at[token + 1]! - 1);
  }

  #whole(token: number): number | bigint {
    return wholeAt(this.#buf, this.#at[token]!, this.#at[token + 1]! - 1);
  }

  get streamSeq(): number | bigint {
    return this.#whole(this.#base + places.streamSeq);
  }

  get consumerSeq(): number | bigint {
    return this.#whole(this.#base + places.consumerSeq);
  }

  get pending(): number | bigint {
    return this.#whole(this.#base + places.pending);
  }

  /** Unix nanoseconds. */
  get time(): bigint {
    return BigInt(this.#whole(this.#base + places.time));
  }

  /** Everything, as values of their own. */
  get delivery(): Delivery {
    const base = this.#base;
    const domain = base === 4 ? this.#text(2) : '';
    return {
      domain: domain === '_' ? '' : domain,
      stream: this.#text(base + places.stream),
      consumer: this.#text(base + places.consumer),
      delivered: Number(this.#text(base + places.delivered)),
      streamSeq: BigInt(this.streamSeq),
      consumerSeq: BigInt(this.consumerSeq),
      time: this.time,
      pending: BigInt(this.pending),
    };
  }
}

/** A delivery that is read when somebody asks: most readers want one number of it, or none. */
class LateDelivery implements Delivery {
  readonly #tokens: readonly string[];
  readonly #base: number;

  constructor(tokens: readonly string[], base: number) {
    this.#tokens = tokens;
    this.#base = base;
  }

  #token(n: number): string {
    return this.#tokens[this.#base + n] as string;
  }

  get domain(): string {
    const word = this.#base === 4 ? (this.#tokens[2] as string) : '';
    return word === '_' ? '' : word;
  }
  get stream(): string {
    return this.#token(0);
  }
  get consumer(): string {
    return this.#token(1);
  }
  get delivered(): number {
    return Number(this.#token(2));
  }
  get streamSeq(): bigint {
    return BigInt(this.#token(3));
  }
  get consumerSeq(): bigint {
    return BigInt(this.#token(4));
  }
  get time(): bigint {
    return BigInt(this.#token(5));
  }
  get pending(): bigint {
    return BigInt(this.#token(6));
  }
}

/** Reads `$JS.ACK...` subjects of both forms; undefined for any other subject. */
export function parseDelivery(reply: string | undefined): Delivery | undefined {
  if (!reply?.startsWith('$JS.ACK.')) return undefined;
  const tokens = reply.split('.');
  if (tokens.length !== 9 && tokens.length < 11) return undefined;
  return new LateDelivery(tokens, tokens.length === 9 ? 2 : 4);
}

/** A message of a consumer with bytes of its own; headers and delivery are read at first use. */
export class DeliveredMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: string;
  readonly #block: Uint8Array;
  readonly #head: number;
  #headers: MsgHeaders | undefined;
  #delivery: Delivery | undefined;

  constructor(frame: Frame) {
    const { buf, head, body, end } = frame;
    this.subject = frame.subject;
    this.reply = frame.reply;
    this.#block = buf.slice(head, end);
    leave(end - head);
    this.#head = body - head;
    this.data = this.#head === 0 ? this.#block : this.#block.subarray(this.#head);
  }

  get headers(): MsgHeaders | undefined {
    if (this.#head === 0) return undefined;
    this.#headers ??= MsgHeaders.parse(this.#block.subarray(0, this.#head));
    return this.#headers;
  }

  get delivery(): Delivery {
    this.#delivery ??= parseDelivery(this.reply) as Delivery;
    return this.#delivery;
  }
}
