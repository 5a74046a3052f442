// What the consumers of a stream have in common: counting, acknowledging, and knowing when nothing more will come.
import { BoxError, fail } from '#base/errors.ts';
import { consumerInfo } from '#client/jetstream/consumers.ts';
import { utf8 } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import type { Recorder } from '../latency.ts';
import type { Sample } from '../sample.ts';
import { type Client, clock, pause, sampleOf } from './client.ts';

const ACK = utf8.encode('+ACK');

/** A status in place of a message: the code, and the words with it. Undefined for messages. */
export function statusOf(frame: Frame): { code: number; text: string; headers: MsgHeaders } | undefined {
  const { buf, head, body } = frame;
  // "NATS/1.0" and a blank: with a line end there these are the headers of a message.
  if (body === head || buf[head + 8] !== 32) return undefined;
  const headers = MsgHeaders.parse(frame.headerBytes);
  return { code: headers.code, text: headers.description, headers };
}

export interface Receiver {
  readonly received: number;
  /** Messages that are still wanted. */
  readonly left: number;
  take(frame: Frame): void;
  fail(error: unknown): void;
  /** Resolves when all came, or when the stream has no more. */
  readonly done: Promise<void>;
  /** `from`: where the time begins; undefined is the first message. */
  sample(latency?: Recorder, from?: number): Sample;
}

export interface ReceiverOptions {
  readonly acks: boolean;
  /** Called for each message before anything else. */
  onMessage?(): void;
}

export function receiver(client: Client, options: ReceiverOptions): Receiver {
  const { plan, count, signal } = client;
  const slow = plan.sleep > 0 || (options.acks && plan.doubleAck);
  const { connection } = client;
  const queue: string[] = [];
  let received = 0;
  let handled = 0;
  let start = 0;
  let end = 0;
  /** How many of the handled ones were told as progress; what one read brings is told, and timed, together. */
  let told = 0;
  let drained = false;
  let resolve: () => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  done.catch(() => undefined);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  connection.on('error', ({ error }) => reject(error));
  void connection.closed.then((error) => reject(error ?? fail('unreachable', 'nats: connection closed')));

  const tell = () => {
    if (told === handled) return;
    client.progress(handled - told);
    told = handled;
    end = clock();
  };
  const finished = () => {
    if (handled++ === told) queueMicrotask(tell);
    if (handled !== count) return;
    tell();
    resolve();
  };
  /** Messages that take their time: one after the other. */
  const work = async () => {
    while (queue.length > 0) {
      if (plan.sleep > 0) await pause(plan.sleep, signal);
      const reply = queue[0] as string;
      if (options.acks && plan.doubleAck) await connection.request(reply, '+ACK', { timeout: plan.timeout });
      else if (options.acks) connection.publish(reply, '+ACK');
      queue.shift();
      finished();
    }
  };
  return {
    get received() {
      return received;
    },
    get left() {
      return count - received;
    },
    take(frame) {
      if (received >= count) return;
      received++;
      if (received === 1) start = clock();
      options.onMessage?.();
      if (slow) {
        if (queue.push(frame.reply) === 1) work().catch((error: unknown) => reject(acking(error)));
        return;
      }
      if (options.acks) connection.answer(frame, ACK);
      finished();
    },
    fail: (error) => {
      if (error !== DRAINED) return reject(error);
      drained = true;
      if (received === 0) reject(nothingLeft(plan.stream));
      else resolve();
    },
    done,
    sample: (latency, from) => sampleOf(client, handled, from ?? start, end, latency, drained ? { drained: true } : {}),
  };
}

function acking(error: unknown): unknown {
  if (!(error instanceof BoxError)) return error;
  return new BoxError(error.kind, `acknowledging the message: ${error.message}`, error.facts);
}

function nothingLeft(stream: string): BoxError {
  return fail('not-found', `no messages left for this consumer in stream ${stream}`, {
    hint: 'all of them were acknowledged before: remove the consumer with nats consumer rm, or publish more',
  });
}

/** Told to a receiver in place of an error: nothing more will come. */
export const DRAINED: unique symbol = Symbol('drained');

/** How often it is looked whether messages still come, in milliseconds. */
const LOOK = 500;

/**
 * Ends a receiver whose consumer has delivered everything and has nothing to deliver again. A stream that never had a
 * message is waited for: its publisher may come. Returns the function that stops looking.
 */
export function watchDrained(client: Client, to: Receiver, consumer: () => string): () => void {
  const { js, plan } = client;
  let seen = -1;
  let quiet = 0;
  let asking = false;
  const look = async () => {
    const info = await consumerInfo(js, plan.stream, consumer());
    const waiting = Number(info.num_pending) + Number(info.num_ack_pending);
    if (waiting === 0 && Number(info.delivered.consumer_seq) > 0 && to.received === seen) to.fail(DRAINED);
    quiet = 0;
  };
  const timer = setInterval(() => {
    quiet = to.received === seen ? quiet + LOOK : 0;
    seen = to.received;
    if (quiet < plan.timeout || asking) return;
    asking = true;
    look()
      .catch(() => undefined)
      .finally(() => {
        asking = false;
      });
  }, LOOK);
  return () => clearInterval(timer);
}
