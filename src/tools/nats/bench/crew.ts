// The clients of one thread: connected, started together, their samples gathered.
import { BoxError, type BoxErrorFacts, type Cause, messageOf } from '#base/errors.ts';
import { jetStream } from '#client/jetstream/api.ts';
import type { Connection } from '#client/types.ts';
import type { Client } from './clients/client.ts';
import { clientRun } from './clients/run.ts';
import { type Plan, shareOf } from './plan.ts';
import type { Sample } from './sample.ts';

/** An error that went from one thread to another. */
export interface PlainError {
  readonly kind: Cause;
  readonly message: string;
  readonly facts: BoxErrorFacts;
}

/** What became of one client. */
export interface Result {
  readonly index: number;
  readonly sample?: Sample;
  readonly error?: PlainError;
}

/** What a crew tells those who wait for it. */
export interface CrewEvents {
  /** All clients are connected and wait; resolves when they may begin. */
  ready(): Promise<void>;
  progress(index: number, messages: number): void;
  log(text: string): void;
  /** A connection was lost or had trouble. */
  trouble(): void;
}

export function plainError(error: unknown): PlainError {
  if (!(error instanceof BoxError)) return { kind: 'error', message: messageOf(error), facts: {} };
  const { reason: _, ...facts } = error.facts;
  return { kind: error.kind, message: error.message, facts };
}

/** Runs the clients of these numbers. Rejects when one cannot connect. */
export async function runCrew(
  plan: Plan,
  indexes: readonly number[],
  connect: (index: number) => Promise<Connection>,
  events: CrewEvents,
  signal: AbortSignal,
): Promise<Result[]> {
  const run = await clientRun(plan.kind);
  const connections: Connection[] = [];
  for (const index of indexes) {
    const connection = await connect(index);
    connection.on('disconnect', () => events.trouble());
    connection.on('error', () => events.trouble());
    connections.push(connection);
  }
  const enter = startTogether(indexes.length, () => events.ready());
  const work = indexes.map(async (index, i): Promise<Result> => {
    const connection = connections[i] as Connection;
    const start = enter();
    const { jsApiPrefix, jsDomain, timeout } = plan;
    const client: Client = {
      plan,
      index,
      ...shareOf(plan, index),
      connection,
      js: jetStream(connection, {
        ...(jsApiPrefix === '' ? {} : { apiPrefix: jsApiPrefix }),
        ...(jsDomain === '' ? {} : { domain: jsDomain }),
        timeout,
      }),
      ready: () => start.ready(),
      progress: (messages) => events.progress(index, messages),
      log: (text) => events.log(text),
      signal,
    };
    try {
      return { index, sample: await run(client) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return { index, error: plainError(error) };
    } finally {
      start.gone();
    }
  });
  try {
    return await Promise.all(work);
  } finally {
    await Promise.all(connections.map((c) => c.close().catch(() => undefined)));
  }
}

/** Lets all begin when the last one is ready; those that end before are not waited for. */
function startTogether(total: number, allReady: () => Promise<void>) {
  let waiting = total;
  let open: () => void = () => {};
  let refuse: (error: unknown) => void = () => {};
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    refuse = reject;
  });
  opened.catch(() => undefined);
  return () => {
    let arrived = false;
    const arrive = () => {
      if (arrived) return;
      arrived = true;
      if (--waiting === 0) allReady().then(open, refuse);
    };
    return {
      ready: () => {
        arrive();
        return opened;
      },
      gone: arrive,
    };
  };
}
