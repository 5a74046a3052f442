import type { Bulk } from '#base/sink.ts';

const SLAB = 256 * 1024;
/** A slab that grew beyond this is given back. */
const KEEP = 1024 * 1024;
/** Bytes between two collections. */
const COLLECT = 4 * 1024 * 1024;
/** Milliseconds between two attempts at a pipe that takes nothing just now. */
const RETRY = 4;

/**
 * Bulk output to a file descriptor. One slab is being written by another thread while the next one fills, so a reader
 * that stands still blocks neither signals nor the connection; when both are full, `onPressure` says so.
 */
export function fdBulk(fd: number, onClosed: () => void, onPressure: (behind: boolean) => void): Bulk {
  const fs = process.getBuiltinModule('node:fs');
  let spare: Uint8Array | undefined;
  let writing = false;
  let scheduled = false;
  let behind = false;
  let since = 0;
  const idle: (() => void)[] = [];

  function start(): void {
    scheduled = false;
    if (writing || bulk.tail === 0) return;
    const full = bulk.buf;
    const length = bulk.tail;
    bulk.buf = spare ?? new Uint8Array(SLAB);
    bulk.tail = 0;
    spare = undefined;
    writing = true;
    send(full, 0, length);
  }

  function send(bytes: Uint8Array, from: number, end: number): void {
    fs.write(fd, bytes, from, end - from, null, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(send, RETRY, bytes, from, end);
      else if (error) failed(error);
      else if (from + written < end) send(bytes, from + written, end);
      else done(bytes, end);
    });
  }

  function failed(error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE') throw error;
    onClosed();
  }

  function done(bytes: Uint8Array, length: number): void {
    writing = false;
    since += length;
    if (since >= COLLECT && typeof Bun !== 'undefined') {
      // What the socket hands us is garbage a moment later, but outside of the heap, so that the collector sees no
      // need: without this the process would hold tens of megabytes of it. With so small a heap it takes a millisecond.
      since = 0;
      Bun.gc(true);
    }
    if (bytes.length <= KEEP) spare = bytes;
    if (behind) {
      behind = false;
      onPressure(false);
    }
    if (bulk.tail > 0) start();
    else for (const resolve of idle.splice(0)) resolve();
  }

  const bulk = {
    buf: new Uint8Array(SLAB) as Uint8Array,
    tail: 0,
    reserve(bytes: number): number {
      const { tail, buf } = bulk;
      if (tail + bytes <= buf.length) return tail;
      if (!writing) start();
      if (bulk.tail + bytes > bulk.buf.length) grow(bulk.tail + bytes);
      if (writing && !behind && bulk.tail > SLAB / 2) {
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
      start();
      if (!writing) return Promise.resolve();
      return new Promise((resolve) => idle.push(resolve));
    },
  };

  function grow(size: number): void {
    let length = bulk.buf.length;
    while (length < size) length *= 2;
    const bigger = new Uint8Array(length);
    bigger.set(bulk.buf.subarray(0, bulk.tail));
    bulk.buf = bigger;
  }

  return bulk;
}
