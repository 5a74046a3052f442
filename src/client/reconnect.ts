import { BoxError } from '#base/errors.ts';
import type { Core } from './core.ts';
import { errors } from './errors.ts';
import { type Established, establish } from './handshake.ts';
import type { Pool, Server } from './pool.ts';

/** Ends an attempt or a wait early; replaced by each of them. */
export interface Attempt {
  abort: (error: BoxError) => void;
}

function isRefusal(error: unknown): error is BoxError {
  return error instanceof BoxError && error.kind === 'denied';
}

/**
 * The first connect: every server of the pool once, until one takes us or `over`. The error is that of the last server
 * that gave a reason; when all of them only refused the connection, it is "no servers available", as in the Go client.
 */
export async function firstServer<T>(
  pool: Pool,
  take: (server: Server) => Promise<T>,
  over: () => boolean = () => false,
): Promise<T> {
  let reason: unknown;
  let told: BoxError | undefined;
  for (let tries = pool.servers.length; tries > 0; tries--) {
    const server = pool.current()!;
    try {
      return await take(server);
    } catch (error) {
      const refused = error instanceof BoxError && /^dial tcp .*connection refused$/.test(error.message);
      reason = error;
      told = refused ? undefined : (error as BoxError);
      // The order of the pool is kept for the reconnects; only walk through it.
      pool.rotate(server, -1);
      if (over()) break;
    }
  }
  if (told) throw told;
  const urls = pool.servers.map((s) => s.url).join(', ');
  throw errors.noServers(reason, `nothing listens at ${urls}; start one with "natsbox server" or pass --server`);
}

/** Puts the core on the first server that takes us. */
export function connectFirst(core: Core, attempt: Attempt): Promise<void> {
  return firstServer(
    core.pool,
    async (server) => core.attach(await tryServer(core, server, attempt), server),
    () => core.state === 'closed',
  );
}

async function tryServer(core: Core, server: Server, attempt: Attempt): Promise<Established> {
  server.tried = performance.now();
  const made = await establish(server, core.settings, (abort) => {
    attempt.abort = abort;
  });
  if (core.state === 'closed') {
    made.link.destroy();
    throw errors.closed();
  }
  server.attempts = 0;
  return made;
}

function pause(ms: number, attempt: Attempt): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    attempt.abort = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/**
 * Tries the servers of the pool in turn until one takes us, none is left, or the same server refused our credentials
 * twice. A server is not asked more often than `reconnectWait`, plus a random part so that clients do not come as a herd.
 */
export async function reconnectLoop(core: Core, attempt: Attempt): Promise<void> {
  const { pool, settings } = core;
  let failed: BoxError | undefined;
  for (;;) {
    const server = pool.current();
    if (server === undefined) return core.shut(errors.noServers(failed));
    const due = server.tried + settings.reconnectWait - performance.now();
    await pause(Math.max(0, due) + Math.random() * settings.reconnectJitter, attempt);
    if (core.state === 'closed') return;
    server.attempts++;
    core.events.emit('reconnecting', { server: server.url, attempt: server.attempts });
    try {
      const made = await tryServer(core, server, attempt);
      core.counts.reconnects++;
      core.attach(made, server);
      core.events.emit('reconnect', { server: server.url });
      return;
    } catch (error) {
      if ((core.state as string) === 'closed') return;
      failed = error as BoxError;
      core.events.emit('reconnect-failed', { server: server.url, error: failed });
      if (isRefusal(failed) && !settings.options.ignoreAuthErrorAbort) {
        if (server.refused === failed.message) return core.shut(failed);
        server.refused = failed.message;
      }
      pool.rotate(server, settings.maxReconnects);
    }
  }
}
