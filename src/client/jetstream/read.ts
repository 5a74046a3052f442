// Reading a stream from a place onwards, in bounded memory and without leaving anything behind on the server.
import { BoxError } from '#base/errors.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import type { JetStream } from './api.ts';
import { directGetBatches } from './direct.ts';
import { getMessage, type StoredMessage } from './messages.ts';
import type { StreamInfo } from './types.ts';

export interface ReadOptions {
  /** First sequence wanted. */
  readonly seq?: bigint;
  /** Only messages stored at this time or later; unix nanoseconds. Ignored with `seq`. */
  readonly since?: bigint;
  /** A subject with wildcards. */
  readonly subject?: string;
  /** Stops after this sequence; default: the last one at the start, so that reading ends. */
  readonly upTo?: bigint;
  readonly signal?: AbortSignal;
}

/** Messages and bytes one question may bring. */
const BATCH = 5000;
const BATCH_BYTES = 8 * 1024 * 1024;

/** The messages of a stream in order, one by one; see `readStreamBatches`. */
export async function* readStream(
  js: JetStream,
  info: StreamInfo,
  options: ReadOptions = {},
): AsyncGenerator<StoredMessage> {
  for await (const batch of readStreamBatches(js, info, options)) yield* batch;
}

/**
 * The messages of a stream in order, as many at a time as came together. Uses batched direct gets (ADR-31) where the
 * stream allows them, and single gets through the leader elsewhere. Deleted messages are passed over.
 */
export async function* readStreamBatches(
  js: JetStream,
  info: StreamInfo,
  options: ReadOptions = {},
): AsyncGenerator<StoredMessage[]> {
  const upTo = options.upTo ?? BigInt(info.state.last_seq);
  if (BigInt(info.state.messages) === 0n) return;
  if (info.config.allow_direct && (await supportsBatch(js))) yield* readDirect(js, info, options, upTo);
  else for await (const message of readSingly(js, info, options, upTo)) yield [message];
}

/** Batched gets came with server 2.11. */
async function supportsBatch(js: JetStream): Promise<boolean> {
  const [major = 0, minor = 0] = js.connection.info.version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 11);
}

async function* readDirect(
  js: JetStream,
  info: StreamInfo,
  options: ReadOptions,
  upTo: bigint,
): AsyncGenerator<StoredMessage[]> {
  let next = options.seq ?? (options.since === undefined ? BigInt(info.state.first_seq) : undefined);
  let retries = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    if (next !== undefined && next > upTo) return;
    const start =
      next === undefined ? { start_time: formatRfc3339Nano(options.since ?? 0n) } : { seq: next > 0n ? next : 1n };
    const query = { ...start, next_by_subj: options.subject || '>', batch: BATCH, max_bytes: BATCH_BYTES };
    let got = 0;
    let pending = 0n;
    try {
      for await (const batch of directGetBatches(js, info.config.name, query, Math.max(5000, js.timeout ?? 0))) {
        const last = batch[batch.length - 1] as StoredMessage;
        const { seq } = last;
        if (seq > upTo) {
          const wanted = batch.filter((message) => message.seq <= upTo);
          if (wanted.length > 0) yield wanted;
          return;
        }
        got += batch.length;
        pending = last.pending ?? 0n;
        next = seq + 1n;
        yield batch;
      }
    } catch (error) {
      if (got === 0 && isMissing(error)) return;
      if (got > 0) retries = 0;
      if (!isPassing(error) || ++retries > 3) throw error;
      // A leader or a replica went away: what came stays, and reading goes on behind it.
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    retries = 0;
    if (got === 0 || pending === 0n) return;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof BoxError && error.kind === 'not-found';
}

function isPassing(error: unknown): boolean {
  return error instanceof BoxError && (error.kind === 'timeout' || error.kind === 'no-responders');
}

async function* readSingly(
  js: JetStream,
  info: StreamInfo,
  options: ReadOptions,
  upTo: bigint,
): AsyncGenerator<StoredMessage> {
  const { name } = info.config;
  const get = async (seq: bigint, subject: string): Promise<StoredMessage | undefined> => {
    options.signal?.throwIfAborted();
    return getMessage(js, name, { seq, next_by_subj: subject }).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
  };
  const first = BigInt(info.state.first_seq);
  let next = options.seq ?? first;
  if (options.seq === undefined && options.since !== undefined) {
    // Times only grow: the first message at or after the time is found by halving.
    let [low, high] = [first, upTo + 1n];
    while (low < high) {
      const middle = (low + high) / 2n;
      const message = await get(middle, '>');
      if (!message || message.seq >= high || message.time >= options.since) high = middle;
      else low = message.seq + 1n;
    }
    next = low;
  }
  for (;;) {
    const message = next > upTo ? undefined : await get(next > 0n ? next : 1n, options.subject || '>');
    if (!message || message.seq > upTo) return;
    yield message;
    next = message.seq + 1n;
  }
}
