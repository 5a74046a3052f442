// How a message delivered by a consumer reads, for next and sub.
import { BoxError, fail } from '#base/errors.ts';
import { comma } from '#base/size.ts';
import { formatClock, formatRfc3339Nano } from '#base/time.ts';
import { visible } from '#base/visible.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { consumerInfo } from '#client/jetstream/consumers.ts';
import { type Delivery, parseDelivery } from '#client/jetstream/delivery.ts';
import { type PullOptions, pull } from '#client/jetstream/pull.ts';
import type { Msg } from '#client/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { showPayload } from '#view/payload.ts';
import { bodyFields } from '../jetstream/record.ts';

/** The data of a delivered message. */
export function deliveredRecord(msg: Msg, delivery: Delivery | undefined): Record<string, unknown> {
  return {
    subject: msg.subject,
    ...(delivery
      ? {
          seq: delivery.streamSeq,
          time: formatRfc3339Nano(delivery.time),
          stream: delivery.stream,
          consumer: delivery.consumer,
          consumer_seq: delivery.consumerSeq,
          tries: delivery.delivered,
          pending: delivery.pending,
        }
      : {}),
    ...bodyFields(msg.headers, msg.data),
  };
}

/** `[15:04:05] subj: orders.1 / tries: 1 / cons seq: 1 / str seq: 1 / pending: 4` */
export function headLine(runtime: Runtime, msg: Msg, delivery: Delivery | undefined): string {
  const subject = visible(msg.subject);
  if (!delivery) return `--- subject: ${subject}${msg.reply ? ` reply: ${visible(msg.reply)}` : ''}\n`;
  const { delivered, consumerSeq, streamSeq, pending } = delivery;
  const clock = formatClock(runtime.clock.now());
  return `[${clock}] subj: ${subject} / tries: ${delivered} / cons seq: ${consumerSeq} / str seq: ${streamSeq} / pending: ${comma(pending)}\n`;
}

/** Header lines with a heading; nothing without headers. */
export function headersText(msg: Msg, indent: string): string {
  const entries = msg.headers?.entries() ?? [];
  if (entries.length === 0) return '';
  const lines = entries.map(([k, v]) => `${indent}${visible(k)}: ${visible(v)}\n`);
  return `\nHeaders:\n\n${lines.join('')}\nData:\n`;
}

/** Writes a body and a newline: the very bytes in a pipe. */
export function writeBody(runtime: Runtime, data: Uint8Array): void {
  runtime.out.write(showPayload(data, { tty: runtime.terminal.isTTY, columns: runtime.terminal.columns }));
  runtime.out.write('\n');
}

/** Milliseconds between signs of life. */
const BEAT = 1000;

/**
 * The next message of a pull consumer, or undefined when none came within `timeout` milliseconds. Throws not-found for a
 * consumer or stream that is not there, usage for a push consumer.
 */
export async function nextMessage(
  runtime: Runtime,
  js: JetStream,
  stream: string,
  consumer: string,
  timeout: number,
  pullOptions: Partial<PullOptions> = {},
): Promise<Msg | undefined> {
  const end = Number(runtime.clock.mono() / 1_000_000n) + timeout;
  let most = Number.POSITIVE_INFINITY;
  for (;;) {
    const left = end - Number(runtime.clock.mono() / 1_000_000n);
    if (left <= 0) return undefined;
    const expires = Math.max(1, Math.min(left, most));
    try {
      // Signs of life every second: a server that is gone is noticed long before the request would have expired.
      const heartbeat = expires >= 2 * BEAT ? BEAT : 0;
      const options = { ...pullOptions, batch: 1, expires, heartbeat, signal: runtime.signal };
      const answer = await pull(js, stream, consumer, options).next();
      if (!answer.done) return answer.value;
      if (answer.value === 'leadership-change') continue;
      if (expires < left) continue;
      return undefined;
    } catch (error) {
      runtime.signal.throwIfAborted();
      most = await shorter(js, stream, consumer, error, most);
    }
  }
}

/** What a refused pull means. Gives the consumer's longest expiry when that was the reason; throws otherwise. */
async function shorter(js: JetStream, stream: string, consumer: string, error: unknown, most: number): Promise<number> {
  if (!(error instanceof BoxError)) throw error;
  const tooLong = /MaxRequestExpires/i.test(error.message) && most === Number.POSITIVE_INFINITY;
  // A consumer that is not there answers nothing or "no responders": ask for it, to say what is wrong.
  const { config } = await consumerInfo(js, stream, consumer);
  if (config.deliver_subject) {
    throw fail('usage', `consumer ${JSON.stringify(consumer)} is not a Pull consumer`, {
      hint: `subscribe to ${config.deliver_subject} instead`,
    });
  }
  const limit = Number(BigInt(config.max_expires ?? 0) / 1_000_000n);
  if (tooLong && limit > 0) return limit;
  throw error;
}

/** Shared by next and sub: where a message came from. */
export function deliveryOf(msg: Msg): Delivery | undefined {
  return parseDelivery(msg.reply);
}
