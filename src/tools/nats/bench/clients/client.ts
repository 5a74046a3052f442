// What all clients of a benchmark stand on. This runs in the command's thread or in one of its own.
import { BoxError, during, fail } from '#base/errors.ts';
import { type JetStream, JetStreamError } from '#client/jetstream/api.ts';
import { apiText } from '#client/kv.ts';
import type { Connection } from '#client/types.ts';
import type { Recorder } from '../latency.ts';
import type { Plan } from '../plan.ts';
import type { Sample } from '../sample.ts';

/** One client: its part of the work and its way to the server. */
export interface Client {
  readonly plan: Plan;
  readonly index: number;
  readonly count: number;
  readonly offset: number;
  readonly connection: Connection;
  readonly js: JetStream;
  /** Says that this client is ready and waits until all are. */
  ready(): Promise<void>;
  /** So many messages more are done. */
  progress(messages: number): void;
  log(text: string): void;
  readonly signal: AbortSignal;
}

/** Does the work of one client. */
export type ClientRun = (client: Client) => Promise<Sample>;

/** Milliseconds since 1970 with fractions: the same clock in all threads. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}

/** The sample of a client that handled `msgs` messages. */
export function sampleOf(
  client: Client,
  msgs: number,
  start: number,
  end: number,
  latency?: Recorder,
  more: Partial<Sample> = {},
): Sample {
  const { inMsgs, outMsgs } = client.connection.stats();
  return {
    msgs,
    bytes: msgs * client.plan.payload.length,
    wire: inMsgs + outMsgs,
    start,
    end,
    ...(latency ? { latency: latency.data() } : {}),
    ...more,
  };
}

/** Puts what was being done before an error, API errors in the words of the client. */
export function doing(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof JetStreamError) throw new BoxError(error.kind, `${what}: ${apiText(error)}`, error.facts);
    return during(what)(error);
  };
}

/** Waits until the server has taken everything; throws what it refused. */
export async function settle(connection: Connection): Promise<void> {
  await connection.flush(FLUSH_MS).catch(doing('flushing'));
  if (connection.lastError) throw connection.lastError;
}

/** The longest a server may take for what waits in front of a flush. */
const FLUSH_MS = 60_000;

/** Lets sockets, timers and other clients have their turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Refuses a subject that would break the protocol, and a message the server would not take. */
export function checkMessage(client: Client, subject: string, size: number): void {
  if (!/^[^\s]+$/.test(subject)) throw fail('usage', 'nats: invalid subject', { hint: 'a subject has no blanks' });
  const max = client.connection.info.max_payload;
  if (max > 0 && size > max) {
    throw fail('usage', 'nats: maximum payload exceeded', { hint: `the server takes at most ${max} bytes` });
  }
}
