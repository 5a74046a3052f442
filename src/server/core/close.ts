import { dropOutput, flushClient } from './out.ts';
import { unsubscribe } from './subs.ts';
import { type Client, OUT_CLOSED } from './types.ts';

/** Reasons for which what is still queued for the peer is not sent any more. */
const NO_FLUSH = new Set([
  'Read Error',
  'Write Error',
  'Slow Consumer (Pending Bytes)',
  'Slow Consumer (Write Deadline)',
  'TLS Handshake Failure',
]);

/** Ends a connection. `reason` is one of the texts connz shows; `wireOpen` false when the transport is gone already. */
export function closeClient(c: Client, reason: string, wireOpen = true): void {
  if (c.phase === 'closed') return;
  const srv = c.srv;
  c.phase = 'closed';
  c.closeReason = reason;
  if (reason === 'Stale Connection') srv.staleConnections++;
  if (srv.logger?.debug) {
    srv.logger.log('debug', `${c.label} - ${kindName(c)} connection closed: ${reason}`);
  }
  if (wireOpen && !NO_FLUSH.has(reason)) flushClient(c);
  c.outFlags |= OUT_CLOSED;
  srv.clock.cancel(c.authTimer);
  srv.clock.cancel(c.expiryTimer);
  c.authTimer = c.expiryTimer = null;
  srv.emit('disconnect', { client: c, reason });
  for (const sub of c.subs.values()) unsubscribe(c, sub, false);
  c.account.clients.delete(c);
  srv.clients.delete(c.cid);
  dropOutput(c);
  c.carry = null;
  c.held = null;
  c.last = null;
  if (NO_FLUSH.has(reason)) c.wire.destroy();
  else c.wire.end(reason);
}

function kindName(c: Client): string {
  return c.kind === 'client' ? 'Client' : c.kind === 'system' ? 'System' : 'Account';
}
