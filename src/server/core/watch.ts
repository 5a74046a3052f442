/** What is looked at from time to time: pings, stale and blocked connections. */
import { closeClient } from './close.ts';
import { checkBlocked, send, sendErr } from './out.ts';
import type { Client, ServerState } from './types.ts';

const watchers = new WeakMap<ServerState, unknown>();

/** One timer for all connections, running only while there are any: pings, stale and blocked connections. */
export function watch(srv: ServerState): void {
  if (watchers.has(srv)) return;
  const step = Math.max(20, Math.min(250, srv.options.pingInterval / 8, srv.options.writeDeadline / 8));
  const tick = (): void => {
    watchers.delete(srv);
    if (srv.phase === 'closed' || srv.clients.size === 0) return;
    const now = srv.clock.now();
    if (srv.blockedClients.size > 0) checkBlocked(srv, now);
    for (const c of srv.clients.values()) if (now >= c.pingAt) pingTimer(c, now);
    srv.flush();
    watch(srv);
  };
  watchers.set(srv, srv.clock.after(step, tick));
}

const RTT_AGE = 3_600_000;

function pingTimer(c: Client, now: number): void {
  const srv = c.srv;
  const { pingInterval, maxPingsOut } = srv.options;
  c.pingAt = now + pingInterval;
  if (srv.logger?.debug) srv.logger.log('debug', `${c.label} - Client Ping Timer`);
  const needRtt = c.pingSentAt === 0 || performance.now() - c.pingSentAt > RTT_AGE;
  if (now - c.lastIn < pingInterval && !needRtt) {
    if (srv.logger?.debug) {
      const ago = Math.round((now - c.lastIn) / 1000);
      srv.logger.log('debug', `${c.label} - Delaying PING due to remote client data or ping ${ago}s ago`);
    }
    return;
  }
  if (c.pingsOut + 1 > maxPingsOut) {
    if (srv.logger?.debug) srv.logger.log('debug', `${c.label} - Stale Client Connection - Closing`);
    sendErr(c, 'Stale Connection');
    closeClient(c, 'Stale Connection');
    return;
  }
  sendPing(c);
}

export function sendPing(c: Client): void {
  c.pingSentAt = performance.now();
  c.pingsOut++;
  if (c.srv.logger?.trace) c.srv.logger.log('trace', `${c.label} - ->> [PING]`);
  send(c, 'PING\r\n');
}

/** Ends the timer. */
export function unwatch(srv: ServerState): void {
  srv.clock.cancel(watchers.get(srv));
  watchers.delete(srv);
}
