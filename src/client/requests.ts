import type { BoxError } from '#base/errors.ts';
import { nuid } from '#base/nuid.ts';
import { readNumber } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import type { Core } from './core.ts';
import { errors } from './errors.ts';
import { isNoResponders, Message } from './msg.ts';
import { subscribeRaw } from './subscription.ts';
import type { BaseSubscription, Msg, Payload, PublishOptions, RequestManyOptions, RequestOptions } from './types.ts';

interface Pending {
  subject: string;
  /** In ms of `performance.now()`. */
  deadline: number;
  /** True when the exchange is over. */
  reply(frame: Frame): boolean;
  fail(error: BoxError): void;
}

export interface Requester {
  request(subject: string, payload: Payload | undefined, options: RequestOptions): Promise<Msg>;
  requestMany(subject: string, payload: Payload | undefined, options: RequestManyOptions): AsyncIterable<Msg>;
  newInbox(): string;
}

/**
 * Requests over one shared subscription: replies go to `PREFIX.ID.NUMBER`, and one timer serves all deadlines.
 * Most of what a request costs is promises, timers and ids, not bytes.
 */
export function createRequester(core: Core): Requester {
  const waiting = new Map<number, Pending>();
  let next = 1;
  let base = '';
  let shared: BaseSubscription | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let alarm = Number.POSITIVE_INFINITY;

  const newInbox = (): string => `${core.settings.inboxPrefix}.${nuid()}`;

  function open(): void {
    if (shared && !shared.isClosed) return;
    base = `${newInbox()}.`;
    const length = base.length;
    shared = subscribeRaw(core, `${base}*`, {}, (frame) => {
      const id = readNumber(frame.buf, frame.subjectAt + length, frame.subjectEnd);
      const pending = waiting.get(id);
      if (pending?.reply(frame)) remove(id);
    });
    // A prefix beyond ASCII would break the byte arithmetic above; such a prefix takes a subscription per request.
    void shared.closed.then((error) => {
      for (const [id, pending] of [...waiting]) {
        remove(id);
        pending.fail(error ?? errors.closed());
      }
    });
  }

  function remove(id: number): void {
    if (waiting.delete(id)) core.wants(-1);
  }

  function expire(): void {
    timer = undefined;
    alarm = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (const [id, pending] of waiting) {
      if (pending.deadline > now) soonest = Math.min(soonest, pending.deadline);
      else {
        remove(id);
        pending.fail(errors.timeout('nobody answered in time; raise --timeout to wait longer'));
      }
    }
    if (soonest < Number.POSITIVE_INFINITY) arm(soonest);
  }

  function arm(deadline: number): void {
    if (deadline >= alarm) return;
    clearTimeout(timer);
    alarm = deadline;
    timer = setTimeout(afterReading, Math.max(1, Math.ceil(deadline - performance.now())), expire);
    // The timer outlives answered requests; the connection, not it, keeps a process alive.
    timer.unref?.();
  }

  /** Registers an exchange and publishes its request; returns the function that ends it. */
  function start(
    subject: string,
    payload: Payload | undefined,
    options: { headers?: PublishOptions['headers']; noMux?: boolean },
    pending: Pending,
  ): () => void {
    if (options.noMux || !ascii.test(core.settings.inboxPrefix)) return startAlone(subject, payload, options, pending);
    open();
    const id = next;
    next = next >= 999_999_999 ? 1 : next + 1;
    waiting.set(id, pending);
    core.wants(1);
    try {
      core.publish(subject, payload, withReply(base + id, options.headers));
    } catch (error) {
      remove(id);
      throw error;
    }
    arm(pending.deadline);
    return () => remove(id);
  }

  function startAlone(
    subject: string,
    payload: Payload | undefined,
    options: { headers?: PublishOptions['headers'] },
    pending: Pending,
  ): () => void {
    const inbox = newInbox();
    let over = false;
    const stop = (): void => {
      if (over) return;
      over = true;
      clearTimeout(own);
      core.wants(-1);
      sub.unsubscribe();
    };
    const late = (): void => {
      if (over) return;
      stop();
      pending.fail(errors.timeout('nobody answered in time; raise --timeout to wait longer'));
    };
    const own = setTimeout(afterReading, Math.max(1, pending.deadline - performance.now()), late);
    const sub = subscribeRaw(core, inbox, {}, (frame) => {
      if (pending.reply(frame)) stop();
    });
    core.wants(1);
    void sub.closed.then((error) => {
      if (over) return;
      stop();
      pending.fail(error ?? errors.closed());
    });
    try {
      core.publish(subject, payload, withReply(inbox, options.headers));
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  core.onDenied = (operation, subject, error) => {
    if (operation !== 'publish') return;
    for (const [id, pending] of [...waiting]) {
      if (pending.subject !== subject) continue;
      remove(id);
      pending.fail(error);
    }
  };

  function request(subject: string, payload: Payload | undefined, options: RequestOptions): Promise<Msg> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(errors.aborted());
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        stop();
        reject(errors.aborted());
      };
      const stop = start(subject, payload, options, {
        subject,
        deadline: performance.now() + Math.max(1, options.timeout ?? core.settings.timeout),
        reply: (frame) => {
          signal?.removeEventListener('abort', abort);
          if (isNoResponders(frame)) reject(errors.noResponders());
          else resolve(new Message(core, frame));
          return true;
        },
        fail: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      });
      signal?.addEventListener('abort', abort);
    });
  }

  async function* requestMany(
    subject: string,
    payload: Payload | undefined,
    options: RequestManyOptions,
  ): AsyncGenerator<Msg> {
    const ready: Msg[] = [];
    let over: { error?: BoxError } | undefined;
    let wake: (() => void) | undefined;
    let quiet: ReturnType<typeof setTimeout> | undefined;
    let count = 0;
    const finish = (error?: BoxError): boolean => {
      over ??= error ? { error } : {};
      wake?.();
      return true;
    };
    const { sentinel, stall, maxMessages = 0 } = options;
    const isLast = typeof sentinel === 'function' ? sentinel : sentinel ? (m: Msg) => m.data.length === 0 : undefined;
    if (options.signal?.aborted) throw errors.aborted();
    const stop = start(subject, payload, options, {
      subject,
      deadline: performance.now() + Math.max(1, options.maxWait ?? core.settings.timeout),
      reply: (frame) => {
        if (over) return true;
        if (count === 0 && isNoResponders(frame)) return finish(errors.noResponders());
        const msg = new Message(core, frame);
        if (isLast?.(msg)) return finish();
        count++;
        ready.push(msg);
        wake?.();
        if (maxMessages > 0 && count >= maxMessages) return finish();
        if (stall !== undefined && stall > 0) {
          clearTimeout(quiet);
          quiet = setTimeout(finish, stall);
        }
        return false;
      },
      // Running into the time limit is the normal end of an open-ended exchange.
      fail: (error) => finish(error.kind === 'timeout' ? undefined : error),
    });
    const abort = (): boolean => finish(errors.aborted());
    options.signal?.addEventListener('abort', abort);
    try {
      for (;;) {
        const msg = ready.shift();
        if (msg) yield msg;
        else if (over) {
          if (over.error) throw over.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
      }
    } finally {
      stop();
      clearTimeout(quiet);
      options.signal?.removeEventListener('abort', abort);
    }
  }

  return { request, requestMany, newInbox };
}

/** Runs `late` once the sockets were read: after a busy moment an answer may have come in time and not been seen yet. */
function afterReading(late: () => void): void {
  setImmediate(late);
}

const ascii = /^[\x21-\x7e]+$/;

function withReply(reply: string, headers: PublishOptions['headers']): PublishOptions {
  return headers === undefined ? { reply } : { reply, headers };
}
