// Consumers of one run: ordered ones that see the whole stream, and the durable that pushes.

import { fail } from '#base/errors.ts';
import { nuid } from '#base/nuid.ts';
import { createConsumer, deleteConsumer } from '#client/jetstream/consumers.ts';
import { streamInfo, streamNames } from '#client/jetstream/streams.ts';
import type { ConsumerConfig } from '#client/jetstream/types.ts';
import type { Frame } from '#wire/frame.ts';
import { listenSubject } from '../plan.ts';
import { type Client, type ClientRun, clock, doing, settle } from './client.ts';
import { type Receiver, receiver, statusOf, watchDrained } from './deliveries.ts';
import { puller } from './pull.ts';

const INACTIVE = 10_000_000_000n;

/** Where a delivery stands, read from its reply subject (ADR-15) without making text of it. */
export function deliveryReader(): { stream: number; consumer: number; read(frame: Frame): void } {
  let dots = 0;
  const reader = {
    stream: 0,
    consumer: 0,
    read({ buf, replyAt, replyEnd }: Frame) {
      if (dots === 0) for (let i = replyAt; i < replyEnd; i++) if (buf[i] === 46) dots++;
      // Nine tokens, or at least eleven with domain and account in front: from the end the distance stays the same.
      let skip = dots === 8 ? 2 : dots - 8;
      let at = replyEnd - 1;
      for (; skip > 0 && at > replyAt; at--) if (buf[at] === 46) skip--;
      const consumer = number(buf, at);
      reader.consumer = consumer.value;
      reader.stream = number(buf, consumer.at - 1).value;
    },
  };
  return reader;
}

/** The number that ends at `end`; `at` is the dot before it. */
function number(buf: Uint8Array, end: number): { value: number; at: number } {
  let value = 0;
  let at = end;
  for (let unit = 1; buf[at] !== 46 && at >= 0; at--, unit *= 10) value += ((buf[at] as number) - 48) * unit;
  return { value, at };
}

/** `bench js ordered`: made anew behind the last message when one is missing. */
export const runOrdered: ClientRun = async (client) => {
  const { plan, js } = client;
  await streamInfo(js, plan.stream).catch(doing(`getting stream '${plan.stream}'`));
  const to = receiver(client, { acks: false });
  const at = deliveryReader();
  let name = '';
  let last = 0;
  let expected = 1;
  const make = async () => {
    name = nuid();
    expected = 1;
    await createConsumer(js, plan.stream, { ...orderedConfig(plan.filters, last), name });
  };
  const more = () => pull.topUp(to.left);
  const remake = () => {
    const old = name;
    name = '';
    make()
      .then(more, (error: unknown) => to.fail(error))
      .finally(() => deleteConsumer(js, plan.stream, old).catch(() => undefined));
  };
  const pull = puller(client, () => name, {
    message: (frame) => {
      if (name === '') return;
      at.read(frame);
      if (at.consumer !== expected) {
        // What a consumer before this one still had on its way is no gap.
        if (at.stream <= last) return;
        return remake();
      }
      expected++;
      last = at.stream;
      to.take(frame);
      more();
    },
    ended: () => {
      if (name !== '') more();
    },
    fail: (error) => to.fail(error),
  });
  await make().catch(doing('creating the ephemeral ordered consumer'));
  await settle(client.connection);
  await client.ready();
  const stop = watchDrained(client, to, () => name);
  more();
  await to.done.finally(stop);
  await deleteConsumer(js, plan.stream, name).catch(() => undefined);
  return to.sample();
};

function orderedConfig(filters: readonly string[], last: number): ConsumerConfig {
  return {
    ...(last === 0 ? { deliver_policy: 'all' } : { deliver_policy: 'by_start_sequence', opt_start_seq: last + 1 }),
    ack_policy: 'none',
    replay_policy: 'instant',
    max_deliver: 1,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: INACTIVE,
    ...(filters.length === 1 ? { filter_subject: filters[0] as string } : {}),
    ...(filters.length > 1 ? { filter_subjects: [...filters] } : {}),
  };
}

/** Messages pushed to a subject; answers what the server asks for to keep the flow. */
function pushed(client: Client, subject: string, queue: string | undefined, to: Receiver): void {
  client.connection.subscribeRaw(subject, queue === undefined ? {} : { queue }, (frame) => {
    const status = statusOf(frame);
    if (status === undefined) return to.take(frame);
    const stalled = frame.hasReply ? frame.reply : status.headers.get('Nats-Consumer-Stalled');
    if (status.code === 100) {
      if (stalled) client.connection.publish(stalled);
    } else to.fail(fail('error', `nats: ${status.text}`, { code: status.code }));
  });
}

/** `bench oldjs ordered`: a push consumer of its own on the stream that holds the subject. */
export const runOldOrdered: ClientRun = async (client) => {
  const { js, connection } = client;
  const subject = listenSubject(client.plan);
  const what = doing(`subscribing to the ordered consumer on subject '${subject}'`);
  const stream = await streamOf(client, subject).catch(what);
  const plan = { ...client.plan, stream };
  const to = receiver(client, { acks: false });
  const inbox = connection.newInbox();
  const begin = clock();
  await client.ready();
  pushed(client, inbox, undefined, to);
  const info = await createConsumer(js, stream, {
    ...orderedConfig([subject], 0),
    deliver_subject: inbox,
    flow_control: true,
    idle_heartbeat: 5_000_000_000n,
  }).catch(what);
  const stop = watchDrained({ ...client, plan }, to, () => info.name);
  await to.done.finally(stop);
  await deleteConsumer(js, stream, info.name).catch(() => undefined);
  return to.sample(undefined, begin);
};

async function streamOf(client: Client, subject: string): Promise<string> {
  for await (const name of streamNames(client.js, subject)) return name;
  throw fail('not-found', 'nats: no stream matches subject', { hint: `no stream stores ${subject}` });
}

/** `bench oldjs push`: clients share what the durable consumer sends them. */
export const runOldPush: ClientRun = async (client) => {
  const { plan, connection } = client;
  const to = receiver(client, { acks: plan.acks !== 'none' });
  const begin = clock();
  pushed(client, `${plan.consumer}-DELIVERY`, `${plan.consumer}-GROUP`, to);
  await settle(connection);
  await client.ready();
  const stop = watchDrained(client, to, () => plan.consumer);
  await to.done.finally(stop);
  await settle(connection);
  return to.sample(undefined, begin);
};
