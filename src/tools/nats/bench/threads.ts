// Clients spread over threads, each with a connection and a loop of its own.
import type { Worker } from 'node:worker_threads';
import { BoxError } from '#base/errors.ts';
import type { ConnectOptions } from '#client/types.ts';
import type { Settings } from '#runtime/settings.ts';
import type { CrewEvents, PlainError, Result } from './crew.ts';
import type { Plan } from './plan.ts';

/** Plain data only. */
export interface ThreadData {
  readonly plan: Plan;
  readonly indexes: readonly number[];
  readonly connection: ConnectOptions;
}

export type FromThread =
  | { what: 'ready' }
  | { what: 'progress'; index: number; messages: number }
  | { what: 'log'; text: string }
  | { what: 'trouble' }
  | { what: 'done'; results: Result[] }
  | { what: 'failed'; error: PlainError };

/** Where the thread's module is: beside this file in the sources, under tools/ beside the chunks of a build. */
function workerUrl(): URL {
  const inSources = import.meta.url.endsWith('/src/tools/nats/bench/threads.ts');
  return new URL(inSources ? './bench.worker.ts' : './tools/nats/bench/bench.worker.js', import.meta.url);
}

/** How many threads serve so many clients best: a server on the same machine wants cores too. */
export function threadsFor(clients: number, cores: number): number {
  return Math.max(1, Math.min(clients, cores - 2));
}

/** The clients of each thread. */
export function crews(clients: number, threads: number): number[][] {
  const all = Array.from({ length: clients }, (_, i) => i);
  return Array.from({ length: threads }, (_, t) => all.filter((i) => i % threads === t)).filter((c) => c.length > 0);
}

/** Settings as plain data: what would be looked up at each connect is looked up now. */
export async function plainConnection(settings: Settings): Promise<ConnectOptions> {
  const { auth, creds, nkeySeed, jwt, token, ...rest } = settings.client;
  const look = async <T>(value: T | (() => T | Promise<T>) | undefined): Promise<T | undefined> =>
    typeof value === 'function' ? (value as () => T | Promise<T>)() : value;
  const found = {
    creds: await look(creds),
    nkeySeed: await look(nkeySeed),
    jwt: await look(jwt),
    token: await look(token),
  };
  const login = await auth?.({ nonce: undefined, info: {} as never });
  return {
    ...rest,
    servers: [...settings.servers],
    ...(Object.fromEntries(Object.entries(found).filter(([, v]) => v !== undefined)) as ConnectOptions),
    ...(login?.user === undefined ? {} : { user: login.user, password: login.pass ?? '' }),
  };
}

/** Runs the crew of one thread; the same as `runCrew`, seen from outside. */
export async function runThread(data: ThreadData, events: CrewEvents, signal: AbortSignal): Promise<Result[]> {
  const { Worker } = await import('node:worker_threads');
  const worker: Worker = new Worker(workerUrl(), { workerData: data });
  const stop = () => worker.postMessage('stop');
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Result[]>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', (status) => reject(new Error(`a thread of the benchmark ended with status ${status}`)));
      worker.on('message', (message: FromThread) => {
        if (message.what === 'ready') events.ready().then(() => worker.postMessage('go'), reject);
        else if (message.what === 'progress') events.progress(message.index, message.messages);
        else if (message.what === 'log') events.log(message.text);
        else if (message.what === 'trouble') events.trouble();
        else if (message.what === 'done') resolve(message.results);
        else reject(signal.aborted ? signal.reason : errorOf(message.error));
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

export function errorOf(error: PlainError): BoxError {
  return new BoxError(error.kind, error.message, error.facts);
}
