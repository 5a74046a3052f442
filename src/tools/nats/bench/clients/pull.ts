// Pulling from a consumer: a steady flow, or one batch after the other.
import { fail } from '#base/errors.ts';
import { consumerInfo } from '#client/jetstream/consumers.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import type { Connection } from '#client/types.ts';
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
  /** Fills up what is under way when it is time for that; `left` messages are wanted, those under way included. */
  topUp(left: number): void;
}

export interface PullEvents {
  message(frame: Frame): void;
  /** A pull ended before it was filled. */
  ended(): void;
  fail(error: unknown): void;
}

/** Of a batch, what is at most still under way when the next messages are asked for. */
const RESERVE = 0.5;
/** Messages that are at least, for servers that answer at once. */
const FEWEST = 50;
/** Milliseconds a busy server takes to look at a question. */
const LATE = 0.1;

/**
 * `roundTrip`, milliseconds to the server and back, lets `topUp` ask as late as it may without running dry: a server that
 * also takes acknowledgements is so busy that fewer questions are faster. Left out, half a batch is kept under way.
 */
export function puller(client: Client, consumer: () => string, events: PullEvents, roundTrip?: number): Puller {
  const { connection, js, plan } = client;
  const { batch } = plan;
  let reserve = batch * RESERVE;
  let counted = 0;
  let since = 0;
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
  const ask = (messages: number) => {
    outstanding += messages;
    const body = `{"batch":${messages},"expires":${EXPIRES},"idle_heartbeat":${HEARTBEAT}}`;
    connection.publish(`${js.prefix}.CONSUMER.MSG.NEXT.${plan.stream}.${consumer()}`, body, { reply: inbox });
  };
  /** What comes, at the rate since the last question, before the messages of the next one do. */
  const adjust = (trip: number, left: number) => {
    const now = performance.now();
    if (since > 0 && now > since) {
      const rate = (counted - left) / (now - since);
      reserve = Math.min(batch * RESERVE, Math.max(FEWEST, rate * (trip * 2 + LATE)));
    }
    since = now;
    counted = left;
  };
  return {
    get outstanding() {
      return outstanding;
    },
    ask,
    topUp(left) {
      if (outstanding > reserve || left <= outstanding) return;
      if (roundTrip !== undefined) adjust(roundTrip, left);
      ask(Math.min(batch, left) - outstanding);
    },
  };
}

/** Milliseconds to the server and back, the best of three. */
async function roundTripOf(connection: Connection): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) best = Math.min(best, Number(await connection.rtt()) / 1e6);
  return best;
}

const fatal = /deleted|exceeded|bad request|push based/i;

/** Keeps messages coming, never more than are wanted. */
function steadyPull(client: Client, to: Receiver, roundTrip: number | undefined): void {
  const more = () => pull.topUp(to.left);
  const events: PullEvents = {
    message: (frame) => {
      to.take(frame);
      more();
    },
    ended: more,
    fail: (error) => to.fail(error),
  };
  const pull = puller(client, () => client.plan.consumer, events, roundTrip);
  more();
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
  const roundTrip = ackWanted(client) ? await roundTripOf(client.connection) : undefined;
  await client.ready();
  const stop = watchDrained(client, to, () => client.plan.consumer);
  if (client.count > 0) steadyPull(client, to, roundTrip);
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
