/** The client listener when connections do not begin with the protocol itself: TLS in all its orders, PROXY headers. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Accept, Listen } from '../core/wire.ts';
import type { TlsOptions } from '../options.ts';
import type { Running } from '../running.ts';
import { listenSockets, type SocketWire, socketWire } from './node.ts';
import { type Preamble, readPreamble } from './preamble.ts';
import { type ProxyHeader, readProxyHeader } from './proxy-header.ts';
import { createTlsDoor, peerCertificate, peerChain, type TlsDoor, tlsFacts } from './tls-door.ts';
import { certificateEnd, tlsContext } from './tls-options.ts';

const PROXY_TIMEOUT = 5000;
const HANDSHAKE = 0x16;
const DEFAULT_TIMEOUT = 2000;

/** Certificates in force and what goes with them; replaced on reload. */
export interface TlsSettings {
  readonly options: TlsOptions;
  readonly door: TlsDoor;
  readonly notAfter: number;
}

export async function loadTls(options: TlsOptions): Promise<TlsSettings> {
  const context = await tlsContext(options);
  return { options, door: await createTlsDoor(context), notAfter: await certificateEnd(context) };
}

/** Lets so many handshakes begin each second. */
export function rateLimiter(now: () => number): (limit: number) => boolean {
  let since = 0;
  let count = 0;
  return (limit) => {
    const t = now();
    if (t - since >= 1000) {
      since = t;
      count = 0;
    }
    return ++count <= limit;
  };
}

/** Finishes TLS on a socket and moves the wire over. Throws with the reason when it fails. */
export async function secureWire(
  socket: Socket,
  wire: SocketWire,
  { options, door }: TlsSettings,
  first: boolean,
): Promise<TLSSocket> {
  const stream = await door.handshake(socket, options.timeout ?? DEFAULT_TIMEOUT);
  const facts = await tlsFacts(stream, first);
  const pins = options.pinnedCerts ?? [];
  if (pins.length > 0 && !pins.some((p) => p.toLowerCase() === facts.peers[0]?.spki_sha256)) {
    stream.destroy();
    throw new Error('certificate not pinned');
  }
  wire.secure(stream, facts, { own: peerCertificate(stream), chain: () => peerChain(stream) });
  return stream;
}

/** The listener; the server's reload learns to read certificates anew. */
export async function secureListener(run: Running): Promise<Listen> {
  const { srv } = run;
  let settings = run.options.tls === undefined ? null : await loadTls(run.options.tls);
  const announce = (): void => {
    const o = settings?.options;
    const open = run.options.allowNonTls === true;
    srv.tls.required = settings !== null && !open;
    srv.tls.available = settings !== null && open;
    srv.tls.verify = o?.verify === true || o?.verifyAndMap === true;
    srv.tls.notAfter = settings?.notAfter ?? 0;
  };
  announce();
  srv.hideHost = run.options.proxyProtocol === true;
  run.reloaders.push(async (next) => {
    const fresh = next.tls === undefined ? null : await loadTls(next.tls);
    return () => {
      settings = fresh;
      announce();
    };
  });
  const allow = rateLimiter(() => srv.clock.now());
  return (options, accept) =>
    listenSockets(options, (socket) => {
      welcome(run, socket, settings, accept, allow).catch((error: unknown) => {
        srv.logger?.log('error', `Error with a new connection: ${String(error)}`);
        socket.destroy();
      });
    });
}

async function welcome(
  run: Running,
  socket: Socket,
  settings: TlsSettings | null,
  accept: Accept,
  allow: (limit: number) => boolean,
): Promise<void> {
  const { srv, options } = run;
  const tls = settings?.options;
  let first = tls?.handshakeFirst === true;
  const wire = socketWire(socket);
  const handler = accept(wire, first ? 'silent' : 'greeted');
  wire.bind(handler);
  const { door } = handler;
  const pre = readPreamble(socket);
  if (first && (tls?.handshakeFirstFallback ?? 0) > 0) {
    if (!(await pre.until((b) => b.length > 0, tls!.handshakeFirstFallback!))) {
      first = false;
      door.greet();
    }
  }
  let peer: { host: string; port: number } | null = null;
  if (options.proxyProtocol === true) {
    const header = await proxyHeader(pre);
    if (header.kind === 'bad') {
      const from = `${wire.peer.host}:${wire.peer.port}`;
      srv.logger?.log('warn', `Error reading PROXY protocol header from ${from}: ${header.reason}`);
      pre.release();
      door.refuse('Protocol Violation');
      return;
    }
    if (header.kind === 'read') {
      pre.skip(header.length);
      if (header.host !== '') peer = header;
    }
  }
  let wanted = settings !== null;
  if (wanted && !first && options.allowNonTls === true) {
    await pre.until((b) => b.length > 0, tls?.timeout ?? DEFAULT_TIMEOUT);
    wanted = pre.bytes[0] === HANDSHAKE;
  }
  const rest = pre.release();
  if (wanted) {
    const limit = tls?.connectionRateLimit ?? 0;
    if (limit > 0 && !allow(limit)) {
      door.refuse('Maximum Connections Exceeded', 'Connection throttling is active. Please try again later.');
      return;
    }
    if (rest.length > 0) socket.unshift(rest);
    if (srv.logger?.debug) srv.logger.log('debug', `${labelOf(wire)} - Starting TLS client connection handshake`);
    try {
      await secureWire(socket, wire, settings!, first);
    } catch (error) {
      srv.logger?.log('error', `${labelOf(wire)} - TLS handshake error: ${(error as Error).message}`);
      door.refuse('TLS Handshake Failure');
      return;
    }
    if (srv.logger?.debug) {
      const facts = wire.tls?.();
      srv.logger.log('debug', `${labelOf(wire)} - TLS handshake complete`);
      srv.logger.log('debug', `${labelOf(wire)} - TLS version ${facts?.version}, cipher suite ${facts?.cipher}`);
    }
  }
  door.ready(peer);
  if (!wanted && rest.length > 0) handler.onData(rest);
  wire.start(handler);
}

function labelOf(wire: SocketWire): string {
  const { host, port } = wire.peer;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function proxyHeader(pre: Preamble): Promise<ProxyHeader> {
  await pre.until((b) => readProxyHeader(b).kind !== 'more', PROXY_TIMEOUT);
  const header = readProxyHeader(pre.bytes);
  return header.kind === 'more' ? { kind: 'bad', reason: 'timeout reading PROXY protocol header' } : header;
}
