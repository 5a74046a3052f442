// A consumer that delivers in order and heals itself (ADR-17): it is made anew after a gap, a lost heartbeat or a
// reconnect, at the message after the last one seen. Nothing is acknowledged, nothing is left behind.
import { BoxError, fail } from '#base/errors.ts';
import { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import type { BaseSubscription } from '../types.ts';
import type { JetStream } from './api.ts';
import { createConsumer, deleteConsumer } from './consumers.ts';
import { AckSubject } from './delivery.ts';
import type { ConsumerConfig } from './types.ts';

export interface OrderedOptions {
  /** Where to begin and what to deliver; acknowledgement, delivery and names are set here. */
  readonly config: ConsumerConfig;
  readonly signal?: AbortSignal;
  /** Called when the consumer was made anew, with the reason. */
  readonly onReset?: (why: string) => void;
  /**
   * Only the last message of each subject is wanted, also after the consumer was made anew: messages that came before are
   * then passed over instead of all that followed being delivered. Called for each of those, with what is still to come.
   */
  readonly onPassed?: (pending: bigint) => void;
  /** Learns how many messages there are at the beginning, with `onPassed` at each new beginning. */
  readonly onStart?: (pending: bigint) => void;
}

/**
 * Takes one message in place: copy what is kept beyond the call. `facts` is what its reply subject tells, good as long.
 * False ends the reading.
 */
export type OrderedTaker = (frame: Frame, facts: AckSubject) => boolean;

const HEARTBEAT_NS = 5_000_000_000n;
/** Two missed heartbeats. */
const SILENCE_MS = 10_500;
const INACTIVE_NS = 300_000_000_000n;
/** Why a life ended that is not begun again. */
const STOPPED = 'stopped';

/** One life of the consumer: from its creation to the reason it has to be made anew. */
interface Life {
  readonly pending: bigint;
  /** Begins to give messages; resolves with why it ended. */
  run(take: OrderedTaker): Promise<string>;
}

/**
 * Reads a stream in order without an object or a promise per message. Resolves when `take` says that it is enough or the
 * signal comes. Rejects with what creating the consumer throws the first time, and with what `take` throws.
 */
export async function readOrdered(
  js: JetStream,
  stream: string,
  options: OrderedOptions,
  take: OrderedTaker,
): Promise<void> {
  const { onPassed } = options;
  let last: number | bigint = 0;
  const next: OrderedTaker = (frame, facts) => {
    const seq = facts.streamSeq;
    if (seq <= last) {
      onPassed?.(BigInt(facts.pending));
      return true;
    }
    last = seq;
    return take(frame, facts);
  };
  for (let first = true; ; first = false) {
    options.signal?.throwIfAborted();
    const config = last === 0 || onPassed ? options.config : resumed(options.config, BigInt(last) + 1n);
    const life: Life | undefined = await begin(js, stream, config, options.signal).catch(async (error: unknown) => {
      if (first || (error instanceof BoxError && error.kind === 'not-found')) throw error;
      // The server is away: the connection finds it again, then so do we.
      await new Promise((resolve) => setTimeout(resolve, 250));
      return undefined;
    });
    if (!life) continue;
    if (first || onPassed) options.onStart?.(life.pending);
    const why = await life.run(next);
    if (why === STOPPED) return;
    options.onReset?.(why);
  }
}

function resumed(config: ConsumerConfig, seq: bigint): ConsumerConfig {
  const { opt_start_time: _t, ...rest } = config;
  return { ...rest, deliver_policy: 'by_start_sequence', opt_start_seq: seq };
}

/** A frame with bytes of its own. */
function kept(frame: Frame): Frame {
  const copy = Object.assign(new Frame(), frame);
  copy.buf = frame.buf.slice(frame.start, frame.end);
  for (const key of ['start', 'subjectAt', 'subjectEnd', 'replyAt', 'replyEnd', 'head', 'body', 'end'] as const) {
    copy[key] -= frame.start;
  }
  if (!frame.hasReply) copy.replyAt = copy.replyEnd = 0;
  return copy;
}

async function begin(js: JetStream, stream: string, config: ConsumerConfig, signal?: AbortSignal): Promise<Life> {
  const { connection } = js;
  const facts = new AckSubject();
  let expected = 1;
  let quiet = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let take: OrderedTaker | undefined;
  // What comes before the answer to the creation has been read.
  const early: Frame[] = [];
  let end: (why: string | Error) => void = () => {};
  const over = new Promise<string | Error>((resolve) => {
    end = resolve;
  });
  let done = false;
  const finish = (why: string | Error) => {
    if (done) return;
    done = true;
    subscription.unsubscribe();
    end(why);
  };

  function handle(frame: Frame): void {
    if (done) return;
    if (take) deliver(frame, take);
    else early.push(kept(frame));
  }

  function deliver(frame: Frame, to: OrderedTaker): void {
    quiet = 0;
    if (!facts.read(frame.buf, frame.replyAt, frame.replyEnd)) {
      const why = frame.hasHeaders ? status(frame) : undefined;
      if (why !== undefined) finish(why);
      return;
    }
    if (Number(facts.consumerSeq) !== expected) {
      finish('gap');
      return;
    }
    expected++;
    try {
      if (!to(frame, facts)) finish(STOPPED);
    } catch (error) {
      finish(error as Error);
    }
  }

  /** Answers flow control; gives why the consumer cannot go on when it cannot. */
  function status(frame: Frame): string | undefined {
    const headers = MsgHeaders.parse(frame.headerBytes.slice());
    if (headers.code !== 100) return headers.code >= 400 ? headers.description : undefined;
    const reply = frame.hasReply ? frame.reply : headers.get('Nats-Consumer-Stalled');
    if (reply) connection.publish(reply);
    const seen = headers.get('Nats-Last-Consumer');
    return !frame.hasReply && seen !== undefined && Number(seen) >= expected ? 'gap' : undefined;
  }

  const inbox = connection.newInbox();
  const subscription: BaseSubscription = connection.subscribeRaw(inbox, {}, handle);
  void subscription.closed.then((error) => finish(error ?? fail('unreachable', 'nats: connection closed')));
  const stop = () => finish(STOPPED);
  signal?.addEventListener('abort', stop, { once: true });
  const offReconnect = connection.on('reconnect', () => finish('silence'));
  const release = () => {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
    offReconnect();
    finish(STOPPED);
  };
  const info = await createConsumer(js, stream, {
    ...config,
    deliver_subject: inbox,
    ack_policy: 'none',
    max_deliver: 1,
    mem_storage: true,
    num_replicas: 1,
    flow_control: true,
    idle_heartbeat: HEARTBEAT_NS,
    inactive_threshold: INACTIVE_NS,
  }).catch((error: unknown) => {
    release();
    throw error;
  });

  return {
    pending: BigInt(info.num_pending),
    run: async (to) => {
      // One timer that looks now and then: setting one for every message costs more than reading it.
      timer = setInterval(() => {
        // Who does not read hears nothing.
        if (connection.isResting) quiet = 0;
        else if (++quiet >= 3) finish('silence');
      }, SILENCE_MS / 2);
      for (const frame of early.splice(0)) if (!done) deliver(frame, to);
      take = to;
      const why = await over;
      release();
      await deleteConsumer(js, stream, info.name).catch(() => undefined);
      if (typeof why !== 'string') throw why;
      return why;
    },
  };
}
