import type { BoxError } from '#base/errors.ts';
import { Core } from './core.ts';
import { errors } from './errors.ts';
import { createPool } from './pool.ts';
import { type Attempt, connectFirst, reconnectLoop } from './reconnect.ts';
import { createRequester } from './requests.ts';
import { settingsOf } from './settings.ts';
import { subscribe, subscribeRaw } from './subscription.ts';
import type { Connection, ConnectOptions } from './types.ts';

const FLUSH_TIMEOUT = 10_000;
/** How long `close` waits for the server to take what was published. */
const CLOSE_TIMEOUT = 2000;

/**
 * Connects to the first server of the pool that takes us. Rejects with a BoxError whose message is the Go client's where
 * scripts know it: `usage` for bad options, `denied`, `unreachable`, `timeout`.
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const settings = settingsOf(options);
  const core = new Core(settings, createPool(settings.urls, options));
  const attempt: Attempt = { abort: () => {} };
  if (options.signal?.aborted) throw errors.aborted();
  const abort = (): void => {
    core.shut(errors.aborted());
    attempt.abort(errors.aborted());
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  const { connection, finish } = createConnection(core);
  core.events.on('close', ({ error }) => {
    options.signal?.removeEventListener('abort', abort);
    attempt.abort(errors.closed());
    finish(error);
  });
  core.onLost = (error) => {
    const server = core.server!;
    core.events.emit('disconnect', { server: server.url, error });
    if (core.state === 'closed') return;
    if (!settings.reconnect || core.state === 'draining') return core.shut(error ?? errors.lost());
    core.state = 'reconnecting';
    core.pool.rotate(server, -1);
    void reconnectLoop(core, attempt);
  };
  try {
    await connectFirst(core, attempt);
  } catch (error) {
    const aborted = options.signal?.aborted === true;
    if (!options.retryOnInitialConnect || aborted) {
      core.shut(error as BoxError);
      throw aborted ? errors.aborted() : error;
    }
    void reconnectLoop(core, attempt);
  }
  return connection;
}

async function drainAll(core: Core): Promise<void> {
  if (core.state === 'closed') throw errors.closed();
  if (core.state === 'draining') return;
  const subs = [...core.subs.values()];
  core.state = 'draining';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, core.settings.drainTimeout, true);
  });
  const all = Promise.all(subs.map((sub) => sub.drain())).then(() => false);
  const timedOut = await Promise.race([all, late]);
  clearTimeout(timer);
  if (timedOut) core.events.emit('error', { error: errors.drainTimeout() });
  if (core.link) await core.flush(FLUSH_TIMEOUT).catch(() => {});
  core.shut(undefined);
}

/**
 * Sends what is queued and waits, within a bound, until the server has it: closing a socket with unread bytes resets it,
 * and a reset can take what was sent with it.
 */
async function closeGently(core: Core): Promise<void> {
  if (core.link && (core.dirty || core.out.length > 0)) {
    core.holds = 0;
    core.adjust();
    await core.flush(CLOSE_TIMEOUT).catch(() => {});
  }
  core.shut(undefined);
}

function createConnection(core: Core): { connection: Connection; finish: (error: BoxError | undefined) => void } {
  let finish: (error: BoxError | undefined) => void = () => {};
  const closed = new Promise<BoxError | undefined>((resolve) => {
    finish = resolve;
  });
  const requester = createRequester(core);
  const connection: Connection = {
    get info() {
      return core.info;
    },
    get serverUrl() {
      return core.server?.url ?? '';
    },
    get state() {
      return core.state;
    },
    get isClosed() {
      return core.state === 'closed';
    },
    get isSecure() {
      return core.link?.secure ?? false;
    },
    linkFacts: () => core.link?.facts(),
    get lastError() {
      return core.lastError;
    },
    get buffered() {
      return core.out.length;
    },
    options: core.settings.options,
    closed,
    stats: () => ({ ...core.counts }),
    on: (type, handler) => core.events.on(type, handler),
    publish: (subject, payload, options) => core.publish(subject, payload, options),
    publishFrames: (frames, messages, lent = false) => core.publishFrames(frames, messages, lent),
    answer: (frame, payload) => core.answer(frame, payload),
    writable: () => (core.state === 'closed' ? undefined : core.out.writable()),
    flush: (timeout = FLUSH_TIMEOUT) => core.flush(timeout),
    rtt: async (timeout = FLUSH_TIMEOUT) => {
      core.out.push();
      const start = performance.now();
      const pong = core.flush(timeout);
      core.out.push();
      await pong;
      return BigInt(Math.round((performance.now() - start) * 1e6));
    },
    subscribe: (subject, options = {}) => subscribe(core, subject, options),
    subscribeRaw: (subject, options, handler) => subscribeRaw(core, subject, options, handler),
    get isResting() {
      return core.resting;
    },
    pauseReading: () => {
      core.holds++;
      core.adjust();
    },
    resumeReading: () => {
      core.holds = Math.max(0, core.holds - 1);
      core.adjust();
    },
    request: (subject, payload, options = {}) => requester.request(subject, payload, options),
    requestMany: (subject, payload, options = {}) => requester.requestMany(subject, payload, options),
    newInbox: requester.newInbox,
    drain: () => drainAll(core),
    close: () => closeGently(core),
  };
  return { connection, finish };
}
