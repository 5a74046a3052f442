// The bytes of objects, in and out: any size in bounded memory, hashed on the way, nothing half done left behind.
import { BoxError, fail } from '#base/errors.ts';
import { nuid } from '#base/nuid.ts';
import { sha256Stream } from '#crypto/hash.ts';
import { type JetStream, readAnswer } from './jetstream/api.ts';
import type { PubAck } from './jetstream/types.ts';
import { inApiWords } from './kv.ts';
import {
  chunkSubject,
  getObjectInfo,
  type ObjectBucket,
  type ObjectDocument,
  type ObjectInfo,
  publishMeta,
  purgeChunks,
} from './object.ts';
import { digestText, IDLE_MS, late } from './object-read.ts';
import type { Connection, Msg } from './types.ts';

export const DEFAULT_CHUNK = 128 * 1024;
/** What may be on its way without an acknowledgement: enough to keep a link busy, little enough for any memory. */
const WINDOW_BYTES = 8 * 1024 * 1024;
const WINDOW_CHUNKS = 256;
/** Attempts at a source that can be read again. */
const ATTEMPTS = 3;

/** Pieces of exactly `size` bytes, the last one smaller. A piece is good until the next one is asked for. */
export async function* rechunk(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let carry: Uint8Array | undefined;
  let held = 0;
  for await (const chunk of source) {
    let at = 0;
    if (carry && held > 0) {
      at = Math.min(size - held, chunk.length);
      carry.set(chunk.subarray(0, at), held);
      held += at;
      if (held < size) continue;
      yield carry;
      held = 0;
    }
    for (; chunk.length - at >= size; at += size) yield chunk.subarray(at, at + size);
    if (at < chunk.length) {
      carry ??= new Uint8Array(size);
      carry.set(chunk.subarray(at));
      held = chunk.length - at;
    }
  }
  if (carry && held > 0) yield carry.subarray(0, held);
}

/** Publishes chunks without waiting for each acknowledgement, but never with more than a window of them open. */
interface Pipeline {
  send(data: Uint8Array): Promise<void>;
  /** Waits until everything was acknowledged. Throws what went wrong. */
  settle(): Promise<void>;
  /** Waits up to `ms` until the server has done with what was sent, well or not. Gives whether anything was sent. */
  rest(ms: number): Promise<boolean>;
  /** Calls `listener` when something goes wrong, at once when it already did; the one before is forgotten. */
  onFailure(listener: (error: unknown) => void): void;
  close(): void;
}

function pipeline(js: JetStream, subject: string, signal: AbortSignal | undefined): Pipeline {
  const { connection } = js;
  const idle = js.timeout ?? IDLE_MS;
  const inbox = connection.newInbox();
  const sizes: number[] = [];
  let sent = 0;
  let acked = 0;
  let openBytes = 0;
  let problem: unknown;
  let wake: (() => void) | undefined;
  const notify = () => {
    wake?.();
    wake = undefined;
  };
  let tell: ((error: unknown) => void) | undefined;
  const broken = (error: unknown) => {
    problem ??= error;
    tell?.(problem);
    notify();
  };
  const offDisconnect = connection.on('disconnect', ({ error }) => {
    // What was on its way may or may not be stored, and a chunk stored twice would spoil the object.
    if (sent > acked) {
      broken(fail('unreachable', `nats: connection lost: ${error?.message ?? 'closed'}`, { retryable: true }));
    }
  });
  const stop = () => broken(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const subscription = connection.subscribe(`${inbox}.*`, { callback: onAck });

  function onAck(msg: Msg): void {
    const status = msg.headers?.code ?? 0;
    if (status === 503) broken(noStream());
    else {
      try {
        readAnswer<PubAck>(msg);
      } catch (error) {
        broken(error);
      }
    }
    acked++;
    openBytes -= sizes[Number(msg.subject.slice(inbox.length + 1)) % WINDOW_CHUNKS] ?? 0;
    notify();
  }

  async function progress(): Promise<void> {
    if (problem) throw problem;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(() => broken(late('acknowledged', idle)), idle);
    });
    clearTimeout(timer);
    if (problem) throw problem;
  }

  return {
    onFailure(listener) {
      tell = listener;
      if (problem) listener(problem);
    },
    async send(data) {
      while (sent > acked && (openBytes + data.length > WINDOW_BYTES || sent - acked >= WINDOW_CHUNKS)) {
        await progress();
      }
      if (problem) throw problem;
      sizes[sent % WINDOW_CHUNKS] = data.length;
      connection.publish(subject, data, { reply: `${inbox}.${sent}` });
      sent++;
      openBytes += data.length;
      await connection.writable();
    },
    async settle() {
      while (acked < sent) await progress();
      if (problem) throw problem;
    },
    async rest(ms) {
      const end = performance.now() + ms;
      while (acked < sent && connection.state === 'connected' && performance.now() < end) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 20);
        });
      }
      return sent > 0;
    },
    close() {
      offDisconnect();
      signal?.removeEventListener('abort', stop);
      subscription.unsubscribe();
    },
  };
}

function noStream(): BoxError {
  return fail('no-responders', 'nats: no response from stream', {
    code: 503,
    retryable: true,
    hint: 'the bucket has no leader at the moment, or was deleted',
  });
}

export interface PutOptions {
  readonly name: string;
  readonly description?: string;
  readonly headers?: Record<string, string[]>;
  readonly metadata?: Record<string, string>;
  /** Bytes; default 128 KiB. */
  readonly chunkSize?: number;
  readonly signal?: AbortSignal;
  /** Bytes sent so far; falls back to 0 when the transfer begins anew. */
  readonly onProgress?: (bytes: number) => void;
  /** Reads the source again from its start, when it can be: a transfer that was cut is then begun anew. */
  readonly reopen?: () => Promise<AsyncIterable<Uint8Array>>;
}

/** Stores an object. Until it is complete the bucket shows what was there before; a failure leaves nothing behind. */
export async function putObject(
  bucket: ObjectBucket,
  source: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<ObjectInfo> {
  const before = await getObjectInfo(bucket, options.name, { deleted: true }).catch((error: unknown) => {
    if (error instanceof BoxError && error.kind === 'not-found') return undefined;
    throw error;
  });
  const stored = await putWithRetries(bucket, source, options);
  if (before?.nuid && !before.deleted) await purgeChunks(bucket, before.nuid).catch(() => undefined);
  return stored;
}

async function putWithRetries(bucket: ObjectBucket, source: AsyncIterable<Uint8Array>, options: PutOptions) {
  let input = source;
  for (let attempt = 1; ; attempt++) {
    try {
      return await putOnce(bucket, input, options);
    } catch (error) {
      const again = error instanceof BoxError && error.facts.retryable && !options.signal?.aborted;
      if (!again || !options.reopen || attempt >= ATTEMPTS) return inApiWords()(error);
      await online(bucket.js.connection, options.signal);
      options.onProgress?.(0);
      input = await options.reopen();
    }
  }
}

/** Waits for a lost connection to come back, and a moment for streams to find their leaders. */
async function online(connection: Connection, signal?: AbortSignal): Promise<void> {
  if (connection.state === 'reconnecting') {
    await new Promise<void>((resolve) => {
      const off = [connection.on('reconnect', done), connection.on('close', done)];
      signal?.addEventListener('abort', done, { once: true });
      function done() {
        for (const o of off) o();
        signal?.removeEventListener('abort', done);
        resolve();
      }
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  signal?.throwIfAborted();
}

async function putOnce(
  bucket: ObjectBucket,
  source: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<ObjectInfo> {
  const { js, name } = bucket;
  const id = nuid();
  const size = options.chunkSize || DEFAULT_CHUNK;
  const hash = await sha256Stream();
  const pipe = pipeline(js, chunkSubject(name, id), options.signal);
  let bytes = 0;
  let chunks = 0;
  try {
    for await (const chunk of whileGood(pipe, rechunk(source, size))) {
      hash.update(chunk);
      await pipe.send(chunk);
      bytes += chunk.length;
      chunks++;
      options.onProgress?.(bytes);
    }
    await pipe.settle();
    const meta: Omit<ObjectDocument, 'mtime'> = {
      name: options.name,
      ...(options.description ? { description: options.description } : {}),
      ...(options.headers ? { headers: options.headers } : {}),
      ...(options.metadata ? { metadata: options.metadata } : {}),
      options: { max_chunk_size: size },
      bucket: name,
      nuid: id,
      size: bytes,
      chunks,
      digest: digestText(hash.digest()),
    };
    options.signal?.throwIfAborted();
    await publishMeta(bucket, meta);
    return { ...meta, modified: BigInt(Date.now()) * 1_000_000n };
  } catch (error) {
    // Chunks are stored beside the API's requests: one that is not acknowledged could come after the purge.
    if (await pipe.rest(1000)) await purgeChunks(bucket, id).catch(() => undefined);
    throw error;
  } finally {
    pipe.close();
  }
}

/**
 * The same items, but a failure is heard at once: a source such as a pipe may have nothing to say for hours. Not a
 * Promise.race: each race with a promise that stays open would keep its chunk for as long.
 */
async function* whileGood(pipe: Pipeline, source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
      pipe.onFailure(reject);
      source.next().then(resolve, reject);
    });
    if (next.done) return;
    yield next.value;
  }
}
