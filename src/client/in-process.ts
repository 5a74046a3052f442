import { errors } from './errors.ts';
import { holdingSink, type Link, type LinkSink } from './link.ts';
import type { InProcess } from './types.ts';

/** A link to a server in the same process: no sockets, no ports. */
export function openInProcess(open: () => InProcess): Link {
  const inner = open();
  const holding = holdingSink();
  let paused: Uint8Array[] | null = null;
  let closed = false;
  const link: Link = {
    sink: holding,
    secure: false,
    write(buf, from, length) {
      if (!closed) inner.send(buf.subarray(from, from + length));
      return length;
    },
    pause() {
      paused ??= [];
    },
    resume() {
      const waiting = paused ?? [];
      paused = null;
      for (const chunk of waiting) deliver(chunk);
    },
    end: () => inner.close(),
    destroy: () => inner.close(),
    startTls: () => Promise.reject(errors.noTlsInProcess()),
    facts: () => ({ local: '', remote: '' }),
  };
  const deliver = (chunk: Uint8Array): void => {
    if (paused !== null) paused.push(new Uint8Array(chunk));
    else (link.sink as LinkSink).data(chunk);
  };
  inner.onData = deliver;
  inner.onClose = () => {
    if (closed) return;
    closed = true;
    link.sink.close(undefined);
  };
  return link;
}
