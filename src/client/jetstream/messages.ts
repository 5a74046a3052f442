// Reading single stored messages, over the API or directly from any replica (ADR-31), and what a delivery says of itself.
import { fail } from '#base/errors.ts';
import { tryParseRfc3339 } from '#base/time.ts';
import { MsgHeaders } from '#wire/headers.ts';
import type { Msg } from '../types.ts';
import { type JetStream, JetStreamError, readAnswer } from './api.ts';
import type { Int, Time } from './types.ts';

/** A stored message. */
export interface StoredMessage {
  readonly subject: string;
  readonly seq: bigint;
  /** Unix nanoseconds. */
  readonly time: bigint;
  readonly headers: MsgHeaders | undefined;
  readonly data: Uint8Array;
  /** Messages left for this request, from a batched direct get. */
  readonly pending?: bigint;
}

export interface GetQuery {
  readonly seq?: Int;
  readonly last_by_subj?: string;
  readonly next_by_subj?: string;
  readonly start_time?: Time;
}

interface StoredDocument {
  message: { subject: string; seq: Int; hdrs?: string; data?: string; time: Time };
}

/** One message through the leader. Throws JetStreamError 10037 when there is none. */
export async function getMessage(js: JetStream, stream: string, query: GetQuery): Promise<StoredMessage> {
  const { message } = await js.request<StoredDocument>(`STREAM.MSG.GET.${stream}`, query);
  const headers = message.hdrs ? MsgHeaders.parse(fromBase64(message.hdrs)) : undefined;
  return {
    subject: message.subject,
    seq: BigInt(message.seq),
    time: tryParseRfc3339(message.time) ?? 0n,
    headers,
    data: message.data ? fromBase64(message.data) : new Uint8Array(0),
  };
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** One message from whichever replica answers first; needs allow_direct. */
export async function directGet(js: JetStream, stream: string, query: GetQuery): Promise<StoredMessage> {
  const { last_by_subj: last, ...rest } = query;
  const subject = last === undefined ? `DIRECT.GET.${stream}` : `DIRECT.GET.${stream}.${last}`;
  const msg = await js.requestRaw(subject, last === undefined ? rest : '');
  return fromDirect(msg);
}

export interface BatchQuery extends GetQuery {
  readonly batch?: number;
  readonly max_bytes?: number;
  readonly multi_last?: readonly string[];
  readonly up_to_seq?: Int;
  readonly up_to_time?: Time;
}

/** Many messages with one question; ends at the server's end-of-batch status. `stall` milliseconds without one is an error. */
export async function* directGetBatch(
  js: JetStream,
  stream: string,
  query: BatchQuery,
  stall = 5000,
): AsyncGenerator<StoredMessage> {
  const { connection } = js;
  const { stringifyJson } = await import('#base/json64.ts');
  const inbox = connection.newInbox();
  const subscription = connection.subscribe(inbox);
  // One timer for all: it looks how long the next message has been waited for.
  let since: number | undefined;
  let late = false;
  const timer = setInterval(
    () => {
      late = since !== undefined && performance.now() - since > stall;
      if (late) subscription.unsubscribe();
    },
    Math.max(10, stall / 4),
  );
  try {
    connection.publish(`${js.prefix}.DIRECT.GET.${stream}`, stringifyJson(query), { reply: inbox });
    since = performance.now();
    for await (const msg of subscription) {
      since = undefined;
      const code = msg.data.length === 0 ? (msg.headers?.code ?? 0) : 0;
      if (code === 204) return;
      if (code === 503)
        throw fail('no-responders', 'nats: no responders available for request', { code, retryable: true });
      yield fromDirect(msg);
      since = performance.now();
    }
  } finally {
    clearInterval(timer);
    subscription.unsubscribe();
  }
  if (!late) throw fail('unreachable', 'nats: connection closed', { retryable: true });
  const hint = `stream ${stream} stopped sending before the end of the batch`;
  throw fail('timeout', 'nats: timeout', { hint, retryable: true });
}

/** A direct answer carries its facts as headers. Throws for a status in place of a message. */
export function fromDirect(msg: Msg): StoredMessage {
  const { headers } = msg;
  const code = headers?.code ?? 0;
  if (code === 404) throw new JetStreamError({ code: 404, err_code: 10037, description: 'no message found' });
  if (code >= 400) throw new JetStreamError({ code, description: headers?.description ?? '' });
  if (!headers) return readAnswer<never>(msg);
  const pending = headers.get('Nats-Num-Pending');
  return {
    subject: headers.get('Nats-Subject') ?? msg.subject,
    seq: BigInt(headers.get('Nats-Sequence') ?? 0),
    time: tryParseRfc3339(headers.get('Nats-Time-Stamp') ?? '') ?? 0n,
    headers,
    data: msg.data,
    ...(pending === undefined ? {} : { pending: BigInt(pending) }),
  };
}

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

/** Reads `$JS.ACK...` subjects of both forms; undefined for any other subject. */
export function parseDelivery(reply: string | undefined): Delivery | undefined {
  if (!reply?.startsWith('$JS.ACK.')) return undefined;
  const t = reply.split('.');
  const v2 = t.length >= 11;
  if (!v2 && t.length !== 9) return undefined;
  const at = v2 ? 4 : 2;
  const domain = v2 ? (t[2] === '_' ? '' : (t[2] as string)) : '';
  return {
    domain,
    stream: t[at] as string,
    consumer: t[at + 1] as string,
    delivered: Number(t[at + 2]),
    streamSeq: BigInt(t[at + 3] as string),
    consumerSeq: BigInt(t[at + 4] as string),
    time: BigInt(t[at + 5] as string),
    pending: BigInt(t[at + 6] as string),
  };
}
