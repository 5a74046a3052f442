// Key-value buckets over streams (ADR-8): one stream per bucket, one subject per key, markers for deletes.
import { BoxError, fail } from '#base/errors.ts';
import type { MsgHeaders } from '#wire/headers.ts';
import { type JetStream, JetStreamError } from './jetstream/api.ts';
import { directGet, getMessage, type StoredMessage } from './jetstream/messages.ts';
import { orderedMessages } from './jetstream/ordered.ts';
import { publishAck } from './jetstream/publish.ts';
import { createStream, deleteStream, purgeStream, streamInfo, updateStream } from './jetstream/streams.ts';
import type { ConsumerConfig, StreamConfig, StreamInfo } from './jetstream/types.ts';
import type { Payload } from './types.ts';

export type KvOperation = 'PUT' | 'DELETE' | 'PURGE';

export interface KvEntry {
  readonly bucket: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: bigint;
  /** Unix nanoseconds. */
  readonly created: bigint;
  readonly operation: KvOperation;
  /** How many newer entries the watch or history still brings. */
  readonly delta: bigint;
}

/** An open bucket. */
export interface Bucket {
  readonly js: JetStream;
  readonly name: string;
  readonly stream: string;
  /** Subjects of values begin with this. */
  readonly prefix: string;
  /** The same for writes, which a mirror sends to its origin. */
  readonly putPrefix: string;
  readonly info: StreamInfo;
}

const BUCKET = /^[a-zA-Z0-9_-]+$/;
const KEY = /^[-/_=.a-zA-Z0-9]+$/;
const KEY_FILTER = /^[-/_=.a-zA-Z0-9*]*[>]?$/;

export const kvErrors = {
  badBucket: () => fail('usage', 'nats: invalid bucket name', { hint: 'letters, digits, _ and - make a bucket name' }),
  badKey: () => fail('usage', 'nats: invalid key', { hint: 'keys hold letters, digits, - / _ = and dots inside' }),
  noBucket: () => fail('not-found', 'nats: bucket not found', { code: 10059, hint: 'nats kv ls shows the buckets' }),
  noKey: () => fail('not-found', 'nats: key not found', { code: 10037, hint: 'nats kv ls BUCKET shows the keys' }),
} as const;

export function checkBucketName(name: string): void {
  if (!BUCKET.test(name)) throw kvErrors.badBucket();
}

export function checkKey(key: string): void {
  if (key === '' || key.startsWith('.') || key.endsWith('.') || !KEY.test(key)) throw kvErrors.badKey();
}

/** The error of an API call in the words of the key-value layer: codes and description spelled out. */
export function apiText(error: JetStreamError): string {
  const { code, err_code, description } = error.api;
  return `nats: API error: code=${code} err_code=${err_code ?? 0} description=${description ?? ''}`;
}

/** Rethrows API errors in those words, with something in front. */
export function inApiWords(front = ''): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof JetStreamError)) throw error;
    throw new BoxError(error.kind, front + apiText(error), error.facts);
  };
}

function bucketOf(js: JetStream, name: string, info: StreamInfo): Bucket {
  const { mirror } = info.config;
  // A mirror holds the subjects of its origin, and writes go there too (ADR-8, mirrors).
  const origin = mirror?.name.startsWith('KV_') ? mirror.name.slice(3) : name;
  const prefix = `$KV.${origin}.`;
  const api = mirror?.external?.api;
  const putPrefix = api ? `${api}.${prefix}` : prefix;
  return { js, name, stream: `KV_${name}`, prefix, putPrefix, info };
}

/** Opens a bucket that exists. Throws not-found. */
export async function openBucket(js: JetStream, name: string): Promise<Bucket> {
  checkBucketName(name);
  const info = await streamInfo(js, `KV_${name}`).catch((error: unknown) => {
    throw error instanceof BoxError && error.kind === 'not-found' ? kvErrors.noBucket() : error;
  });
  if (BigInt(info.config.max_msgs_per_subject ?? 0) < 1n) throw fail('error', 'nats: bucket not valid key-value store');
  return bucketOf(js, name, info);
}

/** Creates a bucket; one that exists with the same settings is opened. */
export async function createBucket(js: JetStream, name: string, config: StreamConfig): Promise<Bucket> {
  checkBucketName(name);
  const info = await createStream(js, config).catch((error: unknown) => {
    if (error instanceof JetStreamError && error.api.err_code === 10058) {
      throw new BoxError('conflict', `nats: bucket name already in use: ${name}\n${apiText(error)}`, error.facts);
    }
    return inApiWords()(error);
  });
  return bucketOf(js, name, info);
}

export async function updateBucket(js: JetStream, name: string, config: StreamConfig): Promise<Bucket> {
  return bucketOf(js, name, await updateStream(js, config).catch(inApiWords()));
}

export async function deleteBucket(js: JetStream, name: string): Promise<void> {
  checkBucketName(name);
  await deleteStream(js, `KV_${name}`).catch((error: unknown) => {
    if (error instanceof JetStreamError && error.api.err_code === 10059) {
      throw new BoxError('not-found', `nats: bucket not found: ${name}\n${apiText(error)}`, error.facts);
    }
    throw error;
  });
}

/** What a stored message says of itself: a marker of a delete, a purge or an age limit, or a value. */
function operationOf(headers: MsgHeaders | undefined): KvOperation {
  const word = headers?.get('KV-Operation');
  if (word === 'DEL') return 'DELETE';
  if (word === 'PURGE') return 'PURGE';
  const reason = headers?.get('Nats-Marker-Reason');
  if (reason === 'MaxAge' || reason === 'Purge') return 'PURGE';
  return reason === 'Remove' ? 'DELETE' : 'PUT';
}

function entryOf(bucket: Bucket, stored: StoredMessage, delta = 0n): KvEntry {
  return {
    bucket: bucket.name,
    key: stored.subject.slice(bucket.prefix.length),
    value: stored.data,
    revision: stored.seq,
    created: stored.time,
    operation: operationOf(stored.headers),
    delta,
  };
}

/** The entry of a key, markers included. Throws not-found. */
export async function getEntry(bucket: Bucket, key: string, revision?: bigint): Promise<KvEntry> {
  checkKey(key);
  const subject = bucket.prefix + key;
  const query = revision === undefined ? { last_by_subj: subject } : { seq: revision };
  const read = bucket.info.config.allow_direct ? directGet : getMessage;
  const stored = await read(bucket.js, bucket.stream, query).catch((error: unknown) => {
    throw error instanceof BoxError && error.kind === 'not-found' ? kvErrors.noKey() : error;
  });
  if (stored.subject !== subject) throw kvErrors.noKey();
  return entryOf(bucket, stored);
}

/** The value of a key. Throws not-found for a key that is not there or was deleted. */
export async function getValue(bucket: Bucket, key: string, revision?: bigint): Promise<KvEntry> {
  const entry = await getEntry(bucket, key, revision);
  if (entry.operation !== 'PUT') throw kvErrors.noKey();
  return entry;
}

async function write(
  bucket: Bucket,
  key: string,
  value: Payload | undefined,
  headers?: Record<string, string>,
): Promise<bigint> {
  checkKey(key);
  const ack = await publishAck(bucket.js, bucket.putPrefix + key, value, headers ? { headers } : {});
  return BigInt(ack.seq);
}

/** Stores a value; gives its revision. */
export function putValue(bucket: Bucket, key: string, value: Payload): Promise<bigint> {
  return write(bucket, key, value);
}

/** Seconds as the TTL header wants them, or Go's duration text below a second. */
function ttlText(ns: bigint): string {
  return ns % 1_000_000_000n === 0n ? `${ns / 1_000_000_000n}` : `${Number(ns) / 1e9}s`;
}

/** Stores a value when the last revision is the one given; throws conflict otherwise. */
export async function updateValue(
  bucket: Bucket,
  key: string,
  value: Payload,
  revision: bigint,
  ttl = 0n,
): Promise<bigint> {
  return write(bucket, key, value, {
    'Nats-Expected-Last-Subject-Sequence': String(revision),
    ...(ttl > 0n ? { 'Nats-TTL': ttlText(ttl) } : {}),
  }).catch((error: unknown) => {
    if (!(error instanceof JetStreamError)) throw error;
    throw new BoxError(error.kind, `nats: ${apiText(error)}: nats: key revision mismatch`, error.facts);
  });
}

/** Stores a value for a key that is not there, or whose last entry is a marker. */
export async function createValue(bucket: Bucket, key: string, value: Payload, ttl = 0n): Promise<bigint> {
  try {
    return await updateValue(bucket, key, value, 0n, ttl);
  } catch (error) {
    if (!(error instanceof BoxError) || error.kind !== 'conflict') throw error;
    const last = await getEntry(bucket, key).catch(() => undefined);
    if (last && last.operation !== 'PUT') return updateValue(bucket, key, value, last.revision, ttl);
    const message = error.message.replace(/nats: key revision mismatch$/, 'key exists');
    throw new BoxError('conflict', message, { ...error.facts, hint: 'nats kv put replaces a value' });
  }
}

/** Leaves a delete marker; the history stays. */
export async function deleteKey(bucket: Bucket, key: string): Promise<void> {
  await write(bucket, key, undefined, { 'KV-Operation': 'DEL' });
}

/** Leaves a purge marker and removes everything before it. */
export async function purgeKey(bucket: Bucket, key: string, ttl = 0n): Promise<void> {
  await write(bucket, key, undefined, {
    'KV-Operation': 'PURGE',
    'Nats-Rollup': 'sub',
    ...(ttl > 0n ? { 'Nats-TTL': ttlText(ttl) } : {}),
  });
}

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

/** Entries as they are and as they change. `initial` is called once with how many there are at the beginning. */
export async function* watchBucket(
  bucket: Bucket,
  options: WatchOptions = {},
  initial?: (pending: bigint) => void,
): AsyncGenerator<KvEntry> {
  const filter = options.filter ?? '>';
  if (filter === '' || filter.startsWith('.') || !KEY_FILTER.test(filter)) throw kvErrors.badKey();
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
  const ordered = orderedMessages(
    bucket.js,
    bucket.stream,
    { config, ...(options.signal ? { signal: options.signal } : {}) },
    initial,
  );
  for await (const { msg, delivery } of ordered) {
    const stored = {
      subject: msg.subject,
      seq: delivery.streamSeq,
      time: delivery.time,
      headers: msg.headers,
      data: msg.data,
    };
    const entry = entryOf(bucket, stored, delivery.pending);
    if (options.ignoreDeletes && entry.operation !== 'PUT') continue;
    yield entry;
  }
}

/** What a watch would give at the beginning, and no more: listings and histories. */
export async function* currentEntries(bucket: Bucket, options: WatchOptions = {}): AsyncGenerator<KvEntry> {
  let pending = -1n;
  const controller = new AbortController();
  const stop = () => controller.abort();
  options.signal?.addEventListener('abort', stop, { once: true });
  const { ignoreDeletes, ...rest } = options;
  const watch = watchBucket(bucket, { ...rest, signal: controller.signal }, (n) => {
    pending = n;
    if (n === 0n) stop();
  });
  try {
    for await (const entry of watch) {
      if (!ignoreDeletes || entry.operation === 'PUT') yield entry;
      if (entry.delta === 0n) return;
    }
  } catch (error) {
    if (!controller.signal.aborted || pending !== 0n) throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

/** Removes delete markers, those younger than `keepNewer` nanoseconds excepted together with their history. */
export async function compactBucket(bucket: Bucket, now: bigint, keepNewer: bigint): Promise<number> {
  const markers: KvEntry[] = [];
  for await (const entry of currentEntries(bucket, { keysOnly: true }))
    if (entry.operation !== 'PUT') markers.push(entry);
  for (const marker of markers) {
    const young = keepNewer > 0n && now - marker.created < keepNewer;
    await purgeStream(bucket.js, bucket.stream, { filter: bucket.prefix + marker.key, ...(young ? { keep: 1n } : {}) });
  }
  return markers.length;
}
