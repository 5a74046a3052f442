/** Server-side TLS on sockets that are open already. */
import type { Socket } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { certificateNames, fullSubjectText } from '../auth/certificate.ts';
import type { TlsFacts } from '../core/wire.ts';
import type { TlsContext } from './tls-options.ts';

/** Does handshakes with one set of certificates. */
export interface TlsDoor {
  /** Resolves once the peer is who it has to be; rejects with what went wrong, and the socket is closed. */
  handshake(socket: Socket, timeout: number): Promise<TLSSocket>;
}

interface Waiting {
  readonly done: (stream: TLSSocket) => void;
  readonly failed: (error: Error) => void;
}

function keyOf(socket: { remoteAddress?: string | undefined; remotePort?: number | undefined }): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

export async function createTlsDoor(context: TlsContext): Promise<TlsDoor> {
  const { createServer } = await import('node:tls');
  // Never listens: it is handed sockets. Both runtimes check certificates for servers only this way.
  const server = createServer(context);
  const waiting = new Map<string, Waiting>();
  const settle = (socket: TLSSocket, use: (w: Waiting) => void): void => {
    const key = keyOf(socket);
    const w = waiting.get(key);
    if (w === undefined) return;
    waiting.delete(key);
    use(w);
  };
  server.on('secureConnection', (stream: TLSSocket) => settle(stream, (w) => w.done(stream)));
  server.on('tlsClientError', (error: Error, stream: TLSSocket) => settle(stream, (w) => w.failed(error)));
  return {
    handshake: (socket, timeout) =>
      new Promise<TLSSocket>((done, failed) => {
        const key = keyOf(socket);
        const timer = setTimeout(() => end(new Error('TLS handshake timeout')), timeout);
        const stop = (): void => {
          clearTimeout(timer);
          waiting.delete(key);
          socket.removeListener('close', closed);
        };
        const end = (error: Error): void => {
          stop();
          socket.destroy();
          failed(error);
        };
        const closed = (): void => end(new Error('EOF'));
        waiting.set(key, {
          done: (stream) => {
            stop();
            done(stream);
          },
          failed: end,
        });
        socket.once('close', closed);
        server.emit('connection', socket);
      }),
  };
}

/** The peer's certificate in DER form; null when it showed none. */
export function peerCertificate(stream: TLSSocket): Uint8Array | null {
  const der = stream.getPeerCertificate(true)?.raw;
  return der === undefined ? null : der;
}

/** The peer's certificate and its issuers up to the root. */
export function peerChain(stream: TLSSocket): Uint8Array[] {
  const out: Uint8Array[] = [];
  let at = stream.getPeerCertificate(true) as DetailedPeerCertificate | undefined;
  while (at?.raw !== undefined) {
    out.push(at.raw);
    // A root is its own issuer.
    if (at.issuerCertificate === at) break;
    at = at.issuerCertificate;
  }
  return out;
}

/** What was agreed on, for monitoring. */
export async function tlsFacts(stream: TLSSocket, first: boolean): Promise<TlsFacts> {
  const der = peerCertificate(stream);
  const peers: TlsFacts['peers'][number][] = [];
  if (der !== null) {
    const names = certificateNames(der);
    peers.push({
      subject: fullSubjectText(names.subject),
      spki_sha256: await sha256(names.publicKeyInfo),
      cert_sha256: await sha256(der),
    });
  }
  return {
    version: (stream.getProtocol() ?? '').replace('TLSv', ''),
    cipher: stream.getCipher()?.standardName ?? '',
    first,
    peers,
  };
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex');
}
