import type { Sink } from '#base/sink.ts';
import { fdBulk } from './bulk.ts';

/** Bytes buffered before a flush is forced. */
const LIMIT = 64 * 1024;
/** Up to this much text goes out through console, which costs nothing to load. */
const SMALL = 8 * 1024;

export interface SinkEvents {
  /** The reader has gone: nothing more can be said. */
  onClosed(): void;
  /** The system refused what was written, as on a full disk. Without it that goes unsaid. */
  onFailed?(error: unknown): void;
  /** Called before the first of what is kept: what another sink keeps is older, and on a terminal goes first. */
  before?(): void;
  /** Prints when the place is free: something else is drawn on the terminal. `ended`: the last line has its newline. */
  aside?(print: () => void, ended: boolean): void;
}

/** A sink that can write out at once what it keeps. */
export type FdSink = Sink & { flushSync(): void };

/** A file descriptor as Sink. Text is kept until it is worth a write; order is kept; EPIPE ends quietly. */
export function fdSink(fd: 1 | 2, events: SinkEvents): FdSink {
  let texts: string[] = [];
  let parts: (string | Uint8Array)[] = [];
  let size = 0;
  let scheduled = false;
  let small = true;
  let bytesSeen = false;
  let tty: boolean | undefined;

  const flushSync = () => {
    scheduled = false;
    if (size === 0) return;
    if (texts.length > 0) parts.push(texts.join(''));
    texts = [];
    const pending = parts;
    parts = [];
    if (!events.aside) return emit(pending);
    const last = pending.at(-1);
    const ended = typeof last === 'string' ? last.endsWith('\n') : last?.at(-1) === 10;
    events.aside(() => emit(pending), ended);
  };

  const emit = (pending: (string | Uint8Array)[]) => {
    const text = pending.length === 1 && typeof pending[0] === 'string' ? pending[0] : undefined;
    // On a terminal console.error would add colours.
    const plain = fd === 1 || (typeof Bun !== 'undefined' && !Bun.enableANSIColors) || !isTerminal(2);
    if (small && !bytesSeen && size <= SMALL && plain && text?.endsWith('\n')) {
      size = 0;
      // console says nothing of a full disk, so what goes into a file takes another way.
      if (fd === 1 && isRegularFile()) {
        writeFile(text, events);
        return;
      }
      // console adds the newline; a single string argument is printed as it is.
      if (fd === 1) console.log(text.slice(0, -1));
      else console.error(text.slice(0, -1));
      return;
    }
    small = false;
    size = 0;
    writeAll(fd, pending, events);
  };

  const write = (chunk: string | Uint8Array) => {
    if (chunk.length === 0) return;
    if (size === 0) events.before?.();
    if (typeof chunk === 'string') texts.push(chunk);
    else {
      if (texts.length > 0) parts.push(texts.join(''));
      texts = [];
      // The caller may reuse its buffer, so bytes that wait are copied; so many do not wait.
      parts.push(size + chunk.length >= LIMIT && !events.aside ? chunk : chunk.slice());
      bytesSeen = true;
    }
    size += chunk.length;
    if (size >= LIMIT) flushSync();
    else if (!scheduled) {
      scheduled = true;
      setImmediate(flushSync);
    }
  };

  return {
    write,
    line: (text = '') => write(text + '\n'),
    flush: async () => flushSync(),
    flushSync,
    bulk: (onPressure) => fdBulk(fd, (error) => failed(error, events), onPressure),
    get isTTY() {
      // Asked for every message, where the answer costs three times what the message does.
      tty ??= isTerminal(fd);
      return tty;
    },
  };
}

/** Bun's binding below node:tty. */
interface TtyBinding {
  isTTY(fd: number): boolean;
  readonly TTY: new (fd: number, context: object) => TtyHandle;
}

/** A terminal behind a file descriptor. */
export interface TtyHandle {
  setRawMode(mode: 0 | 1): number;
  getWindowSize(size: [columns: number, rows: number]): boolean;
}

const handles = new Map<number, TtyHandle>();

/** The terminal behind a file descriptor, without the stream that costs more than a whole start; undefined but on Bun. */
export function ttyHandle(fd: 0 | 1): TtyHandle | undefined {
  if (process.versions['bun'] === undefined) return undefined;
  const { binding } = process as unknown as { binding(name: 'tty_wrap'): TtyBinding };
  const handle = handles.get(fd) ?? new (binding('tty_wrap').TTY)(fd, {});
  handles.set(fd, handle);
  return handle;
}

/** Columns and rows of the terminal on stdout; zeros when it does not tell. */
export function windowSize(): readonly [columns: number, rows: number] {
  const handle = ttyHandle(1);
  if (!handle) return [process.stdout.columns || 0, process.stdout.rows || 0];
  const size: [number, number] = [0, 0];
  return handle.getWindowSize(size) ? size : [0, 0];
}

/**
 * Whether a file descriptor is a terminal. node:tty brings the network stack along and node:fs the file system, each for
 * more than most commands cost as a whole; Bun answers at once from the binding below node:tty.
 */
export function isTerminal(fd: 0 | 1 | 2): boolean {
  if (process.versions['bun'] === undefined) return process.getBuiltinModule('node:tty').isatty(fd);
  const { binding } = process as unknown as { binding(name: 'tty_wrap'): TtyBinding };
  return binding('tty_wrap').isTTY(fd);
}

/** Parts above this are written alone. */
const LARGE = 16 * 1024;

/** Joins what is small: a call of the kernel for each part would cost more than all of them. */
function joined(pending: readonly (string | Uint8Array)[]): Uint8Array[] {
  const runs: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  const close = (): void => {
    if (small.length > 0) runs.push(small.length === 1 ? (small[0] as Uint8Array) : Buffer.concat(small));
    small = [];
  };
  for (const part of pending) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    if (bytes.length <= LARGE) {
      small.push(bytes);
      continue;
    }
    close();
    runs.push(bytes);
  }
  close();
  return runs;
}

function writeAll(fd: number, pending: readonly (string | Uint8Array)[], events: SinkEvents): void {
  const fs = process.getBuiltinModule('node:fs');
  for (const bytes of joined(pending)) {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += fs.writeSync(fd, bytes, at, bytes.length - at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN') {
          waitWritable();
          continue;
        }
        failed(error, events);
        return;
      }
    }
  }
}

function failed(error: unknown, events: SinkEvents): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') events.onClosed();
  else events.onFailed?.(error);
}

let regular: boolean | undefined;

/** Whether stdout is a file on a disk, the only thing whose size Bun tells. One call of the system, once. */
function isRegularFile(): boolean {
  regular ??= typeof Bun === 'undefined' || Number.isFinite(Bun.file(1).size);
  return regular;
}

let fileSink: Bun.FileSink | undefined;

/** Writes text to stdout, a file. */
function writeFile(text: string, events: SinkEvents): void {
  if (typeof Bun === 'undefined') {
    writeAll(1, [text], events);
    return;
  }
  // Half of what node:fs would cost to load. What is refused is thrown for a little text, and a promise for more.
  const refused = (error: unknown) => failed(error, events);
  try {
    fileSink ??= Bun.stdout.writer();
    const written: number | Promise<number> = fileSink.write(text);
    if (typeof written !== 'number') void written.catch(refused);
    void fileSink.flush();
  } catch (error) {
    refused(error);
  }
}

const sleeper = { cell: undefined as Int32Array | undefined };

/** A pipe set non-blocking by its other users is full: give the reader a moment without spinning. */
function waitWritable(): void {
  sleeper.cell ??= new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(sleeper.cell, 0, 0, 2);
}
