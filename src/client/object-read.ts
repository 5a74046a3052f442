// The bytes of objects on their way out: any size in bounded memory, hashed on the way.
import { type BoxError, fail } from '#base/errors.ts';
import { sha256Stream } from '#crypto/hash.ts';
import type { Frame } from '#wire/frame.ts';
import { batchesOf, type Push } from './jetstream/batches.ts';
import { readOrdered } from './jetstream/ordered.ts';
import { inApiWords } from './kv.ts';
import {
  chunkSubject,
  getObjectInfo,
  type ObjectBucket,
  type ObjectInfo,
  objectErrors,
  openObjectBucket,
} from './object.ts';

/** Milliseconds without any progress after which a transfer has failed, when the caller names no time. */
export const IDLE_MS = 5000;
/** Bytes of a block that chunks are gathered in. */
const BLOCK = 1024 * 1024;

/** `SHA-256=` and the digest in base64url, as buckets store it. */
export function digestText(digest: Uint8Array): string {
  return `SHA-256=${Buffer.from(digest).toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`;
}

export function late(what: string, ms: number): BoxError {
  return fail('timeout', 'nats: timeout', {
    retryable: true,
    hint: `nothing was ${what} for ${ms / 1000} s; --timeout waits longer`,
  });
}

/** The object a name stands for, links followed, with the bucket it lives in. Throws not-found. */
export async function findObject(bucket: ObjectBucket, name: string): Promise<[ObjectBucket, ObjectInfo]> {
  let at = bucket;
  let info = await getObjectInfo(at, name);
  for (let hops = 0; info.options?.link; hops++) {
    const { link } = info.options;
    if (!link.name) throw fail('usage', 'nats: invalid Get, object is a link to a bucket');
    if (hops === 16) throw fail('error', 'nats: links lead in a circle');
    if (link.bucket !== at.name) at = await openObjectBucket(at.js, link.bucket);
    info = await getObjectInfo(at, link.name);
  }
  if (!info.nuid) throw objectErrors.badMeta();
  return [at, info];
}

/**
 * The bytes of an object as they come, in order; a lost connection resumes where it was. Ends only after size and
 * digest were found right; throws otherwise, so write what it yields somewhere it can be dropped. With `reuse` a piece is
 * good until the next one is asked for, and the same memory serves the whole object.
 */
export async function* readObject(
  bucket: ObjectBucket,
  info: ObjectInfo,
  options: { readonly signal?: AbortSignal; readonly reuse?: boolean } = {},
): AsyncGenerator<Uint8Array> {
  const size = BigInt(info.size);
  const hash = await sha256Stream();
  let bytes = 0n;
  if (size > 0n) {
    for await (const block of blocksOf(bucket, info, options.signal)) {
      hash.update(block);
      bytes += BigInt(block.length);
      yield options.reuse ? block : block.slice();
    }
  }
  options.signal?.throwIfAborted();
  if (bytes !== size) throw fail('partial', `nats: object is incomplete: ${bytes} of ${size} bytes`);
  if (info.digest && size > 0n && !sameDigest(info.digest, digestText(hash.digest()))) {
    throw fail('error', 'nats: received a corrupt object, digests do not match', {
      hint: 'the stored chunks are not those the object was put with',
    });
  }
}

/** Digests with and without padding are the same. */
function sameDigest(a: string, b: string): boolean {
  const bare = (text: string) => text.replace(/=+$/, '');
  return bare(a) === bare(b);
}

/**
 * The chunks of an object gathered in blocks, each good until the next one is asked for: memory that is used again costs
 * neither page faults nor collections, which together cost more than hashing.
 */
async function* blocksOf(bucket: ObjectBucket, info: ObjectInfo, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const free: Uint8Array[] = [];
  const read = (push: Push<Uint8Array>, stopped: AbortSignal) => readChunks(bucket, info, free, push, stopped);
  for await (const blocks of batchesOf<Uint8Array>(bucket.js.connection, read, signal)) {
    for (const block of blocks) {
      yield block;
      free.push(new Uint8Array(block.buffer));
    }
  }
}

/** Copies chunks into blocks until the object is complete, nothing more comes, or the signal. */
async function readChunks(
  bucket: ObjectBucket,
  info: ObjectInfo,
  free: Uint8Array[],
  push: Push<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const { js } = bucket;
  const { connection } = js;
  const idle = js.timeout ?? IDLE_MS;
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  let left = Number(info.size);
  let block: Uint8Array | undefined;
  let at = 0;
  const flush = (): void => {
    if (block && at > 0) push(block.subarray(0, at), at);
    block = undefined;
    at = 0;
  };
  let heard = performance.now();
  const take = (frame: Frame): boolean => {
    heard = performance.now();
    const { buf, body, end } = frame;
    const length = end - body;
    if (block && at + length > block.length) flush();
    if (!block) {
      const used = free.pop();
      block = used && used.length >= length ? used : new Uint8Array(Math.max(BLOCK, length));
    }
    block.set(buf.subarray(body, end), at);
    at += length;
    left -= length;
    return left > 0;
  };
  let problem: BoxError | undefined;
  const silent = async () => {
    const now = await getObjectInfo(bucket, info.name).catch(() => undefined);
    const changed = now !== undefined && now.nuid !== info.nuid;
    problem = changed
      ? fail('conflict', 'nats: object was replaced while it was read', { retryable: true, hint: 'get it again' })
      : late('received', idle);
    stop.abort();
  };
  const timer = setInterval(
    () => {
      // The time the reader takes for a block is not the server's.
      if (connection.isResting || connection.state === 'reconnecting') heard = performance.now();
      else if (performance.now() - heard > idle && !stop.signal.aborted) {
        heard = performance.now();
        void silent();
      }
    },
    Math.max(10, idle / 8),
  );
  try {
    const config = { deliver_policy: 'all', filter_subject: chunkSubject(bucket.name, info.nuid) } as const;
    await readOrdered(js, bucket.stream, { config, signal: stop.signal }, take);
  } catch (error) {
    if (!stop.signal.aborted) return inApiWords()(error);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
  }
  if (problem) throw problem;
  flush();
}
