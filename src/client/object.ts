// Object buckets over streams (ADR-20): one subject of chunks per object, one subject that holds what is known of it.
import { BoxError, fail } from '#base/errors.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import { type JetStream, JetStreamError } from './jetstream/api.ts';
import { directGet, getMessage } from './jetstream/messages.ts';
import { orderedMessages } from './jetstream/ordered-messages.ts';
import { publishAck } from './jetstream/publish.ts';
import { createStream, deleteStream, purgeStream, streamInfo, updateStream } from './jetstream/streams.ts';
import type { Int, StreamConfig, StreamInfo } from './jetstream/types.ts';
import { apiText, inApiWords } from './kv.ts';

/** An open bucket. */
export interface ObjectBucket {
  readonly js: JetStream;
  readonly name: string;
  readonly stream: string;
  readonly info: StreamInfo;
}

/** What a bucket knows of an object, as it is stored. */
export interface ObjectDocument {
  name: string;
  description?: string;
  headers?: Record<string, string[]>;
  metadata?: Record<string, string>;
  options?: { link?: { bucket: string; name?: string }; max_chunk_size?: number };
  bucket: string;
  nuid: string;
  size: Int;
  mtime: string;
  chunks: number;
  digest?: string;
  deleted?: boolean;
}

export interface ObjectInfo extends Omit<ObjectDocument, 'mtime'> {
  /** Unix nanoseconds at which the server stored it. */
  readonly modified: bigint;
}

export const objectErrors = {
  badBucket: () =>
    fail('usage', 'nats: invalid object-store name', { hint: 'letters, digits, _ and - make a bucket name' }),
  noBucket: () =>
    fail('not-found', 'nats: bucket not found', { code: 10059, hint: 'nats object ls shows the buckets' }),
  noObject: () =>
    fail('not-found', 'nats: object not found', { code: 10037, hint: 'nats object ls BUCKET shows the objects' }),
  badMeta: () => fail('error', 'nats: object-store meta information invalid'),
} as const;

export function checkObjectBucket(name: string): void {
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) throw objectErrors.badBucket();
}

/** Subject of an object's chunks. */
export function chunkSubject(bucket: string, nuid: string): string {
  return `$O.${bucket}.C.${nuid}`;
}

/** Subject of what is known of an object. */
export function metaSubject(bucket: string, name: string): string {
  const encoded = Buffer.from(name).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  return `$O.${bucket}.M.${encoded}`;
}

function absentAs(absent: () => BoxError): (error: unknown) => never {
  return (error) => {
    if (error instanceof BoxError && error.kind === 'not-found') throw absent();
    return inApiWords()(error);
  };
}

/** Opens a bucket that exists. Throws not-found. */
export async function openObjectBucket(js: JetStream, name: string): Promise<ObjectBucket> {
  checkObjectBucket(name);
  const stream = `OBJ_${name}`;
  const info = await streamInfo(js, stream).catch(absentAs(objectErrors.noBucket));
  return { js, name, stream, info };
}

/** The stream of a bucket with these settings. */
export function objectStreamConfig(bucket: string, settings: Partial<StreamConfig>): StreamConfig {
  return {
    name: `OBJ_${bucket}`,
    subjects: [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`],
    retention: 'limits',
    max_consumers: 0,
    max_msgs: 0,
    max_bytes: -1,
    discard: 'new',
    max_age: 0,
    max_msgs_per_subject: 0,
    storage: 'file',
    num_replicas: 1,
    allow_rollup_hdrs: true,
    allow_direct: true,
    ...settings,
  };
}

/** Creates a bucket; one that exists with the same settings is opened. */
export async function createObjectBucket(js: JetStream, name: string, config: StreamConfig): Promise<ObjectBucket> {
  checkObjectBucket(name);
  const info = await createStream(js, config).catch((error: unknown) => {
    if (error instanceof JetStreamError && error.api.err_code === 10058) {
      throw new BoxError('conflict', `nats: bucket name already in use: ${name}\n${apiText(error)}`, {
        ...error.facts,
        hint: 'it exists with other settings: nats object edit changes them',
      });
    }
    return inApiWords()(error);
  });
  return { js, name, stream: config.name, info: { ...info, ...(await streamInfo(js, config.name)) } };
}

export async function updateObjectBucket(bucket: ObjectBucket, config: StreamConfig): Promise<ObjectBucket> {
  await updateStream(bucket.js, config).catch(inApiWords());
  return { ...bucket, info: await streamInfo(bucket.js, bucket.stream) };
}

/** Closes a bucket for good: nothing can be added, replaced or deleted. */
export function sealObjectBucket(bucket: ObjectBucket): Promise<ObjectBucket> {
  return updateObjectBucket(bucket, { ...bucket.info.config, sealed: true });
}

export async function deleteObjectBucket(js: JetStream, name: string): Promise<void> {
  await deleteStream(js, `OBJ_${name}`).catch(absentAs(objectErrors.noBucket));
}

function infoOf(data: Uint8Array, modified: bigint): ObjectInfo {
  let document: ObjectDocument;
  try {
    document = parseJson(new TextDecoder().decode(data)) as unknown as ObjectDocument;
  } catch {
    throw objectErrors.badMeta();
  }
  if (document === null || typeof document !== 'object' || typeof document.name !== 'string') {
    throw objectErrors.badMeta();
  }
  const { mtime: _unused, ...rest } = document;
  return { ...rest, size: rest.size ?? 0, chunks: Number(rest.chunks ?? 0), modified };
}

/** What is known of an object. Throws not-found; for a deleted one too, unless `deleted` asks for it. */
export async function getObjectInfo(
  bucket: ObjectBucket,
  name: string,
  options: { deleted?: boolean } = {},
): Promise<ObjectInfo> {
  if (name === '') throw fail('usage', 'nats: name is required');
  const read = bucket.info.config.allow_direct ? directGet : getMessage;
  const stored = await read(bucket.js, bucket.stream, { last_by_subj: metaSubject(bucket.name, name) }).catch(
    absentAs(objectErrors.noObject),
  );
  const info = infoOf(stored.data, stored.time);
  if (info.deleted && !options.deleted) throw objectErrors.noObject();
  return info;
}

/** Stores what is known of an object in place of what was known before. */
export async function publishMeta(bucket: ObjectBucket, info: Omit<ObjectInfo, 'modified'>, front = ''): Promise<void> {
  const { name, description, headers, metadata, options, nuid, size, chunks, digest, deleted } = info;
  const document: ObjectDocument = {
    name,
    ...(description ? { description } : {}),
    ...(headers && Object.keys(headers).length > 0 ? { headers } : {}),
    ...(metadata && Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...(options ? { options } : {}),
    bucket: bucket.name,
    nuid,
    size,
    // The time that counts is the one at which the server stores this.
    mtime: '0001-01-01T00:00:00Z',
    chunks,
    ...(digest ? { digest } : {}),
    ...(deleted ? { deleted } : {}),
  };
  await publishAck(bucket.js, metaSubject(bucket.name, name), stringifyJson(document), {
    headers: { 'Nats-Rollup': 'sub' },
  }).catch(inApiWords(front));
}

export async function purgeChunks(bucket: ObjectBucket, nuid: string): Promise<void> {
  await purgeStream(bucket.js, bucket.stream, { filter: chunkSubject(bucket.name, nuid) }).catch(inApiWords());
}

/** Marks an object as deleted and removes its chunks. */
export async function deleteObject(bucket: ObjectBucket, name: string): Promise<void> {
  const info = await getObjectInfo(bucket, name, { deleted: true });
  if (!info.nuid) throw objectErrors.badMeta();
  await publishMeta(bucket, { ...info, deleted: true, size: 0, chunks: 0, digest: '' }, 'nats: ');
  await purgeChunks(bucket, info.nuid);
}

export interface WatchObjectsOptions {
  /** Everything ever stored in place of the newest of each object. */
  readonly history?: boolean;
  readonly signal?: AbortSignal;
}

/** Objects as they are and as they change. `initial` learns how many there are at the beginning. */
export async function* watchObjects(
  bucket: ObjectBucket,
  options: WatchObjectsOptions = {},
  initial?: (pending: bigint) => void,
): AsyncGenerator<{ readonly info: ObjectInfo; readonly pending: bigint }> {
  const ordered = orderedMessages(bucket.js, bucket.stream, {
    config: {
      deliver_policy: options.history ? 'all' : 'last_per_subject',
      filter_subject: `$O.${bucket.name}.M.>`,
    },
    ...(options.signal ? { signal: options.signal } : {}),
    ...(initial ? { onStart: initial } : {}),
  });
  try {
    for await (const { data, delivery } of ordered) {
      yield { info: infoOf(data, delivery.time), pending: delivery.pending };
    }
  } catch (error) {
    return inApiWords()(error);
  }
}

/** All objects there are now, the deleted ones left out. Throws the signal's reason when interrupted. */
export async function* listObjects(bucket: ObjectBucket, signal?: AbortSignal): AsyncGenerator<ObjectInfo> {
  let left = 0n;
  const empty = new AbortController();
  const stop = () => empty.abort();
  signal?.addEventListener('abort', stop, { once: true });
  const watch = watchObjects(bucket, { signal: empty.signal }, (pending) => {
    left = pending;
    if (pending === 0n) stop();
  });
  try {
    for await (const { info, pending } of watch) {
      if (!info.deleted) yield info;
      left--;
      if (left <= 0n || pending === 0n) return;
    }
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
