/** The websocket listener: TLS, the HTTP request, then the protocol in binary frames. */
import type { Socket } from 'node:net';
import type { Accept, Wire, WireHandler } from '../core/wire.ts';
import type { WebSocketOptions } from '../options.ts';
import type { Running } from '../running.ts';
import { listenSockets, type SocketWire, socketWire } from './node.ts';
import { readPreamble } from './preamble.ts';
import { loadTls, secureWire, type TlsSettings } from './secure.ts';
import { BINARY, CLOSE, closeFrame, frameHead, frameReader, PING, PONG, statusOf, validStatus } from './ws-frames.ts';
import { cookiesOf, httpError, MAX_HEAD, parseRequest, type UpgradeRequest, upgrade } from './ws-upgrade.ts';

const HANDSHAKE = 2000;
/** Shorter frames are not worth compressing. */
const WORTH = 64;
const MAX_MESSAGE = 64 * 1024 * 1024;
const TAIL = Buffer.from([0, 0, 255, 255]);

type Zlib = typeof import('node:zlib');

/** Opens the listener and keeps its facts for monitoring and the ports file. */
export async function startWebSocket(run: Running, accept: Accept): Promise<void> {
  const { srv } = run;
  const o = run.options.websocket!;
  let tls: TlsSettings | null = o.tls === undefined ? null : await loadTls(o.tls);
  const zlib = o.compression === true ? await import('node:zlib') : null;
  run.reloaders.push(async (next) => {
    const fresh = next.websocket?.tls === undefined ? null : await loadTls(next.websocket.tls);
    return () => {
      tls = fresh;
    };
  });
  const host = o.host || srv.options.host;
  const listener = await listenSockets({ host, port: Math.max(o.port, 0) }, (socket) => {
    welcome(run, socket, o, tls, zlib, accept).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      srv.logger?.log('error', `${socket.remoteAddress}:${socket.remotePort} - websocket handshake error: ${text}`);
      socket.destroy();
    });
  });
  const scheme = tls === null ? 'ws' : 'wss';
  run.listeners.push({ kind: 'websocket', scheme, host, port: listener.port });
  run.closers.push(() => listener.stop());
  const shown = host.includes(':') ? `[${host}]` : host;
  srv.logger?.log('info', `Listening for websocket clients on ${scheme}://${shown}:${listener.port}`);
  if (tls === null) srv.logger?.log('warn', 'Websocket not configured with TLS. DO NOT USE IN PRODUCTION!');
}

async function welcome(
  run: Running,
  socket: Socket,
  o: WebSocketOptions,
  tls: TlsSettings | null,
  zlib: Zlib | null,
  accept: Accept,
): Promise<void> {
  const wire = socketWire(socket, 'websocket');
  let stream: Socket = socket;
  if (tls !== null) stream = await secureWire(socket, wire, tls, false);
  const pre = readPreamble(stream);
  const complete = await pre.until(
    (b) => b.includes('\r\n\r\n') || b.length > MAX_HEAD,
    o.handshakeTimeout || HANDSHAKE,
  );
  const end = pre.bytes.indexOf('\r\n\r\n');
  if (!complete || end < 0 || end > MAX_HEAD) throw new Error('no complete request came in time');
  const request = parseRequest(pre.bytes.latin1Slice(0, end));
  pre.skip(end + 4);
  const rest = pre.release();
  const decision =
    request === null
      ? httpError(400, 'malformed request')
      : rest.length > 0
        ? httpError(400, 'client sent data before handshake is complete')
        : await upgrade(request, {
            secure: tls !== null,
            sameOrigin: o.sameOrigin === true,
            allowedOrigins: o.allowedOrigins ?? [],
            compression: o.compression === true,
            headers: o.headers ?? {},
          });
  if (!decision.ok) {
    const from = `${wire.peer.host}:${wire.peer.port}`;
    run.srv.logger?.log('error', `${from} - websocket handshake error: ${decision.reason}`);
    stream.end(decision.answer, 'latin1');
    return;
  }
  stream.write(decision.answer, 'latin1');
  const deflate = decision.compress ? zlib : null;
  const ws = framed(wire, forwarded(request!) ?? wire.peer.host, credentials(request!, o), deflate);
  const handler = accept(ws.wire);
  wire.start(ws.reader(handler, decision.masked, run.srv.options.maxPayload));
}

/** The client's address when a trusted front says so. */
function forwarded(r: UpgradeRequest): string | null {
  const address = r.headers.get('x-forwarded-for')?.[0] ?? '';
  return /^[0-9a-fA-F.:]+$/.test(address) && /[.:]/.test(address) ? address : null;
}

function credentials(r: UpgradeRequest, o: WebSocketOptions): NonNullable<Wire['credentials']> {
  const cookies = cookiesOf(r);
  const out: Partial<Record<'jwt' | 'user' | 'pass' | 'auth_token', string>> = {};
  for (const [key, cookie] of [
    ['jwt', o.jwtCookie],
    ['user', o.userCookie],
    ['pass', o.passCookie],
    ['auth_token', o.tokenCookie],
  ] as const) {
    const value = cookie ? cookies.get(cookie) : undefined;
    if (value !== undefined) out[key] = value;
  }
  return out;
}

interface Framed {
  readonly wire: Wire;
  /** The handler of the bare connection, which feeds the core's. */
  reader(core: WireHandler, masked: boolean, maxPayload: number): WireHandler;
}

function framed(inner: SocketWire, host: string, given: NonNullable<Wire['credentials']>, zlib: Zlib | null): Framed {
  let closing = false;
  const wire: Wire = {
    peer: { ...inner.peer, host },
    credentials: given,
    write(buf, offset, length) {
      if (zlib === null || length < WORTH) {
        const head = frameHead(BINARY, length);
        const frame = Buffer.concat([head, buf.subarray(offset, offset + length)]);
        return taken(inner.write(frame, 0, frame.length), length);
      }
      const packed = zlib.deflateRawSync(buf.subarray(offset, offset + length), {
        level: 1,
        finishFlush: zlib.constants.Z_SYNC_FLUSH,
      });
      const body = packed.subarray(0, packed.length - 4);
      const frame = Buffer.concat([frameHead(BINARY, body.length, true), body]);
      return taken(inner.write(frame, 0, frame.length), length);
    },
    end(reason) {
      if (!closing) {
        closing = true;
        const frame = closeFrame(statusOf(reason ?? ''), reason ?? '');
        inner.write(frame, 0, frame.length);
      }
      inner.end();
    },
    destroy: () => inner.destroy(),
    pause: () => inner.pause(),
    resume: () => inner.resume(),
    ...(inner.tls === undefined ? {} : { tls: inner.tls }),
    ...(inner.certificate === undefined ? {} : { certificate: inner.certificate }),
    ...(inner.chain === undefined ? {} : { chain: inner.chain }),
  };
  /** The socket takes all or nothing. */
  function taken(n: number, length: number): number {
    return n > 0 ? length : n;
  }

  const reader = (core: WireHandler, masked: boolean, maxPayload: number): WireHandler => {
    const limit = Math.min(maxPayload * 8, MAX_MESSAGE);
    let parts: Buffer[] = [];
    let size = 0;
    const fail = (status: number, text: string): void => {
      if (closing) return;
      closing = true;
      const frame = closeFrame(status, text);
      inner.write(frame, 0, frame.length);
      core.door.refuse(status === 1009 ? 'Maximum Message Payload Exceeded' : 'Read Error');
      inner.end();
    };
    const inflate = (): void => {
      const all = Buffer.concat([...parts, TAIL]);
      parts = [];
      size = 0;
      let out: Buffer;
      try {
        out = zlib!.inflateRawSync(all, { finishFlush: zlib!.constants.Z_SYNC_FLUSH, maxOutputLength: maxPayload });
      } catch (error) {
        const large = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
        fail(large ? 1009 : 1002, large ? 'Maximum Message Payload Exceeded' : 'invalid compressed message');
        return;
      }
      core.onData(out);
    };
    const frames = frameReader(
      { masked, deflate: zlib !== null },
      {
        data(bytes, compressed, last) {
          if (closing) return;
          if (!compressed) {
            core.onData(bytes);
            return;
          }
          size += bytes.length;
          if (size > limit) {
            fail(1009, 'Maximum Message Payload Exceeded');
            return;
          }
          parts.push(Buffer.from(bytes));
          if (last) inflate();
        },
        control(opcode, payload) {
          if (closing) return;
          if (opcode === PING) {
            const frame = Buffer.concat([frameHead(PONG, payload.length), payload]);
            inner.write(frame, 0, frame.length);
          } else if (opcode === CLOSE) closeAsked(payload);
        },
      },
    );
    const closeAsked = (payload: Buffer): void => {
      if (payload.length === 1) {
        fail(1002, 'close frame payload cannot be 1 byte');
        return;
      }
      const status = payload.length === 0 ? 1005 : payload.readUInt16BE(0);
      if (payload.length > 0 && !validStatus(status)) {
        fail(1002, `invalid close status code ${status}`);
        return;
      }
      closing = true;
      const frame =
        payload.length === 0 ? frameHead(CLOSE, 0) : closeFrame(status, payload.subarray(2).toString('utf8'));
      inner.write(frame, 0, frame.length);
      core.onClose();
    };
    return {
      door: core.door,
      onData(chunk) {
        const problem = frames.push(chunk);
        if (problem !== null) fail(1002, problem);
      },
      onDrain: () => core.onDrain(),
      onClose: (error) => core.onClose(error),
    };
  };
  return { wire, reader };
}
