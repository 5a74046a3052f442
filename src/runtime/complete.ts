// Live names for completion: quick, silent when anything is in the way, and without a trace.

import type { CompletionWorld, LiveNames } from '#cli/completion.ts';
import type { Resolved } from '#cli/resolve.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import type { Connection } from '#client/types.ts';
import type { Runtime } from './runtime.ts';
import type { Settings } from './settings.ts';

/** Milliseconds a shell may be kept waiting. */
const BUDGET = 250;
/** More names than this help nobody who presses a key. */
const MOST = 1000;

/** Candidates by kind: what was found within the budget, nothing on any failure. */
export function liveNames(runtime: Runtime): LiveNames {
  return async (kind, words, flags) => {
    const source = sources[kind];
    const found: string[] = [];
    if (!source) return found;
    const collect = async () => {
      for await (const name of source(quiet(runtime, flags), words)) if (found.push(name) >= MOST) return;
    };
    await Promise.race([collect().catch(() => undefined), runtime.clock.sleep(BUDGET)]);
    return found;
  };
}

/** What completing a line inside a command needs. */
export function completionWorld(runtime: Runtime): CompletionWorld {
  return { env: runtime.env, kindOf: () => undefined, live: liveNames(runtime) };
}

/** The same world with the flags of the completed line, where nothing is said, asked or changed. */
function quiet(runtime: Runtime, flags: Resolved['values']): Runtime {
  const silent = () => undefined;
  return Object.create(runtime, {
    globals: { value: flags },
    log: { value: silent },
    out: { value: { ...runtime.out, write: silent, line: silent } },
    files: { value: { ...runtime.files, home: runtime.files.home, cwd: runtime.files.cwd, remove: async () => {} } },
    // A password manager may ask its user; a key press is no reason to.
    programs: { value: { run: () => Promise.reject(new Error('not while completing')) } },
  }) as Runtime;
}

type Source = (runtime: Runtime, words: readonly string[]) => AsyncGenerator<string>;

/** By the names that `complete` of arguments and flags uses. Names inside something take it from the first argument. */
const sources: Readonly<Record<string, Source>> = {
  contexts: async function* (runtime) {
    yield* await (await import('./contexts.ts')).contextStore(runtime).then((s) => s.names());
  },
  streams: (runtime) => withJetStream(runtime, (js) => streams(js)),
  consumers: (runtime, [stream = '']) =>
    withJetStream(runtime, async function* (js) {
      yield* (await import('#client/jetstream/consumers.ts')).consumerNames(js, stream);
    }),
  'kv-buckets': (runtime) => withJetStream(runtime, (js) => streams(js, '$KV.>', 'KV_')),
  'kv-keys': (runtime, [bucket = '']) =>
    withJetStream(runtime, async function* (js) {
      const front = `$KV.${bucket}.`;
      const { streamInfo } = await import('#client/jetstream/streams.ts');
      const { state } = await streamInfo(js, `KV_${bucket}`, { subjectsFilter: `${front}>` });
      for (const subject of Object.keys(state.subjects ?? {})) yield subject.slice(front.length);
    }),
  'object-buckets': (runtime) => withJetStream(runtime, (js) => streams(js, '$O.>', 'OBJ_')),
  objects: (runtime, [bucket = '']) =>
    withJetStream(runtime, async function* (js) {
      const { listObjects, openObjectBucket } = await import('#client/object.ts');
      for await (const { name } of listObjects(await openObjectBucket(js, bucket))) yield name;
    }),
  services: (runtime) =>
    withConnection(runtime, async function* (connection) {
      const { askServices } = await import('#client/service.ts');
      const found = await askServices(connection, 'PING', '', '', { timeout: BUDGET, stall: 50 });
      yield* new Set(found.map((s) => s.name));
    }),
  servers: (runtime) =>
    withConnection(runtime, async function* (connection) {
      const { liveSource } = await import('#client/system/source.ts');
      const found = await liveSource(connection, { timeout: BUDGET }).stats();
      yield* found.map((s) => s.server.name);
    }),
};

async function* streams(js: JetStream, subject?: string, front = ''): AsyncGenerator<string> {
  const { streamNames } = await import('#client/jetstream/streams.ts');
  for await (const name of streamNames(js, subject)) if (name.startsWith(front)) yield name.slice(front.length);
}

type Asked<T> = (from: T, settings: Settings) => AsyncGenerator<string>;

async function* withConnection(runtime: Runtime, body: Asked<Connection>): AsyncGenerator<string> {
  const [{ loadSettings }, { connectSettings }] = await Promise.all([import('./settings.ts'), import('./connect.ts')]);
  const settings = await loadSettings(runtime, { timeoutMs: BUDGET, noReconnect: true });
  const connection = await connectSettings(runtime, settings);
  try {
    yield* body(connection, settings);
  } finally {
    await connection.close().catch(() => undefined);
  }
}

function withJetStream(runtime: Runtime, body: Asked<JetStream>): AsyncGenerator<string> {
  return withConnection(runtime, async function* (connection, settings) {
    const { jetStreamOf } = await import('./jetstream.ts');
    yield* body(jetStreamOf(runtime, connection, settings), settings);
  });
}
