// Backups over the API (ADR-1 of the server's snapshots): the server streams an S2-framed archive in chunks, and takes one back.
import { BoxError, fail } from '#base/errors.ts';
import type { Msg } from '../types.ts';
import { type JetStream, readAnswer } from './api.ts';
import { frameCounter } from './s2-frames.ts';
import type { StreamConfig, StreamInfo, StreamState } from './types.ts';

export interface SnapshotOptions {
  readonly consumers: boolean;
  /** Lets the server check the stream first; this can take long. */
  readonly check?: boolean;
  /** Bytes of one message; the server keeps it within 1 KiB and 1 MiB. Default 128 KiB. */
  readonly chunkSize?: number;
  /** Bytes on the way at once. Default: the server's. */
  readonly windowSize?: number;
  /** Milliseconds without any data after which the transfer has failed. */
  readonly idle: number;
  readonly signal?: AbortSignal;
  /** What the stream holds, before the first chunk. */
  readonly onStart?: (facts: SnapshotFacts) => void;
  readonly onProgress?: (progress: Transferred) => void;
}

export interface SnapshotFacts {
  readonly config: StreamConfig;
  readonly state: StreamState;
}

export interface Transferred {
  /** Compressed bytes. */
  readonly bytes: number;
  readonly chunks: number;
  /** Bytes the archive has uncompressed, as far as received or sent. */
  readonly uncompressed: number;
}

/** Where a backup goes: chunks in order; resolves when one is taken. */
export type ChunkSink = (chunk: Uint8Array) => Promise<void>;

/** Bytes not yet written for which chunks are still acknowledged. A server gives up on clients silent for two seconds. */
const MOST_UNWRITTEN = 16 * 1024 * 1024;

/** Receives a snapshot. Throws when it is refused, stalls, ends early, or a write fails; the sink then holds part of it. */
export async function takeSnapshot(
  js: JetStream,
  stream: string,
  sink: ChunkSink,
  options: SnapshotOptions,
): Promise<SnapshotFacts & Transferred> {
  const { connection } = js;
  const inbox = connection.newInbox();
  const chunks = receiver(sink, options);
  const subscription = connection.subscribe(inbox, { callback: chunks.take });
  const stop = () => chunks.fail(options.signal?.reason);
  options.signal?.addEventListener('abort', stop, { once: true });
  subscription.closed.then((error) => chunks.fail(error ?? fail('unreachable', 'nats: connection closed')));
  try {
    const body = {
      deliver_subject: inbox,
      ...(options.consumers ? {} : { no_consumers: true }),
      ...(options.check ? { jsck: true } : {}),
      chunk_size: options.chunkSize || 128 * 1024,
      ...(options.windowSize ? { window_size: options.windowSize } : {}),
    };
    const how = options.check ? { timeout: 3_600_000 } : {};
    const answer = await js.request<SnapshotFacts>(`STREAM.SNAPSHOT.${stream}`, body, how);
    const facts = { config: answer.config, state: answer.state };
    options.onStart?.(facts);
    return { ...facts, ...(await chunks.finished()) };
  } finally {
    options.signal?.removeEventListener('abort', stop);
    chunks.stop();
    subscription.unsubscribe();
  }
}

interface Receiver {
  take(msg: Msg): void;
  fail(reason: unknown): void;
  finished(): Promise<Transferred>;
  stop(): void;
}

/** Writes chunks one after the other, acknowledges while not too much waits, and watches for silence. */
function receiver(sink: ChunkSink, options: SnapshotOptions): Receiver {
  const { promise, resolve, reject } = Promise.withResolvers<Transferred>();
  promise.catch(() => undefined);
  const frames = frameCounter();
  const owed: Msg[] = [];
  let [bytes, chunks, unwritten] = [0, 0, 0];
  let writing: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const end = (reason: unknown) => {
    over = true;
    clearTimeout(timer);
    reject(reason);
  };
  const alive = () => {
    clearTimeout(timer);
    if (over) return;
    const hint = 'the server or the network stalled; --timeout gives it more time';
    timer = setTimeout(
      () =>
        end(fail('timeout', 'backup timed out after receiving no data for a long period', { hint, retryable: true })),
      options.idle,
    );
  };
  const settle = () => {
    while (owed.length > 0 && unwritten < MOST_UNWRITTEN) owed.shift()?.respond();
  };
  const last = (msg: Msg) => {
    const code = msg.headers?.code ?? 204;
    if (code !== 204) {
      const text = msg.headers?.description ?? '';
      return end(fail(code === 408 ? 'timeout' : 'error', `${code} ${text}`, { code, retryable: code === 408 }));
    }
    clearTimeout(timer);
    writing.then(() => {
      if (!frames.complete())
        return end(fail('error', 'the backup ended in the middle of a block', { retryable: true }));
      over = true;
      resolve({ bytes, chunks, uncompressed: frames.uncompressed() });
    });
  };
  const write = (data: Uint8Array) => {
    unwritten += data.length;
    writing = writing
      .then(() => (over ? undefined : sink(data)))
      .then(() => {
        unwritten -= data.length;
        settle();
      });
    writing.catch(end);
  };
  return {
    take: (msg) => {
      if (over) return;
      if (msg.data.length === 0) return last(msg);
      alive();
      bytes += msg.data.length;
      chunks += 1;
      try {
        frames.add(msg.data);
      } catch (error) {
        return end(error);
      }
      if (msg.reply !== undefined) owed.push(msg);
      settle();
      write(msg.data);
      options.onProgress?.({ bytes, chunks, uncompressed: frames.uncompressed() });
    },
    fail: end,
    finished: () => {
      alive();
      return promise;
    },
    stop: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}

export interface RestoreOptions {
  /** Milliseconds without any answer after which the transfer has failed. */
  readonly idle: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Transferred) => void;
  /** All chunks are sent; the server works on them. */
  readonly onSent?: (progress: Transferred) => void;
}

/** Bytes of one message, and messages on the way at once. */
const CHUNK = 128 * 1024;
const WINDOW = 16;

/**
 * Sends an archive back. `facts` are those of backup.json; the name of the stream must be the one of the backup.
 * The archive's framing is checked on the way: one that is cut off is refused before the server finishes with it.
 */
export async function restoreSnapshot(
  js: JetStream,
  facts: SnapshotFacts,
  archive: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
): Promise<StreamInfo & Transferred> {
  const { connection } = js;
  const signal = options.signal ? { signal: options.signal } : {};
  const answer = await js.request<{ deliver_subject: string }>(`STREAM.RESTORE.${facts.config.name}`, facts);
  const frames = frameCounter();
  const open: Promise<void>[] = [];
  let [bytes, chunks] = [0, 0];
  const progress = () => ({ bytes, chunks, uncompressed: frames.uncompressed() });
  const most = Math.min(CHUNK, connection.info.max_payload || CHUNK);
  const send = (chunk: Uint8Array) => {
    const sent = connection.request(answer.deliver_subject, chunk, { timeout: options.idle, ...signal }).then(
      (msg) => {
        if (msg.data.length > 0) readAnswer(msg);
      },
      (error: unknown) => {
        throw stalled(error);
      },
    );
    sent.catch(() => undefined);
    open.push(sent);
    bytes += chunk.length;
    chunks += 1;
  };
  for await (const piece of archive) {
    frames.add(piece);
    for (let at = 0; at < piece.length; at += most) {
      options.signal?.throwIfAborted();
      if (open.length >= WINDOW) await open.shift();
      send(piece.slice(at, at + most));
      options.onProgress?.(progress());
    }
  }
  if (!frames.complete() || chunks === 0) {
    throw fail('error', 'the backup is cut off: its archive ends in the middle of a block', {
      hint: 'take the backup again, or copy it again from where it is whole',
    });
  }
  await Promise.all(open);
  options.onSent?.(progress());
  const last = await connection.request(answer.deliver_subject, '', { timeout: 3_600_000, ...signal });
  return { ...readAnswer<StreamInfo>(last), ...progress() };
}

function stalled(error: unknown): unknown {
  if (!(error instanceof BoxError) || error.kind !== 'timeout') return error;
  return fail('timeout', 'restore timed out: the server took no data for a long period', { retryable: true });
}
