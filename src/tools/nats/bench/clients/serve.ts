// Answering requests, as a service others can find.
import { addService } from '#client/service.ts';
import { type ClientRun, clock, pause, sampleOf } from './client.ts';

const ok = new TextEncoder().encode('ok');

/** `bench service serve`: answers until it is stopped. */
export const runServer: ClientRun = async (client) => {
  const { connection, plan, signal } = client;
  const start = clock();
  // One request after the other, as one worker would.
  let last: Promise<unknown> = Promise.resolve();
  addService(connection, {
    name: 'nats-bench-service',
    version: '1.0.0',
    description: '',
    now: () => BigInt(Math.round(clock() * 1e6)),
    endpoints: [
      {
        name: 'default',
        subject: plan.subject,
        handler: (request) => {
          if (plan.sleep <= 0) {
            request.respond(ok);
            return;
          }
          last = last.then(() => pause(plan.sleep, signal)).then(() => request.respond(ok));
          return last.then(() => undefined);
        },
      },
    ],
  });
  await connection.flush();
  await client.ready();
  await Promise.race([
    connection.closed,
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
  ]);
  return sampleOf(client, 0, start, clock());
};
