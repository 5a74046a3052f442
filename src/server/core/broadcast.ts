/**
 * One copy of a message for many receivers. Subscriptions of a subject that share their sid get the very same bytes:
 * those are written once into a buffer that every receiver's socket is then fed from. A receiver rides along from its
 * first message until it is flushed, as long as nothing else is queued for it.
 */
import { deliverCarefully, headOf, put } from './deliver.ts';
import type { Frame } from './frame.ts';
import { LARGE, markDirty, releaseRide, takeLarge } from './out.ts';
import type { Match } from './sublist.ts';
import { type Client, OUT_NO_HEADERS, type ServerState, type Sub } from './types.ts';

/** Receivers from which on sharing is worth its bookkeeping. */
const LEAST = 4;

/** Bytes on their way to several clients. `riders` counts who still needs them, the delivery under way included. */
export interface Broadcast {
  /** Null while nobody rides. */
  buf: Uint8Array | null;
  end: number;
  riders: number;
}

/** The broadcast of a match whose receivers all want the same bytes; null for any other. */
export function broadcastOf(m: Match<Sub>, headers: boolean): Broadcast | null {
  const known = headers ? m.headerBroadcast : m.broadcast;
  if (known !== undefined) return known;
  const made: Broadcast | null = alike(m.plain) ? { buf: null, end: 0, riders: 0 } : null;
  if (headers) m.headerBroadcast = made;
  else m.broadcast = made;
  return made;
}

function alike(subs: readonly Sub[]): boolean {
  if (subs.length < LEAST) return false;
  const { sid } = subs[0]!;
  return subs.every((s) => s.special === null && s.sid === sid);
}

/** Adds head and tail of a message, until `settle`; returns where it begins, -1 when it does not fit. */
function append(b: Broadcast, srv: ServerState, head: Uint8Array, f: Frame): number {
  const n = head.length + f.end - f.tail;
  if (n > LARGE) return -1;
  if (b.buf !== null && b.end + n > LARGE) srv.flush();
  if (b.buf === null) b.buf = takeLarge();
  else if (b.end + n > LARGE) return -1;
  b.riders++;
  const start = b.end;
  b.buf.set(head, start);
  f.buf.copy(b.buf, start + head.length, f.tail, f.end);
  b.end = start + n;
  return start;
}

/** Lets a client ride along with the message in `[start, end)`. False when it has to get a copy of its own. */
function ride(c: Client, b: Broadcast, start: number, end: number): boolean {
  if (c.ride === b) {
    if (c.rideTo !== start) return false;
    c.rideTo = end;
    return true;
  }
  if (c.ride !== null || c.out !== null || c.blocked) return false;
  c.ride = b;
  c.rideFrom = start;
  c.rideTo = end;
  b.riders++;
  if (!c.dirty) markDirty(c);
  return true;
}

/** Delivers to all plain subscriptions of a match that has a broadcast; returns how many took the message. */
export function deliverBroadcast(from: Client, m: Match<Sub>, b: Broadcast, f: Frame): number {
  const plain = m.plain;
  const head = headOf(m, plain[0]!, 0, f.hdr >= 0);
  const special = f.hdr > 0 ? ~0 : ~OUT_NO_HEADERS;
  const start = append(b, from.srv, head, f);
  const end = b.end;
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
    if (start < 0 || !ride(c, b, start, end)) put(c, head, f);
  }
  if (start >= 0) releaseRide(b);
  return delivered;
}
