/**
 * One copy of a message for many receivers. Subscriptions of a subject that share their sid get the very same bytes:
 * those are written once into a buffer that every receiver's socket is then fed from. A receiver rides along from its
 * first message until it is flushed, as long as nothing else is to be flushed for it; what its socket does not take then
 * waits in that same buffer.
 */
import { deliverCarefully, headOf, put } from './deliver.ts';
import type { Frame } from './frame.ts';
import { LARGE, markDirty, releaseShared, takeLarge } from './out.ts';
import type { Match } from './sublist.ts';
import { type Client, OUT_NO_HEADERS, type ServerState, type Sub } from './types.ts';

/** Receivers from which on sharing is worth its bookkeeping. */
const LEAST = 4;

/**
 * Bytes on their way to several clients. `users` counts who still needs them: those that ride along, those that wait
 * for their sockets, and the delivery under way.
 */
export interface Shared {
  /** Null while nobody needs it. */
  buf: Uint8Array | null;
  end: number;
  users: number;
}

/** Where the next message goes. A buffer that is full while somebody waits for bytes of it is left to them. */
export interface Broadcast {
  shared: Shared;
}

const fresh = (): Shared => ({ buf: null, end: 0, users: 0 });

/** The broadcast of a match whose receivers all want the same bytes; null for any other. */
export function broadcastOf(m: Match<Sub>, headers: boolean): Broadcast | null {
  const known = headers ? m.headerBroadcast : m.broadcast;
  if (known !== undefined) return known;
  const made: Broadcast | null = alike(m.plain) ? { shared: fresh() } : null;
  if (headers) m.headerBroadcast = made;
  else m.broadcast = made;
  return made;
}

function alike(subs: readonly Sub[]): boolean {
  if (subs.length < LEAST) return false;
  const { sid } = subs[0]!;
  return subs.every((s) => s.special === null && s.sid === sid);
}

/** Adds head and tail of a message to `b.shared`, until `releaseShared`; returns where it begins, -1 when it is too large. */
function append(b: Broadcast, srv: ServerState, head: Uint8Array, f: Frame): number {
  const n = head.length + f.end - f.tail;
  if (n > LARGE) return -1;
  if (b.shared.buf !== null && b.shared.end + n > LARGE) {
    srv.flush();
    if (b.shared.buf !== null) b.shared = fresh();
  }
  const { shared } = b;
  shared.buf ??= takeLarge();
  shared.users++;
  const start = shared.end;
  shared.buf.set(head, start);
  f.buf.copy(shared.buf, start + head.length, f.tail, f.end);
  shared.end = start + n;
  return start;
}

/** Lets a client ride along with the message in `[start, end)`. False when it has to get a copy of its own. */
function ride(c: Client, shared: Shared, start: number, end: number): boolean {
  if (c.ride === shared) {
    if (c.rideTo !== start) return false;
    c.rideTo = end;
    return true;
  }
  if (c.ride !== null || c.out !== null) return false;
  c.ride = shared;
  c.rideFrom = start;
  c.rideTo = end;
  shared.users++;
  if (!c.dirty) markDirty(c);
  return true;
}

/** Delivers to all plain subscriptions of a match that has a broadcast; returns how many took the message. */
export function deliverBroadcast(from: Client, m: Match<Sub>, b: Broadcast, f: Frame): number {
  const plain = m.plain;
  const head = headOf(m, plain[0]!, 0, f.hdr >= 0);
  const special = f.hdr > 0 ? ~0 : ~OUT_NO_HEADERS;
  const start = append(b, from.srv, head, f);
  const { shared } = b;
  const { end } = shared;
  let delivered = 0;
  for (let i = 0; i < plain.length; i++) {
    const sub = plain[i]!;
    const c = sub.client;
    if ((c.outFlags & special) !== 0 || sub.max !== 0) {
      if (deliverCarefully(from, sub, m.text, f)) delivered++;
      continue;
    }
    if (sub.closed || (c === from && !c.echo)) continue;
    sub.nm++;
    c.outMsgs++;
    c.outBytes += f.size;
    delivered++;
    if (start < 0 || !ride(c, shared, start, end)) put(c, head, f);
  }
  if (start >= 0) releaseShared(shared);
  return delivered;
}
