// Listings, watches and histories of key-value buckets (ADR-8): what an ordered consumer brings of the bucket's stream.
import { createKeySet } from '#base/key-set.ts';
import { utf8 } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { headerAt } from '#wire/headers.ts';
import { batchesOf } from './jetstream/batches.ts';
import { type AckSubject, DeliveredMessage } from './jetstream/delivery.ts';
import { type OrderedOptions, readOrdered } from './jetstream/ordered.ts';
import { orderedMessages } from './jetstream/ordered-messages.ts';
import { purgeStream } from './jetstream/streams.ts';
import type { ConsumerConfig } from './jetstream/types.ts';
import {
  type Bucket,
  checkFilter,
  inApiWords,
  type KvEntry,
  type KvOperation,
  operationFrom,
  operationOf,
} from './kv.ts';

export interface WatchOptions {
  /** Key or pattern; default all. */
  readonly filter?: string;
  readonly history?: boolean;
  readonly updatesOnly?: boolean;
  readonly ignoreDeletes?: boolean;
  readonly revision?: bigint;
  readonly keysOnly?: boolean;
  readonly signal?: AbortSignal;
}

/** An entry of a watch; what it tells is read at first use. */
class WatchedEntry implements KvEntry {
  readonly bucket: string;
  readonly key: string;
  readonly #message: DeliveredMessage;

  constructor(bucket: Bucket, message: DeliveredMessage) {
    this.bucket = bucket.name;
    this.key = message.subject.slice(bucket.prefix.length);
    this.#message = message;
  }

  get value(): Uint8Array {
    return this.#message.data;
  }
  get revision(): bigint {
    return this.#message.delivery.streamSeq;
  }
  get created(): bigint {
    return this.#message.delivery.time;
  }
  get operation(): KvOperation {
    return operationOf(this.#message.headers);
  }
  get delta(): bigint {
    return this.#message.delivery.pending;
  }
}

function orderedFor(bucket: Bucket, options: WatchOptions): OrderedOptions {
  const filter = options.filter ?? '>';
  checkFilter(filter);
  const config: ConsumerConfig = {
    deliver_policy: options.revision
      ? 'by_start_sequence'
      : options.history
        ? 'all'
        : options.updatesOnly
          ? 'new'
          : 'last_per_subject',
    ...(options.revision ? { opt_start_seq: options.revision } : {}),
    filter_subject: bucket.prefix + filter,
    ...(options.keysOnly ? { headers_only: true } : {}),
  };
  return { config, ...(options.signal ? { signal: options.signal } : {}) };
}

/** Entries as they are and as they change. Ends with the signal. */
export async function* watchBucket(bucket: Bucket, options: WatchOptions = {}): AsyncGenerator<KvEntry> {
  try {
    for await (const message of orderedMessages(bucket.js, bucket.stream, orderedFor(bucket, options))) {
      const entry = new WatchedEntry(bucket, message);
      if (!options.ignoreDeletes || entry.operation === 'PUT') yield entry;
    }
  } catch (error) {
    return inApiWords()(error);
  }
}

/**
 * What a watch would give at the beginning, and no more, each message in place: copy what is kept beyond the call. Of a
 * listing (neither `history` nor `revision`) each key comes once, also one that is written meanwhile, as long as there
 * are no more than 1.5 million. Rejects with the signal's reason when interrupted: half a listing is none.
 */
async function readCurrent(
  bucket: Bucket,
  options: WatchOptions,
  take: (frame: Frame, facts: AckSubject) => void,
): Promise<void> {
  // A history wants all that follows after a reconnect, a listing the last of each key.
  const listing = !options.history && !options.revision;
  const { signal } = options;
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const { length } = utf8.encode(bucket.prefix);
  const known = BigInt(bucket.info.state.last_seq);
  let seen: ReturnType<typeof createKeySet> | undefined;
  let left = 0n;
  let most = 0n;
  const onStart = (pending: bigint) => {
    left = pending;
    most = pending * 2n;
    if (listing) seen ??= createKeySet(Number(pending));
    if (pending === 0n) stop.abort();
  };
  const onPassed = (pending: bigint) => {
    left--;
    if (left <= 0n || pending === 0n) stop.abort();
  };
  const each = (frame: Frame, facts: AckSubject): boolean => {
    // Of what was there before the listing began, no key comes twice: only what was written later can have come before.
    const fresh = seen?.add(frame.buf, frame.subjectAt + length, frame.subjectEnd) ?? true;
    most--;
    if (fresh || facts.streamSeq <= known) {
      take(frame, facts);
      left--;
    }
    // What is written meanwhile counts as pending too: without the count a busy bucket would have no end.
    return left > 0n && most > 0n && Number(facts.pending) !== 0;
  };
  try {
    const ordered = orderedFor(bucket, { ...options, signal: stop.signal });
    const resume = listing ? { onPassed } : {};
    await readOrdered(bucket.js, bucket.stream, { ...ordered, ...resume, onStart }, each).catch(inApiWords());
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

const OPERATION = utf8.encode('KV-Operation');
const REASON = utf8.encode('Nats-Marker-Reason');

/** Whether a message is a value and no marker of a delete. */
function isValue(frame: Frame): boolean {
  if (!frame.hasHeaders) return true;
  return operationFrom(headerAt(frame, OPERATION), headerAt(frame, REASON)) === 'PUT';
}

/** The keys of a bucket as bytes `buf[start, end)`, good until the call returns. Rejects as `readCurrent` does. */
export async function readKeys(
  bucket: Bucket,
  options: Pick<WatchOptions, 'filter' | 'signal'>,
  take: (buf: Uint8Array, start: number, end: number) => void,
): Promise<void> {
  const { length } = utf8.encode(bucket.prefix);
  await readCurrent(bucket, { ...options, keysOnly: true }, (frame) => {
    if (isValue(frame)) take(frame.buf, frame.subjectAt + length, frame.subjectEnd);
  });
}

/** The same entries as values: listings and histories. Never holds more than what is on the way. */
export async function* currentEntries(bucket: Bucket, options: WatchOptions = {}): AsyncGenerator<KvEntry> {
  const batches = batchesOf<KvEntry>(
    bucket.js.connection,
    (push, signal) =>
      readCurrent(bucket, { ...options, signal }, (frame) => {
        if (options.ignoreDeletes && !isValue(frame)) return;
        push(new WatchedEntry(bucket, new DeliveredMessage(frame)), frame.size);
      }),
    options.signal,
  );
  for await (const batch of batches) yield* batch;
}

/**
 * Removes what deleted keys left: everything of keys whose marker is older than `keepNewer` nanoseconds, and all but
 * the marker of the younger ones. Gives how many keys that were.
 */
export async function compactBucket(bucket: Bucket, now: bigint, keepNewer: bigint, signal?: AbortSignal) {
  const markers: KvEntry[] = [];
  const options = { keysOnly: true, ...(signal ? { signal } : {}) };
  for await (const entry of currentEntries(bucket, options)) if (entry.operation !== 'PUT') markers.push(entry);
  for (const marker of markers) {
    signal?.throwIfAborted();
    const young = keepNewer > 0n && now - marker.created < keepNewer;
    const filter = bucket.prefix + marker.key;
    await purgeStream(bucket.js, bucket.stream, { filter, ...(young ? { keep: 1n } : {}) }).catch(inApiWords());
  }
  return markers;
}
