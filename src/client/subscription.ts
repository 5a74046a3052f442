import type { BoxError } from '#base/errors.ts';
import type { Frame } from '#wire/frame.ts';
import { subscribable } from './checks.ts';
import type { Core, Sub } from './core.ts';
import { asBoxError, errors } from './errors.ts';
import { Message } from './msg.ts';
import type {
  BaseSubscription,
  FrameHandler,
  Msg,
  RawSubscribeOptions,
  SubscribeOptions,
  Subscription,
} from './types.ts';

/** Where a queue counts as full and as free again: a few socket reads of small messages. */
const FULL_MESSAGES = 8192;
const FULL_BYTES = 4 * 1024 * 1024;

/** The part that raw, callback and iterated subscriptions share. */
interface Base {
  sub: Sub;
  api: BaseSubscription;
  /** Settles `closed`. */
  settle(error: BoxError | undefined): void;
}

interface Hooks {
  handle(frame: Frame): void;
  /** No more messages will come; the error that ended it, if any. */
  ended(error: BoxError | undefined): void;
  /** Resolves when all received messages have been handled. */
  idle(): Promise<void>;
  dropped(): number;
}

function createBase(core: Core, subject: string, options: RawSubscribeOptions, hooks: Hooks): Base {
  if (core.state === 'closed') throw errors.closed();
  if (core.state === 'draining') throw errors.draining();
  if (!subscribable(subject)) throw errors.badSubject(subject);
  if (options.queue !== undefined && (options.queue === '' || /[ \t\r\n]/.test(options.queue))) throw errors.badQueue();
  let settle: (error: BoxError | undefined) => void = () => {};
  const closed = new Promise<BoxError | undefined>((resolve) => {
    settle = resolve;
  });
  let ended = false;
  const sub: Sub = {
    sid: core.nextSid(),
    subject,
    queue: options.queue,
    max: options.max ?? 0,
    received: 0,
    draining: false,
    handle: hooks.handle,
    repeats: options.repeats,
    end: (error) => {
      if (ended) return;
      ended = true;
      hooks.ended(error);
    },
    drain: () => drain(core, sub, hooks),
  };
  const api: BaseSubscription = {
    sid: sub.sid,
    subject,
    queue: options.queue,
    get received() {
      return sub.received;
    },
    get dropped() {
      return hooks.dropped();
    },
    get isClosed() {
      return ended;
    },
    closed,
    unsubscribe: (max) => unsubscribe(core, sub, max ?? 0),
    drain: () => sub.drain(),
  };
  return { sub, api, settle };
}

function unsubscribe(core: Core, sub: Sub, max: number): void {
  if (!core.subs.has(sub.sid)) return;
  if (max > 0 && sub.received < max) {
    sub.max = max;
    core.line(`UNSUB ${sub.sid} ${max}`);
    return;
  }
  core.line(`UNSUB ${sub.sid}`);
  core.dropSub(sub);
}

async function drain(core: Core, sub: Sub, hooks: Hooks): Promise<void> {
  if (core.subs.has(sub.sid) && !sub.draining) {
    sub.draining = true;
    core.line(`UNSUB ${sub.sid}`);
    // Behind the PONG nothing more can be on its way. Without a link nothing is.
    if (core.link) await core.flush(core.settings.drainTimeout).catch(() => {});
    core.dropSub(sub);
  }
  await hooks.idle();
}

const settled = Promise.resolve();

/** A subscription whose handler sees the reused frame. */
export function subscribeRaw(
  core: Core,
  subject: string,
  options: RawSubscribeOptions,
  handler: FrameHandler,
): BaseSubscription {
  const base = createBase(core, subject, options, {
    handle: handler,
    ended: (error) => base.settle(error),
    idle: () => settled,
    dropped: () => 0,
  });
  core.addSub(base.sub);
  return base.api;
}

function subscribeCallback(core: Core, subject: string, options: SubscribeOptions): Subscription {
  const callback = options.callback!;
  const api = subscribeRaw(core, subject, options, (frame) => {
    callback(new Message(core, frame));
  });
  return Object.assign(extend(api), {
    pending: 0,
    [Symbol.asyncIterator]: (): AsyncIterator<Msg> => {
      throw asBoxError('a subscription with a callback cannot be iterated', 'error');
    },
  });
}

/** A copy that keeps the getters alive. */
function extend(api: BaseSubscription): BaseSubscription {
  return Object.create(api) as BaseSubscription;
}

/** Messages waiting for an iterator, with the bounds and the effect on the socket. */
class Inbox {
  readonly #core: Core;
  readonly #sub: () => Sub;
  readonly #drop: boolean;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #list: Msg[] = [];
  #head = 0;
  #bytes = 0;
  #full = false;
  /** How many waited when the queue last ran over; 0 when that is over. */
  #slowAt = 0;
  #waiting: ((result: IteratorResult<Msg>) => void)[] = [];
  #idle: (() => void)[] = [];
  /** A message was handed out and its taker has not come back: it may still be at work on it. */
  #busy = false;
  #over = false;
  #error: BoxError | undefined;
  dropped = 0;

  constructor(core: Core, sub: () => Sub, options: SubscribeOptions) {
    this.#core = core;
    this.#sub = sub;
    this.#drop = options.policy === 'drop';
    this.#maxMessages = options.pendingLimits?.messages ?? core.settings.pendingMessages;
    this.#maxBytes = options.pendingLimits?.bytes ?? core.settings.pendingBytes;
  }

  get pending(): number {
    return this.#list.length - this.#head;
  }

  add(frame: Frame): void {
    const size = frame.end - frame.head;
    const waiting = this.#waiting.shift();
    if (waiting) {
      this.#core.wants(-1);
      this.#busy = true;
      waiting({ done: false, value: new Message(this.#core, frame) });
      return;
    }
    const count = this.pending;
    const overflow =
      (this.#maxMessages > 0 && count >= this.#maxMessages) ||
      (this.#maxBytes > 0 && this.#bytes + size > this.#maxBytes);
    if (overflow && count > 0) {
      this.#lost();
      return;
    }
    this.#list.push(new Message(this.#core, frame));
    this.#bytes += size;
    if (!this.#full && !this.#drop && (count + 1 >= FULL_MESSAGES || this.#bytes >= FULL_BYTES)) this.#mark(true);
  }

  #lost(): void {
    this.dropped++;
    this.#core.counts.dropped++;
    if (this.#slowAt > 0) return;
    // Once for each time the queue runs over, or the report would be part of the problem.
    this.#slowAt = this.pending;
    const { subject, sid } = this.#sub();
    this.#core.events.emit('slow-consumer', { subject, sid, dropped: this.dropped, pending: this.pending });
  }

  #mark(full: boolean): void {
    this.#full = full;
    this.#core.full += full ? 1 : -1;
    this.#core.adjust();
  }

  #take(): Msg {
    const msg = this.#list[this.#head]!;
    this.#list[this.#head] = undefined as never;
    this.#head++;
    this.#bytes -= msg.size;
    if (this.#head === this.#list.length) {
      this.#list = [];
      this.#head = 0;
    } else if (this.#head >= 4096) {
      this.#list = this.#list.slice(this.#head);
      this.#head = 0;
    }
    if (this.#slowAt > 0 && this.pending < this.#slowAt / 2) this.#slowAt = 0;
    if (this.#full && this.pending <= FULL_MESSAGES / 2 && this.#bytes <= FULL_BYTES / 2) this.#mark(false);
    this.#busy = true;
    return msg;
  }

  #rest(): void {
    this.#busy = false;
    if (this.pending === 0) for (const idle of this.#idle.splice(0)) idle();
  }

  next(): Promise<IteratorResult<Msg>> {
    this.#rest();
    if (this.pending > 0) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#core.wants(1);
    });
  }

  end(error: BoxError | undefined): void {
    this.#over = true;
    this.#error = error;
    for (const waiting of this.#waiting.splice(0)) {
      this.#core.wants(-1);
      // The one who waits hears of the error as a rejection; `next` hands it out once.
      waiting(this.next() as never);
    }
  }

  idle(): Promise<void> {
    if (this.pending === 0 && !this.#busy) return settled;
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      // A taker that drains from inside its own loop never comes back while it waits for this.
      if (this.pending === 0) setTimeout(resolve, this.#core.settings.drainTimeout).unref?.();
    });
  }

  /** The iterator was left: what waits is not wanted. */
  discard(): void {
    this.#list = [];
    this.#head = 0;
    this.#bytes = 0;
    if (this.#full) this.#mark(false);
    this.#rest();
  }
}

function subscribeIterated(core: Core, subject: string, options: SubscribeOptions): Subscription {
  const inbox = new Inbox(core, () => base.sub, options);
  const base = createBase(core, subject, options, {
    handle: (frame) => inbox.add(frame),
    ended: (error) => {
      inbox.end(error);
      base.settle(error);
    },
    idle: () => inbox.idle(),
    dropped: () => inbox.dropped,
  });
  core.addSub(base.sub);
  const api = extend(base.api);
  Object.defineProperty(api, 'pending', { get: () => inbox.pending });
  const iterator: AsyncIterator<Msg> = {
    next: () => inbox.next(),
    return: () => {
      unsubscribe(core, base.sub, 0);
      inbox.discard();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return Object.assign(api, { [Symbol.asyncIterator]: () => iterator }) as Subscription;
}

export function subscribe(core: Core, subject: string, options: SubscribeOptions): Subscription {
  return options.callback ? subscribeCallback(core, subject, options) : subscribeIterated(core, subject, options);
}
