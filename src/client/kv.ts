// Key-value buckets over streams (ADR-8): one stream per bucket, one subject per key, markers for deletes.
import { formatDuration } from '#base/duration.ts';
import { BoxError, fail } from '#base/errors.ts';
import type { MsgHeaders } from '#wire/headers.ts';
import { type JetStream, JetStreamError } from './jetstream/api.ts';
import { directGet, getMessage, type StoredMessage } from './jetstream/messages.ts';
import { publishAck } from './jetstream/publish.ts';
import { createStream, deleteStream, streamInfo, updateStream } from './jetstream/streams.ts';
import type { StreamConfig, StreamInfo } from './jetstream/types.ts';
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

/** Tokens between dots, none of them empty. */
function isDotted(text: string): boolean {
  return text !== '' && !text.startsWith('.') && !text.endsWith('.') && !text.includes('..');
}

export function checkKey(key: string): void {
  if (!isDotted(key) || !KEY.test(key)) throw kvErrors.badKey();
}

/** A key or a pattern of keys. */
export function checkFilter(filter: string): void {
  if (isDotted(filter) && KEY_FILTER.test(filter)) return;
  throw fail('usage', 'nats: invalid key: key cannot be empty and must be a valid NATS subject', {
    hint: 'a pattern is a key with * for one token, or > at the end for the rest',
  });
}

/** The error of an API call in the words of the key-value layer: codes and description spelled out. */
export function apiText(error: JetStreamError): string {
  const { code, err_code = 0, description = '' } = error.api;
  return `nats: API error: code=${code} err_code=${err_code} description=${clientTexts[err_code] ?? description}`;
}

/** Errors the client library has a text of its own for. */
const clientTexts: Readonly<Record<number, string>> = {
  10058: 'stream name already in use',
};

/** Rethrows API errors in those words, with something in front. */
export function inApiWords(front = ''): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof JetStreamError)) throw error;
    throw new BoxError(error.kind, front + apiText(error), error.facts);
  };
}

/** Rethrows what an API call throws; an error for which `known` has another one as that. */
function rethrow(known?: (error: BoxError) => BoxError | undefined): (error: unknown) => never {
  return (error) => {
    const better = error instanceof BoxError ? known?.(error) : undefined;
    if (better) throw better;
    return inApiWords()(error);
  };
}

/** A publish that a stream refused; the client's prefix stands twice, as scripts know it. */
function refused(error: unknown): never {
  return inApiWords('nats: ')(error);
}

function bucketOf(js: JetStream, name: string, info: StreamInfo): Bucket {
  const { mirror } = info.config;
  // A mirror holds the subjects of its origin, and writes go there too (ADR-8, mirrors).
  const origin = mirror?.name.startsWith('KV_') ? mirror.name.slice(3) : name;
  const prefix = `$KV.${origin}.`;
  const api = mirror?.external?.api;
  // Behind another domain or prefix, writes go through its door as well.
  const door = api ?? (js.prefix === '$JS.API' ? undefined : js.prefix);
  const putPrefix = door ? `${door}.${prefix}` : prefix;
  return { js, name, stream: `KV_${name}`, prefix, putPrefix, info };
}

/** Opens a bucket that exists. Throws not-found. */
export async function openBucket(js: JetStream, name: string): Promise<Bucket> {
  checkBucketName(name);
  const info = await streamInfo(js, `KV_${name}`).catch(
    rethrow((error) => (error.kind === 'not-found' ? kvErrors.noBucket() : undefined)),
  );
  if (BigInt(info.config.max_msgs_per_subject ?? 0) < 1n) throw fail('error', 'nats: bucket not valid key-value store');
  return bucketOf(js, name, info);
}

/** The stream of a bucket with these settings: one value a key and no bounds without them (ADR-8). */
export function bucketStreamConfig(bucket: string, settings: Partial<StreamConfig>): StreamConfig {
  return {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    retention: 'limits',
    max_msgs_per_subject: 1,
    max_bytes: -1,
    max_age: 0,
    max_msg_size: -1,
    max_msgs: -1,
    max_consumers: -1,
    storage: 'file',
    discard: 'new',
    num_replicas: 1,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    ...settings,
  };
}

/** Creates a bucket; one that exists with the same settings is opened. */
export async function createBucket(js: JetStream, name: string, config: StreamConfig): Promise<Bucket> {
  checkBucketName(name);
  const info = await createStream(js, config).catch((error: unknown) => {
    if (error instanceof JetStreamError && error.api.err_code === 10058) {
      throw new BoxError('conflict', `nats: bucket name already in use: ${name}\n${apiText(error)}`, {
        ...error.facts,
        hint: 'it exists with other settings: nats kv edit changes them',
      });
    }
    return inApiWords()(error);
  });
  return bucketOf(js, name, { ...info, ...(await streamInfo(js, config.name)) });
}

export async function updateBucket(js: JetStream, name: string, config: StreamConfig): Promise<Bucket> {
  await updateStream(js, config).catch(inApiWords());
  return bucketOf(js, name, await streamInfo(js, config.name));
}

function bucketFacts(error: JetStreamError) {
  return { ...error.facts, hint: 'nats kv ls shows the buckets' };
}

export async function deleteBucket(js: JetStream, name: string): Promise<void> {
  checkBucketName(name);
  await deleteStream(js, `KV_${name}`).catch((error: unknown) => {
    if (error instanceof JetStreamError && error.api.err_code === 10059) {
      throw new BoxError('not-found', `nats: bucket not found: ${name}\n${apiText(error)}`, bucketFacts(error));
    }
    return inApiWords()(error);
  });
}

/** What a stored message says of itself: a marker of a delete, a purge or an age limit, or a value. */
export function operationOf(headers: MsgHeaders | undefined): KvOperation {
  return operationFrom(headers?.get('KV-Operation'), headers?.get('Nats-Marker-Reason'));
}

/** The same from the values of the two headers. */
export function operationFrom(word: string | undefined, reason: string | undefined): KvOperation {
  if (word === 'DEL') return 'DELETE';
  if (word === 'PURGE') return 'PURGE';
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
  const stored = await read(bucket.js, bucket.stream, query).catch(
    rethrow((error) => (error.kind === 'not-found' ? kvErrors.noKey() : undefined)),
  );
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
  return write(bucket, key, value).catch(refused);
}

/** What waits for `kind` conflict beside the server's own code: a replicated stream says 10164. */
function isConflict(error: JetStreamError): boolean {
  return error.api.err_code === 10071 || error.api.err_code === 10164;
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
    ...(ttl > 0n ? { 'Nats-TTL': formatDuration(ttl) } : {}),
  }).catch((error: unknown) => {
    if (!(error instanceof JetStreamError) || !isConflict(error)) return refused(error);
    throw new BoxError('conflict', `nats: ${apiText(error)}: nats: key revision mismatch`, {
      ...error.facts,
      hint: 'nats kv history BUCKET KEY shows the revisions',
    });
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
  await write(bucket, key, undefined, { 'KV-Operation': 'DEL' }).catch(refused);
}

/** Leaves a purge marker and removes everything before it. */
export async function purgeKey(bucket: Bucket, key: string, ttl = 0n): Promise<void> {
  await write(bucket, key, undefined, {
    'KV-Operation': 'PURGE',
    'Nats-Rollup': 'sub',
    ...(ttl > 0n ? { 'Nats-TTL': formatDuration(ttl) } : {}),
  }).catch(refused);
}
