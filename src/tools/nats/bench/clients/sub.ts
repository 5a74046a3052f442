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
  const subject = listenSubject(plan);
  const note = (times: number) => {
    const before = received;
    received += times;
    const noted = Math.floor(received / NOTE_EVERY) - Math.floor(before / NOTE_EVERY);
    if (noted > 0) client.progress(noted * NOTE_EVERY);
    if (before < count && received >= count) finish(clock());
  };
  // Marked messages are all different, and each one is looked at.
  const subscription = connection.subscribeRaw(subject, marks ? {} : { repeats: note }, (frame) => {
    if (received === 0) start = clock();
    if (marks) {
      const sent = marks.read(frame.payload);
      if (sent !== undefined) latency?.record((clock() - sent) * 1e6);
    }
    note(1);
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
