/** A connection without a socket: two ends in one process. */
import type { Wire, WireHandler } from '../core/wire.ts';

/** The client's end. Bytes arrive at `onData` from the next turn of the event loop on. */
export interface InProcessSocket {
  onData: ((bytes: Uint8Array) => void) | null;
  onClose: (() => void) | null;
  send(bytes: Uint8Array): void;
  close(): void;
}

/** Connects `accept` (the server's side) with a new client end. */
export function connectInProcess(accept: (wire: Wire) => WireHandler): InProcessSocket {
  let toClient: Uint8Array[] = [];
  let toServer: Buffer[] = [];
  let scheduled = false;
  let paused = false;
  let ended = false;
  let closed = false;

  const turn = (): void => {
    scheduled = false;
    const out = toClient;
    toClient = [];
    for (const bytes of out) if (!closed) socket.onData?.(bytes);
    if (!paused && !closed) {
      const input = toServer;
      toServer = [];
      for (const bytes of input) if (!closed) handler.onData(bytes);
    }
    if (ended && toClient.length === 0) finish();
  };
  const schedule = (): void => {
    if (scheduled || closed) return;
    scheduled = true;
    setImmediate(turn);
  };
  const finish = (): void => {
    if (closed) return;
    closed = true;
    handler.onClose();
    socket.onClose?.();
  };

  const wire: Wire = {
    peer: { host: '', port: 0, kind: 'in-process' },
    write(buf, offset, length) {
      if (closed || ended) return -1;
      toClient.push(Buffer.from(buf.subarray(offset, offset + length)));
      schedule();
      return length;
    },
    end() {
      ended = true;
      schedule();
    },
    destroy: finish,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      schedule();
    },
  };
  const socket: InProcessSocket = {
    onData: null,
    onClose: null,
    send(bytes) {
      if (closed || ended) return;
      toServer.push(Buffer.from(bytes));
      schedule();
    },
    close() {
      ended = true;
      toClient = [];
      schedule();
    },
  };
  const handler = accept(wire);
  return socket;
}
