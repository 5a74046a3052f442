import type { Bulk } from '#base/sink.ts';

/** Bytes of a slab; what is longer gets one of its own. */
const SLAB = 256 * 1024;
/** Slabs that wait for the writer when the source is told to rest, and when it may go on. */
const MANY = 4;
const FEW = 1;
/** Written slabs that are kept to be filled again: a source reads on for a while after it was told to rest. */
const KEEP = 12;
/** Milliseconds between two attempts at a pipe that takes nothing just now. */
const RETRY = 4;

/**
 * Bulk output to a file descriptor. Full slabs are written in order by another thread while the next one fills, so a
 * reader that stands still blocks neither signals nor the connection; when many wait, `onPressure` says so. Slabs are
 * used again and never grow: memory that is new to the process costs more than all that is done with the bytes.
 */
export function fdBulk(fd: number, onFailed: (error: unknown) => void, onPressure: (behind: boolean) => void): Bulk {
  const fs = process.getBuiltinModule('node:fs');
  const spare: Uint8Array[] = [];
  /** Full ones, first to be written first. */
  const waiting: Uint8Array[] = [];
  let writing = false;
  let scheduled = false;
  let behind = false;
  const idle: (() => void)[] = [];

  function start(): void {
    scheduled = false;
    if (writing) return;
    if (waiting.length === 0 && bulk.tail > 0) turn(SLAB);
    const next = waiting.shift();
    if (next === undefined) {
      for (const resolve of idle.splice(0)) resolve();
      return;
    }
    bulk.held -= next.length;
    writing = true;
    send(next, 0);
  }

  function send(bytes: Uint8Array, from: number): void {
    fs.write(fd, bytes, from, bytes.length - from, null, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(send, RETRY, bytes, from);
      else if (error) onFailed(error);
      else if (from + written < bytes.length) send(bytes, from + written);
      else done(bytes);
    });
  }

  function done({ buffer }: Uint8Array): void {
    writing = false;
    if (buffer.byteLength === SLAB && spare.length < KEEP) spare.push(new Uint8Array(buffer));
    if (behind && waiting.length <= FEW) {
      behind = false;
      onPressure(false);
    }
    start();
  }

  /** Puts what the slab holds in the queue and goes on in one that has room for so many bytes. */
  function turn(bytes: number): void {
    if (bulk.tail > 0) waiting.push(bulk.buf.subarray(0, bulk.tail));
    bulk.held += bulk.tail;
    bulk.buf = (bytes <= SLAB ? spare.pop() : undefined) ?? new Uint8Array(Math.max(SLAB, bytes));
    bulk.tail = 0;
  }

  const bulk = {
    buf: new Uint8Array(SLAB) as Uint8Array,
    tail: 0,
    held: 0,
    reserve(bytes: number): number {
      const { tail, buf } = bulk;
      if (tail + bytes <= buf.length) return tail;
      turn(bytes);
      start();
      if (!behind && waiting.length >= MANY) {
        behind = true;
        onPressure(true);
      }
      return bulk.tail;
    },
    kick(): void {
      if (scheduled || writing) return;
      scheduled = true;
      setImmediate(start);
    },
    end(): Promise<void> {
      if (!writing) start();
      if (!writing) return Promise.resolve();
      return new Promise((resolve) => idle.push(resolve));
    },
  };

  return bulk;
}
