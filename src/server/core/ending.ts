/** How a server ends, and what it tells its clients before: fresh INFO, lame duck mode, shutdown. */
import { closeClient } from './close.ts';
import { infoLine } from './handshake.ts';
import { send } from './out.ts';
import type { EventHandlers } from './state.ts';
import type { ServerState } from './types.ts';
import { unwatch } from './watch.ts';

/** Sends a fresh INFO to all clients that understand one after the first. */
export function broadcastInfo(srv: ServerState, lameDuck = false): void {
  for (const c of srv.clients.values()) {
    if (c.connectReceived && c.options.protocol >= 1 && c.firstPongSent) send(c, infoLine(c, { lameDuck }));
  }
  srv.flush();
}

/** Ends all connections at once. */
export function shutdown(srv: ServerState): void {
  if (srv.phase === 'closed') return;
  srv.phase = 'closed';
  for (const c of [...srv.clients.values()]) closeClient(c, 'Server Shutdown');
  unwatch(srv);
  srv.emit('close', {});
}

/** Tells clients to go elsewhere, then closes them one by one over the configured time. Resolves when all are gone. */
export async function lameDuck(srv: ServerState): Promise<void> {
  if (srv.phase !== 'running') return;
  srv.phase = 'lame';
  srv.logger?.log('info', 'Entering lame duck mode, stop accepting new clients');
  srv.emit('lameduck', {});
  if (srv.clients.size === 0) return;
  const { lameDuckDuration, lameDuckGracePeriod } = srv.options;
  srv.connectUrls = [];
  broadcastInfo(srv, true);
  const grace = Math.abs(lameDuckGracePeriod);
  const left = lameDuckDuration - grace > 0 ? lameDuckDuration - grace : 1000;
  const over = new Promise<void>((done) => {
    const { handlers } = srv as ServerState & { handlers: EventHandlers };
    handlers.close ??= new Set();
    handlers.close.add(() => done());
  });
  const pause = (ms: number): Promise<void> =>
    Promise.race([over, new Promise<void>((done) => void srv.clock.after(ms, done))]);
  await pause(grace);
  if ((srv.phase as string) === 'closed') return;
  srv.logger?.log('info', 'Closing existing clients');
  const all = [...srv.clients.values()];
  const step = Math.min(1000, left / Math.max(1, all.length));
  let debt = 0;
  for (const [i, c] of all.entries()) {
    closeClient(c, 'Server Shutdown');
    srv.flush();
    debt += i === all.length - 1 ? 0 : Math.max(step / 2, Math.random() * step);
    if (debt >= 1) {
      await pause(debt);
      debt = 0;
    }
    if ((srv.phase as string) === 'closed') return;
  }
}
