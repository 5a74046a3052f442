/**
 * Outbound bytes. Each client owns at most one slab that deliveries are copied into; it is written once per read
 * event (`flushAll`) or when it is full, and goes back to a pool when the wire took everything, so an idle client
 * holds no buffer. What the wire does not take waits in `waiting`; past the high-water mark producers pause.
 */
import type { Shared } from './broadcast.ts';
import { closeClient } from './close.ts';
import { type Client, OUT_CLOSED, type ServerState, type Waiting } from './types.ts';

const SMALL = 2048;
export const LARGE = 65536;
/** Slabs kept for reuse, and large slabs in use at which pending output is written early. */
const POOL = 32;
const IN_USE_LIMIT = 512;
/**
 * Backlog at which producers pause, and at which they go on. The bytes of all receivers together should stay in the
 * processor's cache: with 16 MiB each, a fan-out to ten spent its time on memory and fresh pages, at a ninth of the rate.
 */
const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 256 * 1024;
/** A receiver that takes no byte for this long no longer holds producers back. */
const STUCK_AFTER = 250;

const smallPool: Uint8Array[] = [];
const largePool: Uint8Array[] = [];
let largeInUse = 0;

/** A slab of LARGE bytes; `releaseShared` or `giveBack` returns it. */
export function takeLarge(): Uint8Array {
  largeInUse++;
  return largePool.pop() ?? Buffer.allocUnsafeSlow(LARGE);
}

function giveBack(slab: Uint8Array): void {
  if (slab.length === SMALL) {
    if (smallPool.length < POOL * 4) smallPool.push(slab);
  } else if (slab.length === LARGE) {
    largeInUse--;
    if (largePool.length < POOL) largePool.push(slab);
  }
}

/** Room for `n` more contiguous bytes in the client's slab. Position is `client.outLen` after the call. */
export function room(c: Client, n: number): Uint8Array {
  if (c.ride !== null) leaveRide(c, n);
  let out = c.out;
  if (out === null) {
    out = c.out =
      n <= SMALL
        ? (smallPool.pop() ?? Buffer.allocUnsafeSlow(SMALL))
        : n <= LARGE
          ? takeLarge()
          : Buffer.allocUnsafeSlow(n);
    c.outLen = 0;
    return out;
  }
  if (c.outLen + n <= out.length) return out;
  if (out.length === SMALL && c.outLen + n <= LARGE) {
    const larger = takeLarge();
    larger.set(out.subarray(0, c.outLen));
    giveBack(out);
    if (largeInUse > IN_USE_LIMIT) c.srv.flush();
    if (c.out === out) {
      c.out = larger;
      return larger;
    }
  }
  flushClient(c);
  if (c.out !== null && c.outLen === 0 && n <= c.out.length) return c.out;
  releaseSlab(c);
  return room(c, n);
}

/** Copies what a client rides along with into a slab of its own, since more follows that is for it alone. */
function leaveRide(c: Client, more: number): void {
  const shared = c.ride!;
  const n = c.rideTo - c.rideFrom;
  const bytes = shared.buf!.subarray(c.rideFrom, c.rideTo);
  c.ride = null;
  const out = room(c, n + more <= LARGE ? n + more : n);
  out.set(bytes, c.outLen);
  c.outLen += n;
  releaseShared(shared);
}

/** One less that needs the bytes; the last one gives the buffer back. */
export function releaseShared(shared: Shared): void {
  if (--shared.users > 0) return;
  if (shared.buf !== null) giveBack(shared.buf);
  shared.buf = null;
  shared.end = 0;
}

/** Writes what a client rides along with straight from there. */
function flushRide(c: Client): void {
  const shared = c.ride!;
  const { rideFrom: from, rideTo: to } = c;
  c.ride = null;
  if (c.blocked) {
    queueShared(c, shared, from, to);
    return;
  }
  const took = c.wire.write(shared.buf!, from, to - from);
  if (took >= 0 && took < to - from) {
    block(c);
    queueShared(c, shared, from + took, to);
    return;
  }
  releaseShared(shared);
  if (took < 0) closeClient(c, 'Write Error', false);
}

/**
 * Lets bytes wait where they are shared. What follows on what waits already costs nothing more; few bytes are copied, so
 * that they do not keep a whole buffer from being used again.
 */
function queueShared(c: Client, shared: Shared, from: number, to: number): void {
  const list = (c.waiting ??= []);
  const last = list.at(-1);
  if (last !== undefined && last.shared === shared && last.end === from) {
    last.end = to;
    releaseShared(shared);
  } else if ((to - from) * 4 < LARGE) {
    list.push({ buf: Buffer.from(shared.buf!.subarray(from, to)), off: 0, end: to - from, shared: null });
    releaseShared(shared);
  } else list.push({ buf: shared.buf!, off: from, end: to, shared });
  grown(c, to - from);
}

function releaseSlab(c: Client): void {
  if (c.out === null) return;
  giveBack(c.out);
  c.out = null;
  c.outLen = 0;
}

export function markDirty(c: Client): void {
  if (!c.dirty) {
    c.dirty = true;
    c.srv.dirty.push(c);
  }
}

/** Queues protocol text (ASCII or binary string). */
export function send(c: Client, text: string): void {
  if ((c.outFlags & OUT_CLOSED) !== 0) return;
  const n = text.length;
  const out = room(c, n);
  let p = c.outLen;
  for (let i = 0; i < n; i++) out[p++] = text.charCodeAt(i);
  c.outLen = p;
  markDirty(c);
}

/** Queues a -ERR line; `text` is a binary string. */
export function sendErr(c: Client, text: string): void {
  if (c.srv.logger?.trace) c.srv.logger.log('trace', `${c.label} - ->> [-ERR ${text}]`);
  send(c, `-ERR '${text}'\r\n`);
}

/** Hands the slab to the wire; what it does not take becomes backlog. */
export function flushClient(c: Client): void {
  c.dirty = false;
  // What made it too slow a consumer may be followed by more in the same delivery.
  if ((c.outFlags & OUT_CLOSED) !== 0) {
    dropOutput(c);
    return;
  }
  if (c.ride !== null) {
    flushRide(c);
    return;
  }
  const out = c.out;
  if (out === null || c.outLen === 0) return;
  if (c.blocked) {
    queueRest(c, out, 0, c.outLen);
    return;
  }
  const n = c.outLen;
  const took = c.wire.write(out, 0, n);
  if (took === n) {
    c.outLen = 0;
    releaseSlab(c);
    return;
  }
  if (took < 0) {
    releaseSlab(c);
    closeClient(c, 'Write Error', false);
    return;
  }
  block(c);
  queueRest(c, out, took, n);
}

function block(c: Client): void {
  c.blocked = true;
  c.blockedSince = c.srv.clock.now();
  c.srv.blockedClients.add(c);
}

/** Moves the slab's rest to the backlog. Small rests are copied so that a large slab is not pinned by few bytes. */
function queueRest(c: Client, out: Uint8Array, from: number, to: number): void {
  const rest = to - from;
  const list: Waiting[] = (c.waiting ??= []);
  if (rest * 4 < out.length) {
    list.push({ buf: Buffer.from(out.subarray(from, to)), off: 0, end: rest, shared: null });
    releaseSlab(c);
  } else {
    list.push({ buf: out, off: from, end: to, shared: null });
    c.out = null;
    c.outLen = 0;
  }
  grown(c, rest);
}

/** The backlog grew: too far, or so far that producers have to wait. */
function grown(c: Client, rest: number): void {
  c.pending += rest;
  if (c.pending > c.srv.options.maxPending) {
    slowConsumer(c);
  } else if (!c.stuck && c.pending > Math.min(HIGH_WATER, c.srv.options.maxPending / 2)) {
    c.srv.stalled.push(c);
  }
}

function slowConsumer(c: Client): void {
  const srv = c.srv;
  srv.slowConsumers++;
  c.account.slowConsumers++;
  srv.logger?.log('info', `${c.label} - Slow Consumer Detected: MaxPending of ${srv.options.maxPending} Exceeded`);
  srv.emit('slow', { client: c });
  closeClient(c, 'Slow Consumer (Pending Bytes)', false);
}

function doneWaiting(w: Waiting): void {
  if (w.shared !== null) releaseShared(w.shared);
  else giveBack(w.buf);
}

/** The wire can take bytes again. */
export function drain(c: Client): void {
  if ((c.outFlags & OUT_CLOSED) !== 0) return;
  const list = c.waiting;
  if (list !== null) {
    let done = 0;
    let took = 0;
    for (const w of list) {
      const n = w.end - w.off;
      took = c.wire.write(w.buf, w.off, n);
      if (took > 0) {
        c.pending -= took;
        c.blockedSince = c.srv.clock.now();
        c.stuck = false;
      }
      if (took < n) {
        w.off += Math.max(took, 0);
        break;
      }
      doneWaiting(w);
      done++;
    }
    // Before the connection may be ended, which gives back what still waits.
    if (done > 0) list.splice(0, done);
    if (took < 0) {
      closeClient(c, 'Write Error', false);
      return;
    }
    if (c.pending < LOW_WATER) wakeProducers(c);
    if (list.length > 0) return;
    c.waiting = null;
  }
  c.blocked = false;
  c.srv.blockedClients.delete(c);
  flushClient(c);
}

/** Forgets everything not sent yet. */
export function dropOutput(c: Client): void {
  if (c.ride !== null) {
    const shared = c.ride;
    c.ride = null;
    releaseShared(shared);
  }
  releaseSlab(c);
  const list = c.waiting;
  c.waiting = null;
  if (list !== null) for (const w of list) doneWaiting(w);
  c.pending = 0;
  c.blocked = false;
  c.srv.blockedClients.delete(c);
  wakeProducers(c);
}

export function flushAll(srv: ServerState): void {
  const list = srv.dirty;
  // Taken one by one: a flush may end a connection, and what is told about that may flush again.
  for (let c = list.pop(); c !== undefined; c = list.pop()) if (c.dirty) flushClient(c);
}

/** Pauses a producer for the receivers that fell behind while its read was handled. */
export function holdProducer(producer: Client): void {
  const srv = producer.srv;
  for (const c of srv.stalled) {
    if (c === producer || (c.outFlags & OUT_CLOSED) !== 0 || c.stuck || c.pending < LOW_WATER) continue;
    c.producers ??= new Set();
    if (c.producers.has(producer)) continue;
    c.producers.add(producer);
    c.stalls++;
    srv.stalledClients++;
    if (producer.pausedFor++ === 0) producer.wire.pause();
  }
  srv.stalled.length = 0;
}

function wakeProducers(c: Client): void {
  if (c.producers === null) return;
  for (const p of c.producers) if (--p.pausedFor === 0 && p.phase === 'open') p.wire.resume();
  c.producers = null;
}

/** Looks after receivers that take nothing: frees their producers, and drops them past the write deadline. */
export function checkBlocked(srv: ServerState, now: number): void {
  for (const c of srv.blockedClients) {
    const idle = now - c.blockedSince;
    if (idle > STUCK_AFTER && c.producers !== null) {
      c.stuck = true;
      wakeProducers(c);
    }
    if (idle > srv.options.writeDeadline) {
      srv.slowConsumers++;
      c.account.slowConsumers++;
      const total = c.waiting?.length ?? 0;
      srv.logger?.log(
        'info',
        `${c.label} - Slow Consumer Detected: WriteDeadline of ${srv.options.writeDeadline / 1000}s exceeded with ${total} chunks of ${c.pending} total bytes.`,
      );
      srv.emit('slow', { client: c });
      closeClient(c, 'Slow Consumer (Write Deadline)', false);
    }
  }
}
