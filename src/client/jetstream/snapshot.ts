// Backups over the API (ADR-1 of the server's snapshots): the server streams an S2-framed archive in chunks, and takes one back.
import { BoxError, fail } from '#base/errors.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import type { Connection } from '../types.ts';
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

/** Chunks are collected in blocks, which are used again and again: received bytes make no garbage. */
const BLOCK = 256 * 1024;
/** Blocks not yet written with which the socket is still read: a slow disk slows the server, it fills no memory. */
const MOST_UNWRITTEN = 8;

/** Receives a snapshot. Throws when it is refused, stalls, ends early, or a write fails; the sink then holds part of it. */
export async function takeSnapshot(
  js: JetStream,
  stream: string,
  sink: ChunkSink,
  options: SnapshotOptions,
): Promise<SnapshotFacts & Transferred> {
  const { connection } = js;
  const inbox = connection.newInbox();
  const chunks = receiver(sink, connection, options);
  const subscription = connection.subscribeRaw(inbox, {}, chunks.take);
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
  take(frame: Frame): void;
  fail(reason: unknown): void;
  finished(): Promise<Transferred>;
  stop(): void;
}

/** Writes chunks one after the other, pauses the connection while too much waits, and watches for silence. */
function receiver(sink: ChunkSink, connection: Connection, options: SnapshotOptions): Receiver {
  const { promise, resolve, reject } = Promise.withResolvers<Transferred>();
  promise.catch(() => undefined);
  const frames = frameCounter();
  const blocks = blockWriter(sink, () => settle());
  let paused = false;
  let [bytes, chunks] = [0, 0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen = performance.now();
  let over = false;
  const end = (reason: unknown) => {
    over = true;
    clearTimeout(timer);
    reject(reason);
  };
  const watch = () => {
    if (over) return;
    const left = seen + options.idle - performance.now();
    if (left > 0) {
      timer = setTimeout(watch, left);
      return;
    }
    const hint = 'the server or the network stalled; --timeout gives it more time';
    end(fail('timeout', 'backup timed out after receiving no data for a long period', { hint, retryable: true }));
  };
  const settle = () => {
    const full = !over && blocks.waiting() >= (paused ? MOST_UNWRITTEN / 2 : MOST_UNWRITTEN);
    if (full === paused) return;
    paused = full;
    if (full) connection.pauseReading();
    else connection.resumeReading();
  };
  const last = (frame: Frame) => {
    const headers = frame.hasHeaders ? MsgHeaders.parse(frame.buf.slice(frame.head, frame.body)) : undefined;
    const code = headers?.code ?? 204;
    if (code !== 204) {
      const text = `${code} ${headers?.description ?? ''}`;
      return end(fail(code === 408 ? 'timeout' : 'error', text, { code, retryable: code === 408 }));
    }
    clearTimeout(timer);
    if (!frames.complete()) return end(fail('error', 'the backup ended in the middle of a block', { retryable: true }));
    over = true;
    blocks.finish().then(() => resolve({ bytes, chunks, uncompressed: frames.uncompressed() }), reject);
  };
  blocks.failed.catch(end);
  return {
    take: (frame) => {
      if (over) return;
      const size = frame.end - frame.body;
      if (size === 0) return last(frame);
      seen = performance.now();
      bytes += size;
      chunks += 1;
      const data = frame.buf.subarray(frame.body, frame.end);
      try {
        frames.add(data);
      } catch (error) {
        return end(error);
      }
      blocks.add(data);
      if (frame.hasReply) connection.publish(frame.reply);
      settle();
      options.onProgress?.({ bytes, chunks, uncompressed: frames.uncompressed() });
    },
    fail: end,
    finished: () => {
      seen = performance.now();
      watch();
      return promise;
    },
    stop: () => {
      over = true;
      clearTimeout(timer);
      settle();
    },
  };
}

interface BlockWriter {
  add(bytes: Uint8Array): void;
  /** Full blocks that are not written yet. */
  waiting(): number;
  /** Writes the rest; resolves when all is written. */
  finish(): Promise<void>;
  /** Rejects when a write fails; never resolves. */
  readonly failed: Promise<never>;
}

/** Copies bytes into blocks and writes full ones in order. `written` is called after each. */
function blockWriter(sink: ChunkSink, written: () => void): BlockWriter {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const free: Uint8Array[] = [];
  let block: Uint8Array = new Uint8Array(BLOCK);
  let used = 0;
  let waiting = 0;
  let broken = false;
  let last: Promise<void> = Promise.resolve();
  const write = () => {
    const full: Uint8Array = block;
    const part = full.subarray(0, used);
    waiting += 1;
    block = free.pop() ?? new Uint8Array(BLOCK);
    used = 0;
    last = last
      .then(() => (broken ? undefined : sink(part)))
      .then(() => {
        waiting -= 1;
        free.push(full);
        written();
      });
    last.catch((error: unknown) => {
      broken = true;
      reject(error);
    });
  };
  return {
    add: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const step = Math.min(BLOCK - used, bytes.length - at);
        block.set(bytes.subarray(at, at + step), used);
        at += step;
        used += step;
        if (used === BLOCK) write();
      }
    },
    waiting: () => waiting,
    finish: async () => {
      if (used > 0) write();
      await last;
    },
    failed,
  };
}

export interface RestoreOptions {
  /** Milliseconds without any answer after which the transfer has failed. */
  readonly idle: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Transferred) => void;
  /** The server takes the stream; chunks of so many bytes follow. */
  readonly onAccepted?: (chunk: number) => void;
  /** All chunks are sent; the server works on them. */
  readonly onSent?: (progress: Transferred) => void;
}

/** Bytes of one message, and messages on the way at once: every answer wakes both ends, and more waits in the server. */
const CHUNK = 256 * 1024;
const WINDOW = 4;

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
  options.onAccepted?.(most);
  const post = async (chunk: Uint8Array) => {
    const msg = await connection.request(answer.deliver_subject, chunk, { timeout: options.idle, ...signal });
    if (msg.data.length > 0) readAnswer(msg);
  };
  const send = (chunk: Uint8Array) => {
    const sent = (chunks === 0 ? heard(() => post(chunk)) : post(chunk)).catch((error: unknown) => {
      throw stalled(error);
    });
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
      // The connection copies what it is given at once.
      send(piece.subarray(at, at + most));
      // The first goes alone: what follows one that nobody heard would begin the archive in its middle.
      if (chunks === 1) await open.shift();
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

/** Times the first chunk is sent, and milliseconds between. */
const HEARINGS = 20;
const HEARING_MS = 100;

/** In a cluster the answer to a request can be here before all servers know of the subject that it names. */
async function heard(post: () => Promise<void>): Promise<void> {
  for (let left = HEARINGS; ; left--) {
    try {
      return await post();
    } catch (error) {
      if (left <= 1 || !(error instanceof BoxError) || error.kind !== 'no-responders') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, HEARING_MS));
  }
}

function stalled(error: unknown): unknown {
  if (!(error instanceof BoxError) || error.kind !== 'timeout') return error;
  return fail('timeout', 'restore timed out: the server took no data for a long period', { retryable: true });
}
