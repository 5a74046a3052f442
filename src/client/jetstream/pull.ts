// Pulling messages (ADR-37): one request for a batch, statuses told apart from messages, heartbeats watched.
import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { errors } from '../errors.ts';
import type { Msg } from '../types.ts';
import type { JetStream } from './api.ts';

export interface PullOptions {
  /** Messages wanted. */
  readonly batch: number;
  /** Milliseconds the request stays open. */
  readonly expires: number;
  readonly maxBytes?: number;
  /** Answer at once with what is there. */
  readonly noWait?: boolean;
  /** Milliseconds between signs of life; two missed ones are an error. 0: none asked. */
  readonly heartbeat?: number;
  readonly group?: string;
  readonly minPending?: number;
  readonly minAckPending?: number;
  readonly priority?: number;
  /** Pinned id of an earlier pull of the same group. */
  readonly id?: string;
  readonly signal?: AbortSignal;
}

/** Why a pull ended: the batch is full, or what the server said. */
export type PullEnd =
  | 'full'
  | 'timeout'
  | 'no-messages'
  | 'max-bytes'
  | 'consumer-deleted'
  | 'leadership-change'
  | 'other';

function endOf(code: number, text: string): PullEnd {
  const lower = text.toLowerCase();
  if (code === 404) return 'no-messages';
  if (code === 408) return 'timeout';
  if (lower.includes('maxbytes')) return 'max-bytes';
  if (lower.includes('consumer deleted')) return 'consumer-deleted';
  if (lower.includes('leadership change')) return 'leadership-change';
  return 'other';
}

/** Milliseconds without a sign of life that mean that nobody is there: the server answers a request that expires. */
function silenceOf({ heartbeat = 0, expires }: PullOptions): number {
  return heartbeat > 0 ? heartbeat * 2 + 500 : expires + 2000;
}

/** The document of a request. */
function pullBody(options: PullOptions): Readonly<Record<string, unknown>> {
  const heartbeat = options.heartbeat ?? 0;
  return {
    batch: options.batch,
    ...(options.noWait ? { no_wait: true } : {}),
    ...(options.noWait && options.expires === 0 ? {} : { expires: BigInt(Math.round(options.expires * 1e6)) }),
    ...(options.maxBytes ? { max_bytes: options.maxBytes } : {}),
    ...(heartbeat > 0 ? { idle_heartbeat: BigInt(Math.round(heartbeat * 1e6)) } : {}),
    ...(options.group ? { group: options.group } : {}),
    ...(options.minPending ? { min_pending: options.minPending } : {}),
    ...(options.minAckPending ? { min_ack_pending: options.minAckPending } : {}),
    ...(options.priority !== undefined ? { priority: options.priority } : {}),
    ...(options.id ? { id: options.id } : {}),
  };
}

/**
 * One pull request: yields its messages and returns why it ended. Statuses never appear as messages.
 * Throws for a refused request (bad group, exceeded limits) and for a server that stopped answering.
 */
export async function* pull(
  js: JetStream,
  stream: string,
  consumer: string,
  options: PullOptions,
): AsyncGenerator<Msg, PullEnd> {
  const { connection } = js;
  const inbox = connection.newInbox();
  const subscription = connection.subscribe(inbox);
  const body = pullBody(options);
  const silence = silenceOf(options);
  let late = false;
  const watchdog = () => {
    late = true;
    subscription.unsubscribe();
  };
  let timer = setTimeout(watchdog, silence);
  const stop = () => subscription.unsubscribe();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    connection.publish(`${js.prefix}.CONSUMER.MSG.NEXT.${stream}.${consumer}`, stringifyJson(body), { reply: inbox });
    let count = 0;
    for await (const msg of subscription) {
      clearTimeout(timer);
      timer = setTimeout(watchdog, silence);
      const code = msg.headers?.code ?? 0;
      if (code === 100) continue;
      if (code === 503) throw errors.noResponders();
      if (code >= 400) return refusedOrEnd(code, msg.headers?.description ?? '');
      yield msg;
      if (++count >= options.batch) return 'full';
    }
    options.signal?.throwIfAborted();
    if (late) throw silent();
    return 'other';
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
    subscription.unsubscribe();
  }
}

/**
 * Pulls without an end and hands over each message in place: copy what is kept beyond the call. The next batch is asked
 * for when half of one is still to come, never more than `limit` messages in all. With `keep` one more is asked for now and
 * then while we are slow: the server forgets a consumer without a name for which nobody asks. Resolves when `take` says
 * false, with the limit, or with the signal; rejects as `pull` throws, and with what `take` throws.
 */
export function readPulled(
  js: JetStream,
  stream: string,
  consumer: string,
  options: PullOptions & { readonly limit?: number; readonly keep?: boolean },
  take: (frame: Frame) => boolean,
): Promise<void> {
  const { connection } = js;
  const { batch, limit = Number.POSITIVE_INFINITY, signal } = options;
  const subject = `${js.prefix}.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const inbox = connection.newInbox();
  const silence = silenceOf(options);
  return new Promise((resolve, reject) => {
    /** Messages asked for that have not come, and those that came. */
    let open = 0;
    let count = 0;
    let heard = performance.now();
    let asked = heard;
    let countThen = 0;
    let tick = heard;
    const finish = (error?: unknown): void => {
      clearInterval(timer);
      signal?.removeEventListener('abort', stop);
      offReconnect();
      subscription.unsubscribe();
      if (error) reject(error);
      else resolve();
    };
    const stop = (): void => finish();
    const ask = (most = batch - open): void => {
      const more = Math.min(most, limit - count - open);
      if (more <= 0) return;
      open += more;
      asked = performance.now();
      connection.publish(subject, stringifyJson(pullBody({ ...options, batch: more })), { reply: inbox });
    };

    /** A status: heartbeats go by, the end of a request takes what it did not bring off the account. */
    function status(frame: Frame): void {
      const headers = MsgHeaders.parse(frame.headerBytes.slice());
      const { code, description } = headers;
      if (code === 100) return;
      if (code === 503) throw errors.noResponders();
      refusedOrEnd(code, description);
      const unsent = headers.get('Nats-Pending-Messages');
      open = unsent === undefined ? 0 : Math.max(0, open - Number(unsent));
      ask();
    }

    function handle(frame: Frame): void {
      heard = performance.now();
      // "NATS/1.0 408 ...": what comes without the subject of an acknowledgement is a status.
      if (frame.hasHeaders && frame.buf[frame.head + 8] === 32 && !frame.hasReply) {
        status(frame);
        return;
      }
      open--;
      count++;
      if (!take(frame) || count >= limit) finish();
      else if (open <= batch / 2) ask();
    }

    const subscription = connection.subscribeRaw(inbox, {}, (frame) => {
      try {
        handle(frame);
      } catch (error) {
        finish(error);
      }
    });
    // Requests of the connection before are lost with it.
    const offReconnect = connection.on('reconnect', () => {
      open = 0;
      heard = performance.now();
      ask();
    });
    const timer = setInterval(() => {
      const slow = connection.isResting || count > countThen;
      countThen = count;
      // The whole program may have stood, behind a terminal that did: what came meanwhile has not been read yet.
      const now = performance.now();
      if (now - tick > silence / 2) heard = now;
      tick = now;
      if (options.keep && slow && now - asked > silence / 8) ask(1);
      if (connection.isResting || connection.state === 'reconnecting') heard = now;
      else if (now - heard > silence) finish(silent());
    }, silence / 4);
    void subscription.closed.then((error) => finish(error ?? fail('unreachable', 'nats: connection closed')));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      ask();
    } catch (error) {
      finish(error);
    }
  });
}

function silent(): Error {
  return fail('timeout', 'nats: timeout', { retryable: true, hint: 'the server stopped answering the pull' });
}

function refusedOrEnd(code: number, text: string): PullEnd {
  const end = endOf(code, text);
  if (end !== 'other' || code === 409) {
    if (end === 'consumer-deleted') throw fail('not-found', 'nats: consumer deleted', { code });
    if (end === 'other' && /exceeded|bad request|push based/i.test(text))
      throw fail('usage', `nats: ${text}`, { code });
    return end;
  }
  throw fail(code === 423 ? 'conflict' : 'error', `nats: ${text}`, { code });
}

const ACK = new TextEncoder().encode('+ACK');

/** Acknowledges; with `confirm` waits for the server's answer (double ack). */
export async function ack(js: JetStream, msg: Msg, confirm = false): Promise<void> {
  if (msg.reply === undefined) return;
  if (confirm) await js.connection.request(msg.reply, ACK, js.timeout === undefined ? {} : { timeout: js.timeout });
  else js.connection.publish(msg.reply, ACK);
}

/** Any other verdict: `-NAK`, `-NAK {"delay": ns}`, `+WPI`, `+TERM reason`, `+NXT`. */
export function verdict(js: JetStream, msg: Msg, text: string): void {
  if (msg.reply !== undefined) js.connection.publish(msg.reply, text);
}
