// Receiving without JetStream.
import { createRecorder } from '../latency.ts';
import { listenSubject } from '../plan.ts';
import { type ClientRun, clock, sampleOf, settle } from './client.ts';
import { markReader } from './marks.ts';

/** Messages between two notes of progress. */
const NOTE_EVERY = 4096;

export const runSubscriber: ClientRun = async (client) => {
  const { connection, count, plan } = client;
  const latency = plan.marks ? createRecorder() : undefined;
  const marks = plan.marks ? markReader() : undefined;
  let received = 0;
  let start = 0;
  let finish: (end: number) => void = () => {};
  const done = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const subscription = connection.subscribeRaw(listenSubject(plan), {}, (frame) => {
    received++;
    if (received === 1) start = clock();
    if (marks) {
      const sent = marks.read(frame.payload);
      if (sent !== undefined) latency?.record((clock() - sent) * 1e6);
    }
    if (received % NOTE_EVERY === 0) client.progress(NOTE_EVERY);
    if (received === count) finish(clock());
  });
  await settle(connection);
  await client.ready();
  const end = await Promise.race([done, subscription.closed.then(ended), aborted(client.signal)]);
  client.progress(received % NOTE_EVERY);
  return sampleOf(client, count, start, end, latency, marks ? { counts: marks.counts() } : {});
};

function ended(error: Error | undefined): never {
  throw error ?? new Error('nats: connection closed');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
