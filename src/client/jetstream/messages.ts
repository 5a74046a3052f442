// Reading single stored messages, over the API or directly from any replica (ADR-31).
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
  readonly pending?: bigint | undefined;
  /** Whether `headers` holds none but those a direct get adds; undefined when that is not known. */
  readonly isPlain?: boolean;
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

/** A direct answer carries its facts as headers. Throws for a status in place of a message. */
function fromDirect(msg: Msg): StoredMessage {
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
