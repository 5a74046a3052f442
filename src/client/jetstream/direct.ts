// Batched direct gets (ADR-31): messages as they come, read when somebody asks.
import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import { CR, LF, SPACE, TAB, textOf, utf8 } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { headerAt, MsgHeaders } from '#wire/headers.ts';
import { errors } from '../errors.ts';
import { leave } from '../garbage.ts';
import { type JetStream, JetStreamError } from './api.ts';
import { batchesOf, type Push } from './batches.ts';
import type { GetQuery, StoredMessage } from './messages.ts';
import type { ApiProblem, Int, Time } from './types.ts';

export interface BatchQuery extends GetQuery {
  readonly batch?: number;
  readonly max_bytes?: number;
  readonly multi_last?: readonly string[];
  readonly up_to_seq?: Int;
  readonly up_to_time?: Time;
}

const COLON = 58;

const SEQUENCE = utf8.encode('Nats-Sequence');

/** Headers a direct get adds to those of the message; the first four are facts of it. */
const added = [
  'Nats-Subject',
  'Nats-Sequence',
  'Nats-Time-Stamp',
  'Nats-Num-Pending',
  'Nats-Stream',
  'Nats-Last-Sequence',
  'Nats-UpTo-Sequence',
] as const;
const FACTS = 4;
const addedBytes = added.map((name) => utf8.encode(name));

/** The same for looking up. */
export const addedHeaders: ReadonlySet<string> = new Set(added);

/** Number of the added header whose name is `block[at, end)`; -1 for any other. */
function addedAt(block: Uint8Array, at: number, end: number): number {
  for (let n = 0; n < addedBytes.length; n++) {
    const name = addedBytes[n]!;
    // Names of one length differ in the first letter behind `Nats-`, or soon after.
    if (name.length !== end - at || name[5] !== block[at + 5] || name[6] !== block[at + 6]) continue;
    let i = 0;
    while (i < name.length && name[i] === block[at + i]) i++;
    if (i === name.length) return n;
  }
  return -1;
}

/** A stored message with bytes of its own. Its facts stand in headers, which are read at first use. */
export class DirectMessage implements StoredMessage {
  readonly data: Uint8Array;
  readonly #block: Uint8Array;
  #headers: MsgHeaders | undefined;
  /** Where the facts stand, two offsets each; undefined until somebody asks. */
  #spans: number[] | undefined;
  #plain = true;

  constructor(frame: Frame) {
    const { buf, head, body, end } = frame;
    this.#block = buf.slice(head, body);
    this.data = buf.slice(body, end);
    leave(end - head);
  }

  get subject(): string {
    return this.#fact(0);
  }
  get seq(): bigint {
    return BigInt(this.#fact(1));
  }
  get time(): bigint {
    return tryParseRfc3339(this.#fact(2)) ?? 0n;
  }
  get pending(): bigint | undefined {
    const text = this.#fact(3);
    return text === '' ? undefined : BigInt(text);
  }
  get headers(): MsgHeaders {
    this.#headers ??= MsgHeaders.parse(this.#block);
    return this.#headers;
  }
  get isPlain(): boolean {
    this.#spans ??= this.#scan();
    return this.#plain;
  }

  /** Bytes of the headers: in them stand subject (0), sequence (1) and time (2), from `factAt(n)` to `factEnd(n)`. */
  get block(): Uint8Array {
    return this.#block;
  }
  factAt(n: number): number {
    this.#spans ??= this.#scan();
    return this.#spans[n * 2]!;
  }
  factEnd(n: number): number {
    this.#spans ??= this.#scan();
    return this.#spans[n * 2 + 1]!;
  }

  #fact(n: number): string {
    this.#spans ??= this.#scan();
    return textOf(this.#block, this.#spans[n * 2]!, this.#spans[n * 2 + 1]!);
  }

  /** Finds the first value of each fact, and whether there are headers of the message's own. */
  #scan(): number[] {
    const block = this.#block;
    const spans = [0, 0, 0, 0, 0, 0, 0, 0];
    const { length } = block;
    let at = block.indexOf(LF) + 1;
    while (at > 0 && at < length && block[at] !== CR && block[at] !== LF) {
      let colon = at;
      while (colon < length && block[colon] !== COLON && block[colon] !== LF) colon++;
      const lf = block[colon] === LF ? colon : block.indexOf(LF, colon);
      if (lf < 0) break;
      const n = block[colon] === COLON ? addedAt(block, at, colon) : -1;
      if (n < 0) this.#plain = false;
      else if (n < FACTS && spans[n * 2 + 1] === 0) {
        let value = colon + 1;
        const end = block[lf - 1] === CR ? lf - 1 : lf;
        while (value < end && (block[value] === SPACE || block[value] === TAB)) value++;
        spans[n * 2] = value;
        spans[n * 2 + 1] = end;
      }
      at = lf + 1;
    }
    return spans;
  }
}

/**
 * Many messages with one question, as they come; ends at the server's end-of-batch status. `stall` milliseconds without a
 * message, while we read, are an error.
 */
export function directGetBatches(
  js: JetStream,
  stream: string,
  query: BatchQuery,
  stall = 5000,
): AsyncGenerator<DirectMessage[]> {
  return batchesOf<DirectMessage>(js.connection, (push, signal) => readDirect(js, stream, query, stall, push, signal));
}

function readDirect(
  js: JetStream,
  stream: string,
  query: BatchQuery,
  stall: number,
  push: Push<DirectMessage>,
  signal: AbortSignal,
): Promise<void> {
  const { connection } = js;
  const inbox = connection.newInbox();
  return new Promise((resolve, reject) => {
    let since = performance.now();
    const finish = (error?: Error): void => {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
      subscription.unsubscribe();
      if (error) reject(error);
      else resolve();
    };
    const stop = (): void => finish();
    const subscription = connection.subscribeRaw(inbox, {}, (frame) => {
      since = performance.now();
      // What has no sequence is no message, but a status or an error.
      if (!frame.hasHeaders || (frame.buf[frame.head + 8] === 32 && headerAt(frame, SEQUENCE) === undefined)) {
        return finish(endOf(frame));
      }
      push(new DirectMessage(frame), frame.size);
    });
    // One timer for all: it looks how long the next message has been waited for.
    const timer = setInterval(
      () => {
        // Who does not read hears nothing.
        if (connection.isResting) since = performance.now();
        else if (performance.now() - since > stall) finish(stalled(stream));
      },
      Math.max(10, stall / 4),
    );
    void subscription.closed.then((error) =>
      finish(error ?? fail('unreachable', 'nats: connection closed', { retryable: true })),
    );
    signal.addEventListener('abort', stop, { once: true });
    try {
      connection.publish(`${js.prefix}.DIRECT.GET.${stream}`, stringifyJson(query), { reply: inbox });
    } catch (error) {
      finish(error as Error);
    }
  });
}

/** What a frame that is no message tells: nothing for the end of the batch, else what went wrong. */
function endOf(frame: Frame): Error | undefined {
  if (!frame.hasHeaders) {
    const { error } = JSON.parse(textOf(frame.buf, frame.body, frame.end) || '{}') as { error?: ApiProblem };
    return new JetStreamError(error ?? { code: 500, description: 'no message and no error' });
  }
  const { code, description } = MsgHeaders.parse(frame.headerBytes.slice());
  if (code === 204) return undefined;
  if (code === 503) return errors.noResponders();
  if (code === 404) return new JetStreamError({ code, err_code: 10037, description: 'no message found' });
  return new JetStreamError({ code, description });
}

function stalled(stream: string): Error {
  const hint = `stream ${stream} stopped sending before the end of the batch`;
  return fail('timeout', 'nats: timeout', { hint, retryable: true });
}
