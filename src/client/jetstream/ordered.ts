// A consumer that delivers in order and heals itself (ADR-17): it is made anew after a gap, a lost heartbeat or a
// reconnect, at the message after the last one seen. Nothing is acknowledged, nothing is left behind.
import { BoxError, fail } from '#base/errors.ts';
import type { Msg } from '../types.ts';
import type { JetStream } from './api.ts';
import { createConsumer, deleteConsumer } from './consumers.ts';
import { type Delivery, parseDelivery } from './messages.ts';
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
}

export interface OrderedMessage {
  readonly msg: Msg;
  readonly delivery: Delivery;
}

const HEARTBEAT_NS = 5_000_000_000n;
/** Two missed heartbeats. */
const SILENCE_MS = 10_500;
const INACTIVE_NS = 300_000_000_000n;

/** One life of the consumer: from its creation to the reason it has to be made anew. */
interface Life {
  readonly name: string;
  readonly pending: bigint;
  messages(): AsyncGenerator<OrderedMessage, string>;
  end(): Promise<void>;
}

/**
 * Messages of a stream in order. `onStart` learns how many are there at the beginning, with `onPassed` at each new beginning. Ends with the signal or when
 * the caller stops iterating. Throws what creating the consumer throws the first time.
 */
export async function* orderedMessages(
  js: JetStream,
  stream: string,
  options: OrderedOptions,
  onStart?: (pending: bigint) => void,
): AsyncGenerator<OrderedMessage> {
  let last = 0n;
  for (let first = true; ; first = false) {
    options.signal?.throwIfAborted();
    const { onPassed } = options;
    const config = last === 0n || onPassed ? options.config : resumed(options.config, last + 1n);
    const life = await begin(js, stream, config, options.signal).catch(async (error: unknown) => {
      if (first || (error instanceof BoxError && error.kind === 'not-found')) throw error;
      // The server is away: the connection finds it again, then so do we.
      await new Promise((resolve) => setTimeout(resolve, 250));
      return undefined;
    });
    if (!life) continue;
    if (first || onPassed) onStart?.(life.pending);
    let why = '';
    try {
      const messages = life.messages();
      for (;;) {
        const next = await messages.next();
        if (next.done) {
          why = next.value;
          break;
        }
        const { streamSeq, pending } = next.value.delivery;
        if (streamSeq <= last) {
          onPassed?.(pending);
          continue;
        }
        last = streamSeq;
        yield next.value;
      }
    } finally {
      await life.end();
    }
    if (why === 'stopped') return;
    options.onReset?.(why);
  }
}

function resumed(config: ConsumerConfig, seq: bigint): ConsumerConfig {
  const { opt_start_time: _t, ...rest } = config;
  return { ...rest, deliver_policy: 'by_start_sequence', opt_start_seq: seq };
}

async function begin(js: JetStream, stream: string, config: ConsumerConfig, signal?: AbortSignal): Promise<Life> {
  const { connection } = js;
  const inbox = connection.newInbox();
  const subscription = connection.subscribe(inbox);
  let late = false;
  // One timer that looks now and then: setting one for every message costs more than reading it.
  let timer: ReturnType<typeof setInterval> | undefined;
  let quiet = 0;
  const stop = () => subscription.unsubscribe();
  signal?.addEventListener('abort', stop, { once: true });
  const offReconnect = connection.on('reconnect', () => {
    late = true;
    subscription.unsubscribe();
  });
  const watch = () => {
    timer = setInterval(() => {
      if (++quiet < 3) return;
      late = true;
      subscription.unsubscribe();
    }, SILENCE_MS / 2);
  };
  const release = () => {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
    offReconnect();
    subscription.unsubscribe();
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

  async function* messages(): AsyncGenerator<OrderedMessage, string> {
    let expected = 1n;
    watch();
    for await (const msg of subscription) {
      quiet = 0;
      if (msg.headers?.code === 100) {
        const reply = msg.reply ?? msg.headers.get('Nats-Consumer-Stalled');
        if (reply) connection.publish(reply);
        const seen = msg.headers.get('Nats-Last-Consumer');
        if (!msg.reply && seen !== undefined && BigInt(seen) >= expected) return 'gap';
        continue;
      }
      if (msg.headers && msg.headers.code >= 400) return msg.headers.description;
      const delivery = parseDelivery(msg.reply);
      if (!delivery) continue;
      if (delivery.consumerSeq !== expected) return 'gap';
      expected++;
      yield { msg, delivery };
    }
    if (signal?.aborted) return 'stopped';
    if (late) return 'silence';
    throw (await subscription.closed) ?? fail('unreachable', 'nats: connection closed');
  }

  return {
    name: info.name,
    pending: BigInt(info.num_pending),
    messages,
    end: async () => {
      release();
      await deleteConsumer(js, stream, info.name).catch(() => undefined);
    },
  };
}
