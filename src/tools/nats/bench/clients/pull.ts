// Pulling from a consumer: a steady flow, or one batch after the other.
import { fail } from '#base/errors.ts';
import { consumerInfo } from '#client/jetstream/consumers.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import type { Frame } from '#wire/frame.ts';
import { createRecorder } from '../latency.ts';
import { type Client, type ClientRun, clock, doing, settle } from './client.ts';
import { type Receiver, receiver, statusOf, watchDrained } from './deliveries.ts';

/** Nanoseconds a pull stays open. */
const EXPIRES = 30_000_000_000;
const HEARTBEAT = 5_000_000_000;

/** Asks a consumer for messages and knows how many are still to come. */
export interface Puller {
  readonly outstanding: number;
  ask(messages: number): void;
}

export interface PullEvents {
  message(frame: Frame): void;
  /** A pull ended before it was filled. */
  ended(): void;
  fail(error: unknown): void;
}

export function puller(client: Client, consumer: () => string, events: PullEvents): Puller {
  const { connection, js, plan } = client;
  const inbox = connection.newInbox();
  let outstanding = 0;
  connection.subscribeRaw(inbox, {}, (frame) => {
    const status = statusOf(frame);
    if (status === undefined) {
      if (outstanding > 0) outstanding--;
      events.message(frame);
      return;
    }
    const { code, text, headers } = status;
    if (code === 100) return;
    if (code === 408 || code === 404 || (code === 409 && !fatal.test(text))) {
      outstanding = Math.max(0, outstanding - Number(headers.get('Nats-Pending-Messages') ?? outstanding));
      return events.ended();
    }
    events.fail(fail(code === 503 ? 'no-responders' : 'error', `nats: ${text || 'no responders available'}`, { code }));
  });
  connection.on('reconnect', () => {
    outstanding = 0;
    events.ended();
  });
  return {
    get outstanding() {
      return outstanding;
    },
    ask(messages) {
      outstanding += messages;
      const body = `{"batch":${messages},"expires":${EXPIRES},"idle_heartbeat":${HEARTBEAT}}`;
      connection.publish(`${js.prefix}.CONSUMER.MSG.NEXT.${plan.stream}.${consumer()}`, body, { reply: inbox });
    },
  };
}

const fatal = /deleted|exceeded|bad request|push based/i;

/**
 * What may be under way is topped up when half of it has come: acknowledgements and the next question leave in one write,
 * so the server does not run dry, and smaller questions cost both sides more.
 */
const TOP_UP = 0.5;

/** Asks for more before what was asked for has come, never for more than is wanted. */
export function steadyPull(client: Client, to: Receiver, consumer: () => string): Puller {
  const { batch } = client.plan;
  const pull = puller(client, consumer, {
    message: (frame) => {
      to.take(frame);
      more();
    },
    ended: () => more(),
    fail: (error) => to.fail(error),
  });
  const more = () => {
    if (pull.outstanding > batch * TOP_UP || to.left <= pull.outstanding) return;
    pull.ask(Math.min(batch, to.left) - pull.outstanding);
  };
  more();
  return pull;
}

function ackWanted(client: Client): boolean {
  return client.plan.acks !== 'none';
}

async function checkConsumer(client: Client): Promise<void> {
  const { stream, consumer } = client.plan;
  await streamInfo(client.js, stream).catch(doing(`getting stream '${stream}'`));
  await consumerInfo(client.js, stream, consumer).catch(doing(`getting durable consumer '${consumer}'`));
}

/** `bench js consume`. */
export const runConsumer: ClientRun = async (client) => {
  await checkConsumer(client);
  const to = receiver(client, { acks: ackWanted(client) });
  await settle(client.connection);
  await client.ready();
  const stop = watchDrained(client, to, () => client.plan.consumer);
  if (client.count > 0) steadyPull(client, to, () => client.plan.consumer);
  await to.done.finally(stop);
  await settle(client.connection);
  return to.sample();
};

/** `bench js fetch`, and `bench oldjs pull`, which measures no latencies and counts the time from its beginning. */
export const runFetcher: ClientRun = async (client) => {
  const { plan, connection } = client;
  const old = plan.kind === 'oldjs-pull';
  await checkConsumer(client);
  const latency = createRecorder();
  const to = receiver(client, { acks: ackWanted(client) });
  let next: () => void = () => {};
  const pull = puller(client, () => plan.consumer, {
    message: (frame) => {
      to.take(frame);
      if (pull.outstanding === 0) next();
    },
    ended: () => next(),
    fail: (error) => to.fail(error),
  });
  await settle(connection);
  await client.ready();
  const begin = clock();
  const stop = watchDrained(client, to, () => plan.consumer);
  let over = false;
  const done = to.done.finally(() => {
    over = true;
    next();
  });
  done.catch(() => undefined);
  while (to.left > 0 && !over) {
    const from = performance.now();
    const filled = new Promise<void>((resolve) => {
      next = resolve;
    });
    pull.ask(Math.min(plan.batch, to.left));
    await filled;
    if (!over || to.left === 0) latency.record((performance.now() - from) * 1e6);
  }
  await done.finally(stop);
  await settle(connection);
  return old ? to.sample(undefined, begin) : to.sample(latency);
};
