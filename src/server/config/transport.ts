/** TLS and WebSocket blocks. */
import type { Mutable, TlsOptions, WebSocketOptions } from '../options.ts';
import { CIPHERS, CURVES, INSECURE_CIPHERS } from './ciphers.ts';
import {
  array,
  bool,
  duration,
  goDuration,
  int,
  listen,
  map,
  type Problems,
  readEntries,
  text,
  texts,
  timeout,
  wrong,
} from './reader.ts';
import type { ConfigToken } from './token.ts';

/** How long to wait for a handshake before greeting in plain text, when "auto" asks for both. */
const FALLBACK = 50;

function handshakeFirst(t: ConfigToken, out: Mutable<TlsOptions>, key: string): void {
  if (t.kind === 'bool') {
    out.handshakeFirst = bool(t);
    return;
  }
  const value = text(t).toLowerCase();
  if (value === 'true' || value === 'on') out.handshakeFirst = true;
  else if (value === 'false' || value === 'off') out.handshakeFirst = false;
  else {
    out.handshakeFirst = true;
    try {
      out.handshakeFirstFallback = value === 'auto' || value === 'auto_fallback' ? FALLBACK : goDuration(t);
    } catch {
      throw wrong(t, `field "${key}" takes a boolean, "auto" or a duration, not ${JSON.stringify(t.value)}`);
    }
  }
}

function pairs(t: ConfigToken, problems: Problems): { certFile: string; keyFile: string }[] {
  return array(t).map((p) => {
    const out = { certFile: '', keyFile: '' };
    readEntries(
      map(p),
      {
        cert_file: (v) => {
          out.certFile = text(v);
        },
        key_file: (v) => {
          out.keyFile = text(v);
        },
      },
      problems,
    );
    if (out.certFile === '' || out.keyFile === '') throw wrong(p, 'a certificate needs both cert_file and key_file');
    return out;
  });
}

/** Reads a tls block. Features of other systems (Windows store, OCSP) are refused where they would change who is let in. */
export function readTls(token: ConfigToken, problems: Problems): TlsOptions {
  const out: Mutable<TlsOptions> = {};
  let insecureAllowed = false;
  const refuse = (what: string) => (t: ConfigToken) => {
    throw wrong(t, `${what} is not part of this server; use nats-server for it`);
  };
  readEntries(
    map(token),
    {
      cert_file: (t) => {
        out.certFile = text(t);
      },
      key_file: (t) => {
        out.keyFile = text(t);
      },
      ca_file: (t) => {
        out.caFile = text(t);
      },
      insecure: (t) => void bool(t),
      verify: (t) => {
        out.verify = bool(t) || out.verify === true;
      },
      verify_and_map: (t) => {
        out.verifyAndMap = bool(t);
        if (out.verifyAndMap) out.verify = true;
      },
      verify_cert_and_check_known_urls: (t) => {
        if (bool(t)) throw wrong(t, 'verify_cert_and_check_known_urls not supported in this context');
      },
      allow_insecure_cipher_suites: (t) => {
        insecureAllowed = bool(t);
      },
      cipher_suites: (t) => {
        const names = array(t).map(text);
        if (names.length === 0) throw wrong(t, "'cipher_suites' cannot be empty");
        for (const n of names) if (CIPHERS[n] === undefined) throw wrong(t, `unrecognized cipher ${n}`);
        out.ciphers = names;
      },
      curve_preferences: (t) => {
        const names = array(t).map(text);
        if (names.length === 0) throw wrong(t, "'curve_preferences' cannot be empty");
        for (const n of names) if (CURVES[n] === undefined) throw wrong(t, `unrecognized curve preference ${n}`);
        out.curves = names;
      },
      timeout: (t) => {
        out.timeout = timeout(t);
      },
      connection_rate_limit: (t) => {
        out.connectionRateLimit = int(t);
      },
      pinned_certs: (t) => {
        out.pinnedCerts = array(t).map((p) => {
          const hex = text(p).toLowerCase();
          if (!/^[a-f0-9]{64}$/.test(hex)) {
            throw wrong(p, `'pinned_certs' key ${hex} is no SHA-256 in hexadecimal`);
          }
          return hex;
        });
      },
      'handshake_first|first|immediate': (t, key) => handshakeFirst(t, out, key),
      'certs|certificates': (t) => {
        out.certificates = pairs(t, problems);
      },
      min_version: (t) => {
        const v = text(t);
        if (v === '1.2') out.minVersion = 'TLSv1.2';
        else if (v === '1.3') out.minVersion = 'TLSv1.3';
        else throw wrong(t, `unsupported TLS version: ${v}; use "1.2" or "1.3"`);
      },
      'cert_store|cert_match_by|cert_match|ca_certs_match|cert_match_skip_invalid':
        refuse('a Windows certificate store'),
      ocsp_peer: (t) => {
        if (t.kind !== 'bool' || t.value === true) refuse('OCSP peer verification')(t);
      },
    },
    problems,
  );
  if (out.certificates !== undefined && out.certificates.length > 0 && out.certFile !== undefined) {
    throw wrong(token, "cannot combine 'cert_file' option with 'certs' option");
  }
  const insecure = (out.ciphers ?? []).filter((c) => INSECURE_CIPHERS.has(c));
  if (insecure.length > 0 && !insecureAllowed) {
    throw wrong(token, `insecure cipher suites need 'allow_insecure_cipher_suites': ${insecure.join(', ')}`);
  }
  return out;
}

/** Stapling is refused where it would be done: a server that only says it never does starts here too. */
export function refuseStapling(token: ConfigToken): void {
  const mode = token.kind === 'map' ? map(token).get('mode') : undefined;
  const never = mode !== undefined && text(mode) === 'never';
  if (never || (token.kind === 'bool' && !bool(token))) return;
  throw wrong(token, 'OCSP stapling is not part of this server; use nats-server for it, or set "ocsp: false"');
}

export function readWebSocket(token: ConfigToken, problems: Problems): WebSocketOptions {
  const out: Mutable<WebSocketOptions> = { port: 0 };
  const auth = (t: ConfigToken): void => {
    const made: Mutable<NonNullable<WebSocketOptions['auth']>> = {};
    readEntries(
      map(t),
      {
        'user|username': (v) => {
          made.user = text(v);
        },
        'pass|password': (v) => {
          made.password = text(v);
        },
        token: (v) => {
          made.token = text(v);
        },
        timeout: (v) => {
          made.timeout = timeout(v);
        },
      },
      problems,
    );
    out.auth = made;
  };
  readEntries(
    map(token),
    {
      listen: (t) => {
        const at = listen(t);
        out.host = at.host;
        out.port = at.port;
      },
      port: (t) => {
        out.port = int(t);
      },
      'host|net': (t) => {
        out.host = text(t);
      },
      advertise: (t) => {
        out.advertise = text(t);
      },
      no_tls: (t) => {
        out.noTls = bool(t);
      },
      tls: (t) => {
        out.tls = readTls(t, problems);
      },
      same_origin: (t) => {
        out.sameOrigin = bool(t);
      },
      'allowed_origins|allowed_origin|allow_origins|allow_origin|origins|origin': (t) => {
        out.allowedOrigins = texts(t);
      },
      handshake_timeout: (t) => {
        out.handshakeTimeout = t.kind === 'int' ? int(t) * 1000 : goDuration(t);
      },
      'compress|compression': (t) => {
        out.compression = bool(t);
      },
      'authorization|authentication': auth,
      jwt_cookie: (t) => {
        out.jwtCookie = text(t);
      },
      user_cookie: (t) => {
        out.userCookie = text(t);
      },
      pass_cookie: (t) => {
        out.passCookie = text(t);
      },
      token_cookie: (t) => {
        out.tokenCookie = text(t);
      },
      no_auth_user: (t) => {
        out.noAuthUser = text(t);
      },
      headers: (t) => {
        out.headers = Object.fromEntries([...map(t)].map(([k, v]) => [k, text(v)]));
      },
      ping_interval: (t) => {
        out.pingInterval = duration(t, 'ping_interval', problems);
      },
    },
    problems,
  );
  return out;
}
