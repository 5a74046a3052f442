import { type ChainLink, chainOf, holdingSink, type Link, type ResolvedTls } from './link.ts';
import { type BunState, bunHandlers, bunLink } from './socket-bun.ts';
import { tlsError } from './tls.ts';
import type { TlsFacts } from './types.ts';

/**
 * TLS over an open Bun socket. Nothing is sent before the verdict on the peer's certificate: `handshake` says whether the
 * chain and the name are good, and `rejectUnauthorized` is always given so that no environment variable decides.
 */
export function upgradeBun(raw: Bun.Socket<undefined>, rawState: BunState, tls: ResolvedTls): Promise<Link> {
  return new Promise((resolve, reject) => {
    const state: BunState = { sink: holdingSink(), closed: false, error: undefined };
    let decided = false;
    const fail = (error: unknown, peer?: object): void => {
      if (decided) return;
      decided = true;
      reject(tlsError(error, tls, peer));
      raw.terminate();
    };
    const handlers = bunHandlers(state);
    const { end, close, error } = handlers;
    // The raw socket still reports encrypted bytes and its own end: only the TLS side counts from here on.
    rawState.sink = { data: () => {}, drain: () => {}, close: () => {} };
    try {
      const [, socket] = raw.upgradeTLS<undefined>({
        data: undefined,
        tls: {
          serverName: tls.serverName,
          rejectUnauthorized: !tls.insecure,
          ...(tls.ca.length > 0 ? { ca: tls.ca } : {}),
          ...(tls.cert === undefined ? {} : { cert: tls.cert }),
          ...(tls.key === undefined ? {} : { key: tls.key }),
          ...(tls.options.curves === undefined ? {} : { ecdhCurve: tls.options.curves }),
        },
        socket: {
          ...handlers,
          handshake: (secure, ok, problem) => {
            if (!ok && !(tls.insecure && problem)) return fail(problem ?? state.error, peerOf(secure));
            if (problem && !tls.insecure) return fail(problem, peerOf(secure));
            if (decided) return;
            decided = true;
            resolve(bunLink(secure, state, () => factsOf(secure, tls)));
          },
          error: (secure, problem) => {
            fail(problem);
            // Alerts after the handshake (TLS 1.3 asks for client certificates late) end the link with our own words.
            error?.(secure, tlsError(problem, tls));
          },
          end: (secure) => {
            fail(state.error ?? {});
            end?.(secure);
          },
          close: (secure, problem) => {
            fail(problem ?? state.error ?? {});
            close?.(secure, problem);
          },
        },
      });
      socket.setNoDelay(true);
    } catch (problem) {
      fail(problem);
    }
  });
}

function peerOf(socket: Bun.Socket<undefined>): object | undefined {
  try {
    return socket.getPeerCertificate() ?? undefined;
  } catch {
    return undefined;
  }
}

/** Asked late: reading the chain of certificates costs. */
function factsOf(socket: Bun.Socket<undefined>, tls: ResolvedTls): TlsFacts {
  // The argument is missing in Bun's types: `false` gives the certificates above the server's as well.
  const peer = socket.getPeerCertificate as unknown as (abbreviated: boolean) => ChainLink | undefined;
  return {
    protocol: socket.getTLSVersion(),
    cipher: socket.getCipher().standardName,
    serverName: tls.serverName,
    verified: !tls.insecure,
    certificates: chainOf(peer.call(socket, false)),
    authorities: [tls.ca].flat(),
  };
}
