import { fail } from '#base/errors.ts';
import { joinBytes, textOf, utf8 } from '#wire/bytes.ts';
import { asBoxError } from './errors.ts';
import { holdingSink, type Link, type LinkSink, replaceSink } from './link.ts';
import type { Server } from './pool.ts';
import type { WebSocketOptions } from './types.ts';
import { createWsReader, type Deflate, encodeWsFrame, loadDeflate, OP } from './ws-frames.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MAX_HEAD = 64 * 1024;
/** Payload of one outgoing frame: small enough that a PONG need not wait long. */
const MAX_FRAME = 64 * 1024;

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

async function acceptOf(key: string): Promise<string> {
  return base64(new Uint8Array(await crypto.subtle.digest('SHA-1', new Uint8Array(utf8.encode(key + GUID)))));
}

function requestText(server: Server, options: WebSocketOptions, key: string, deflate: boolean): string {
  let path = options.path ?? server.path;
  if (!path.startsWith('/')) path = `/${path}`;
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${server.port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
  ];
  if (deflate)
    lines.push('Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover');
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || /[\r\n\0]/.test(value))
      throw fail('usage', `nats: invalid websocket header ${JSON.stringify(name)}`);
    lines.push(`${name}: ${value}`);
  }
  if (/[\s\0]/.test(path)) throw fail('usage', 'nats: invalid websocket path', { hint: 'a path holds no blanks' });
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Reads the answer up to the empty line; returns its text and what came behind it. */
function readHead(link: Link): Promise<{ head: string; rest: Uint8Array }> {
  return new Promise((resolve, reject) => {
    let held: Uint8Array = new Uint8Array(0);
    link.sink = {
      data: (chunk) => {
        held = joinBytes([held, chunk]);
        const head = textOf(held);
        const end = head.indexOf('\r\n\r\n');
        if (end >= 0) {
          // From here to the next sink bytes are held.
          link.sink = holdingSink();
          resolve({ head: head.slice(0, end), rest: held.slice(utf8.encode(head.slice(0, end)).length + 4) });
        } else if (held.length > MAX_HEAD) reject(fail('unreachable', 'nats: websocket: endless handshake answer'));
      },
      drain: () => {},
      close: (error) =>
        reject(
          error ? asBoxError(error) : fail('unreachable', 'nats: websocket: connection closed during the handshake'),
        ),
    };
  });
}

function checkAnswer(head: string, accept: string): { deflate: boolean } {
  const [status = '', ...lines] = head.split('\r\n');
  const code = /^HTTP\/1\.[01] (\d{3})/.exec(status)?.[1];
  if (code !== '101') {
    throw fail('unreachable', `nats: websocket: bad handshake: ${code ? `HTTP status ${code}` : 'no HTTP answer'}`, {
      hint: 'check host, port, path and headers of the WebSocket',
    });
  }
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const good =
    fields.get('upgrade')?.toLowerCase() === 'websocket' &&
    /\bupgrade\b/i.test(fields.get('connection') ?? '') &&
    fields.get('sec-websocket-accept') === accept;
  if (!good) throw fail('unreachable', 'nats: websocket: the answer to the handshake is not valid');
  return { deflate: /permessage-deflate/i.test(fields.get('sec-websocket-extensions') ?? '') };
}

/** Turns a stream into a WebSocket and runs NATS in its binary messages (RFC 6455). */
export async function openWebSocket(link: Link, server: Server, options: WebSocketOptions): Promise<Link> {
  const key = base64(crypto.getRandomValues(new Uint8Array(16)));
  const wanted = options.compression === true;
  const request = utf8.encode(requestText(server, options, key, wanted));
  link.write(request, 0, request.length);
  const { head, rest } = await readHead(link);
  const { deflate } = checkAnswer(head, await acceptOf(key));
  return wsLink(link, deflate && wanted ? await loadDeflate() : undefined, rest);
}

function wsLink(link: Link, deflate: Deflate | undefined, rest: Uint8Array): Link {
  const state: { sink: LinkSink } = { sink: holdingSink() };
  let pending: Uint8Array = new Uint8Array(0);
  let over = false;
  let ending = false;

  function flush(): boolean {
    if (pending.length > 0) {
      const n = link.write(pending, 0, pending.length);
      pending = n === pending.length ? new Uint8Array(0) : pending.slice(n);
    }
    return pending.length === 0;
  }
  function send(op: number, payload: Uint8Array, squeeze?: Deflate): void {
    const frame = encodeWsFrame(op, payload, squeeze);
    pending = pending.length === 0 ? frame : joinBytes([pending, frame]);
    flush();
  }
  function close(error: Error | undefined): void {
    if (over) return;
    over = true;
    state.sink.close(error);
  }

  const reader = createWsReader(deflate, {
    data: (bytes) => state.sink.data(bytes),
    ping: (payload) => send(OP.pong, payload),
    close: (code, reason) => {
      send(OP.close, new Uint8Array(0));
      link.end();
      close(code === 1000 || code === 1005 ? undefined : new Error(`websocket closed: ${code} ${reason}`.trimEnd()));
    },
  });
  const take = (chunk: Uint8Array): void => {
    try {
      if (!over) reader.feed(chunk);
    } catch (error) {
      link.destroy();
      close(error as Error);
    }
  };
  const self: Link = {
    get sink() {
      return state.sink;
    },
    set sink(sink) {
      replaceSink(state, sink);
    },
    secure: link.secure,
    write: (buf, from, length) => {
      if (over || !flush()) return 0;
      const n = Math.min(length, MAX_FRAME);
      send(OP.binary, buf.subarray(from, from + n), deflate);
      return n;
    },
    pause: () => link.pause(),
    resume: () => link.resume(),
    end: () => {
      if (!over) send(OP.close, Uint8Array.of(3, 232));
      ending = true;
      if (flush()) link.end();
    },
    destroy: () => {
      link.destroy();
      close(undefined);
    },
    startTls: () => Promise.reject(new Error('TLS inside a websocket')),
    facts: () => link.facts(),
  };
  if (rest.length > 0) take(rest);
  link.sink = {
    data: take,
    drain: () => {
      if (!flush()) return;
      if (ending) link.end();
      else state.sink.drain();
    },
    close,
  };
  return self;
}
