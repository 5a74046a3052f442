// Reading a stream through a consumer while the reader stands.
import assert from 'node:assert/strict';
import { connect } from '#client/index.ts';
import { type JetStream, jetStream } from '#client/jetstream/api.ts';
import { consumerInfo, createConsumer } from '#client/jetstream/consumers.ts';
import { type PullOptions, readPulled } from '#client/jetstream/pull.ts';
import { createStream } from '#client/jetstream/streams.ts';
import type { Connection } from '#client/types.ts';
import { startNatsServer, serverTest as test } from '#test/nats-server.ts';

const MESSAGES = 50;
const how: PullOptions & { keep: boolean } = { batch: 10, expires: 5000, heartbeat: 200, keep: true };

/** A stream with messages, a consumer, and a second connection that looks on. */
async function world(run: (nc: Connection, js: JetStream, aside: JetStream, consumer: string) => Promise<void>) {
  const server = await startNatsServer({ jetstream: true });
  const nc = await connect({ servers: server.url });
  const other = await connect({ servers: server.url });
  const [js, aside] = [jetStream(nc), jetStream(other)];
  await createStream(aside, { name: 'S', subjects: ['s'], storage: 'memory' });
  for (let i = 0; i < MESSAGES; i++) await other.request('s', `${i}`);
  const { name } = await createConsumer(aside, 'S', { ack_policy: 'none', deliver_policy: 'all' });
  try {
    await run(nc, js, aside, name);
  } finally {
    await nc.close();
    await other.close();
    await server.stop();
  }
}

test('while the connection rests the server is reminded of the consumer', () =>
  world(async (nc, js, aside, consumer) => {
    let count = 0;
    const done = readPulled(js, 'S', consumer, { ...how, limit: MESSAGES }, () => {
      if (++count === 1) nc.pauseReading();
      return true;
    });
    const asked = async () => MESSAGES - Number((await consumerInfo(aside, 'S', consumer)).num_pending);
    // More than the two batches that are asked for by a reader that reads, while nothing is read.
    while ((await asked()) < 3 * how.batch) assert.ok(count <= 2 * how.batch);
    nc.resumeReading();
    await done;
    assert.equal(count, MESSAGES);
  }));

test('a program that stood as a whole goes on: nobody was silent but itself', () =>
  world(async (_nc, js, aside, consumer) => {
    let count = 0;
    await readPulled(js, 'S', consumer, { ...how, limit: MESSAGES + 1 }, () => {
      if (++count !== MESSAGES) return true;
      // Behind the last message that is there, as a write to a terminal that stands.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
      aside.connection.publish('s', 'late');
      return true;
    });
    assert.equal(count, MESSAGES + 1);
  }));
