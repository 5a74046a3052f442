/** Bytes that come before the protocol: looked at, then given back. */
import type { Socket } from 'node:net';

export interface Preamble {
  readonly bytes: Buffer;
  /** Whether `enough` was reached before time or connection ended. */
  until(enough: (bytes: Buffer) => boolean, ms: number): Promise<boolean>;
  /** Forgets the first `n` bytes. */
  skip(n: number): void;
  /** Stops reading; what was read and not skipped. */
  release(): Buffer;
}

/** Starts to read a socket. */
export function readPreamble(socket: Socket): Preamble {
  let bytes: Buffer = Buffer.alloc(0);
  let over = false;
  let wake: (() => void) | null = null;
  const onData = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    wake?.();
  };
  const onEnd = (): void => {
    over = true;
    wake?.();
  };
  socket.on('data', onData);
  socket.once('end', onEnd);
  socket.once('close', onEnd);
  return {
    get bytes() {
      return bytes;
    },
    until: (enough, ms) =>
      new Promise<boolean>((done) => {
        const finish = (ok: boolean): void => {
          wake = null;
          clearTimeout(timer);
          done(ok);
        };
        const timer = setTimeout(() => finish(enough(bytes)), ms);
        const look = (): void => {
          if (enough(bytes)) finish(true);
          else if (over) finish(false);
        };
        wake = look;
        look();
      }),
    skip(n) {
      bytes = bytes.subarray(n);
    },
    release() {
      socket.removeListener('data', onData);
      socket.removeListener('end', onEnd);
      socket.removeListener('close', onEnd);
      socket.pause();
      return bytes;
    },
  };
}
