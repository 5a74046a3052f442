import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { chainOf, endText, holdingSink, type Link, type LinkSink, type ResolvedTls, replaceSink } from './link.ts';
import { type PeerCertificate, tlsError } from './tls.ts';
import type { TlsFacts } from './types.ts';

interface NodeState {
  sink: LinkSink;
  closed: boolean;
  error: Error | undefined;
  /** Bytes given to the socket whose callback has not come. */
  busy: boolean;
}

/** The adapter over node:net and node:tls, for Node; Bun takes `Bun.connect`. */
export function openNodeTcp(host: string, port: number): Promise<Link> {
  // An import statement would read every export of the module, which loads more than is needed.
  const { connect } = process.getBuiltinModule('node:net');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(nodeLink(socket));
    });
  });
}

function nodeLink(socket: Socket, wrap: (error: Error) => Error = (e) => e, tls?: () => TlsFacts): Link {
  const state: NodeState = { sink: holdingSink(), closed: false, error: undefined, busy: false };
  const close = (error: Error | undefined): void => {
    if (state.closed) return;
    state.closed = true;
    state.sink.close(error);
  };
  const onData = (chunk: Uint8Array): void => state.sink.data(chunk);
  const onError = (error: Error): void => {
    state.error = wrap(error);
  };
  const onClose = (): void => close(state.error);
  socket.on('data', onData);
  socket.on('error', onError);
  socket.on('close', onClose);
  return {
    get sink() {
      return state.sink;
    },
    set sink(sink) {
      replaceSink(state, sink);
    },
    secure: tls !== undefined,
    write: (buf, from, length) => {
      if (state.busy || state.closed) return 0;
      state.busy = true;
      // The stream keeps what it is given until the kernel has it, and the caller's slab is reused at once: copy.
      socket.write(buf.slice(from, from + length), () => {
        state.busy = false;
        if (!state.closed) state.sink.drain();
      });
      return length;
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    end: () => {
      socket.end();
    },
    destroy: () => {
      socket.destroy();
      close(undefined);
    },
    startTls: (wanted) => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      return startTls(socket, wanted);
    },
    facts: () => ({
      local: endText(socket.localAddress, socket.localPort),
      remote: endText(socket.remoteAddress, socket.remotePort),
      ...(tls ? { tls: tls() } : {}),
    }),
  };
}

function startTls(raw: Socket, tls: ResolvedTls): Promise<Link> {
  // With it comes all of the cryptography, which plain connections do without.
  const { checkServerIdentity, connect: connectTls } = process.getBuiltinModule('node:tls');
  return new Promise((resolve, reject) => {
    const isIp = tls.serverName.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(tls.serverName);
    const fail = (error: unknown): void => {
      const { cert } = error as { cert?: PeerCertificate };
      reject(tlsError(error, tls, cert ?? secure.getPeerCertificate()));
      raw.destroy();
    };
    const secure = connectTls({
      socket: raw,
      host: tls.serverName,
      ...(isIp ? {} : { servername: tls.serverName }),
      // Always given: NODE_TLS_REJECT_UNAUTHORIZED only changes the default.
      rejectUnauthorized: !tls.insecure,
      checkServerIdentity: (_name, cert) => (tls.insecure ? undefined : checkServerIdentity(tls.serverName, cert)),
      ...(tls.ca.length > 0 ? { ca: tls.ca } : {}),
      ...(tls.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls.key === undefined ? {} : { key: tls.key }),
      ...(tls.options.curves === undefined ? {} : { ecdhCurve: tls.options.curves }),
    });
    const ended = (): void => fail({});
    secure.once('error', fail);
    secure.once('close', ended);
    raw.once('error', fail);
    secure.once('secureConnect', () => {
      if (!secure.authorized && !tls.insecure) return fail(secure.authorizationError);
      secure.off('error', fail).off('close', ended);
      raw.off('error', fail);
      raw.on('error', () => {});
      const wrap = (error: Error) => tlsError(error, tls);
      resolve(nodeLink(secure, wrap, () => factsOf(secure, tls)));
    });
  });
}

function factsOf(socket: TLSSocket, tls: ResolvedTls): TlsFacts {
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    serverName: tls.serverName,
    verified: !tls.insecure,
    certificates: chainOf(socket.getPeerCertificate(true)),
    authorities: [tls.ca].flat(),
  };
}
