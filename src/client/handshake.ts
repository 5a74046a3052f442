import { type BoxError, fail } from '#base/errors.ts';
import { version } from '#base/version.ts';
import { emptyBytes, joinBytes, textOf, utf8 } from '#wire/bytes.ts';
import { type ConnectFields, parseInfo, type ServerInfo } from '#wire/info.ts';
import { dial } from './dial.ts';
import { asBoxError, errors, errText, isAuthError, problemOf } from './errors.ts';
import type { Link } from './link.ts';
import { isWebSocket, type Server } from './pool.ts';
import type { Settings } from './settings.ts';
import type { AuthFields, Challenge } from './types.ts';

/** A link on which CONNECT was answered. */
export interface Established {
  link: Link;
  info: ServerInfo;
  /** Bytes that came behind the PONG. */
  rest: Uint8Array;
}

/** A message that goes to the server with CONNECT. */
export interface Opening {
  /** The frame, made when the server has said what it takes; the queue of a connection does not come into it. */
  frame(info: ServerInfo): Uint8Array;
  /** Why the server did not take the message, though it took us. */
  refused: BoxError | undefined;
}

const MAX_LINE = 1024 * 1024;
/**
 * What nats-server reads at first, bytes. Of a server that refuses us and closes, unread bytes would make the kernel
 * reset the connection, and its reason could be lost with that: longer openings wait for the welcome.
 */
const FIRST_READ = 512;
const LF = 10;
const PING = utf8.encode('PING\r\n');

/** Reads lines before the connection proper takes over. */
interface Talk {
  line(): Promise<string>;
  /** Bytes read and not used. */
  rest(): Uint8Array;
}

function talk(link: Link): Talk {
  let held: Uint8Array = emptyBytes;
  let ended: BoxError | undefined;
  let waiting: { resolve: (line: string) => void; reject: (error: BoxError) => void } | undefined;

  function pump(): void {
    if (!waiting) return;
    const lf = held.indexOf(LF);
    if (lf >= 0) {
      const line = textOf(held, 0, lf).trimEnd();
      held = held.slice(lf + 1);
      const { resolve } = waiting;
      waiting = undefined;
      resolve(line);
    } else if (ended || held.length > MAX_LINE) {
      const { reject } = waiting;
      waiting = undefined;
      reject(ended ?? errors.noInfo());
    }
  }

  link.sink = {
    data: (chunk) => {
      held = held.length === 0 ? chunk.slice() : joinBytes([held, chunk]);
      pump();
    },
    drain: () => {},
    close: (error) => {
      ended = error
        ? asBoxError(error)
        : fail('unreachable', 'nats: connection closed by the server', { retryable: true });
      pump();
    },
  };
  return {
    line: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        pump();
      }),
    rest: () => held,
  };
}

async function readInfo(lines: Talk): Promise<ServerInfo> {
  const line = await lines.line();
  if (line.startsWith('-ERR')) throw problemOf(errText(line.slice(4))).error;
  const info = line.slice(0, 4).toUpperCase() === 'INFO' ? parseInfo(line.slice(5)) : undefined;
  if (!info) throw errors.noInfo();
  return info;
}

async function identify(server: Server, settings: Settings, info: ServerInfo): Promise<AuthFields> {
  const { options } = settings;
  const challenge: Challenge = { nonce: info.nonce, info };
  if (options.auth) return options.auth(challenge);
  const fields: AuthFields = {};
  const inUrl = server.user !== undefined || server.token !== undefined;
  if (inUrl) {
    if (server.user !== undefined) fields.user = server.user;
    if (server.password !== undefined) fields.pass = server.password;
    if (server.token !== undefined) fields.auth_token = server.token;
  } else {
    if (options.user !== undefined) fields.user = options.user;
    if (options.password !== undefined) fields.pass = options.password;
    if (options.token !== undefined)
      fields.auth_token = typeof options.token === 'function' ? await options.token() : options.token;
  }
  if (options.creds !== undefined || options.jwt !== undefined || (options.nkeySeed !== undefined && !inUrl)) {
    const { signedFields } = await import('./auth.ts');
    Object.assign(fields, await signedFields(options, challenge));
  }
  return fields;
}

/** CONNECT as the Go client writes it, key for key, so that nothing about us is special to a server. */
function connectLine(settings: Settings, info: ServerInfo, auth: AuthFields, secure: boolean): string {
  const { options } = settings;
  const fields: ConnectFields = {
    verbose: options.verbose ?? false,
    pedantic: options.pedantic ?? false,
    ...auth,
    tls_required: secure,
    name: options.name ?? '',
    lang: 'natsbox',
    version,
    protocol: options.noAsyncInfo ? 0 : 1,
    echo: !options.noEcho,
    headers: info.headers,
    no_responders: info.headers,
  };
  return `CONNECT ${JSON.stringify(fields)}\r\n`;
}

/**
 * Waits for the PONG behind our CONNECT; the server's refusal becomes the error, that of the opening is noted. Gives
 * what the server says of itself now that it knows our account: other limits, whether it is the system account.
 */
async function readWelcome(lines: Talk, before: ServerInfo, opening?: Opening): Promise<ServerInfo> {
  let info = before;
  for (;;) {
    const line = await lines.line();
    if (line === 'PONG') return info;
    if (line.startsWith('-ERR')) {
      const text = errText(line.slice(4));
      const { error, operation } = problemOf(text);
      if (opening && operation === 'publish') {
        opening.refused = error;
        continue;
      }
      throw isAuthError(text) ? fail('denied', `nats: ${text}`, { ...error.facts, reason: 'auth' }) : error;
    }
    // +OK in verbose mode; PING of a server that measures us early.
    if (line.startsWith('INFO')) info = parseInfo(line.slice(5)) ?? info;
    else if (line !== '+OK' && line !== 'PING') {
      throw fail('unreachable', `nats: expected PONG, got ${JSON.stringify(line.slice(0, 60))}`);
    }
  }
}

/** A refused JWT that has run out says so: the server only speaks of a violation. */
async function explained(error: unknown, auth: AuthFields): Promise<unknown> {
  const known = asBoxError(error);
  if (known.kind !== 'denied' || auth.jwt === undefined) return error;
  const hint = (await import('./auth.ts')).jwtHint(auth.jwt);
  return hint ? fail('denied', known.message, { ...known.facts, hint }) : error;
}

function write(link: Link, bytes: Uint8Array): void {
  // A fresh socket takes far more than a CONNECT with any credentials.
  if (link.write(bytes, 0, bytes.length) !== bytes.length) throw errors.lost();
}

async function introduce(
  link: Link,
  lines: Talk,
  info: ServerInfo,
  connect: string,
  opening: Uint8Array,
  noted?: Opening,
): Promise<ServerInfo> {
  const hello = utf8.encode(connect);
  const together = hello.length + opening.length + PING.length <= FIRST_READ;
  write(link, joinBytes(together ? [hello, opening, PING] : [hello, PING]));
  const welcome = await readWelcome(lines, info, noted);
  if (together) return welcome;
  write(link, joinBytes([opening, PING]));
  return readWelcome(lines, welcome, noted);
}

async function shake(
  link: Link,
  server: Server,
  settings: Settings,
  hold: (link: Link) => void,
  opening: Opening | undefined,
): Promise<Established> {
  let lines = talk(link);
  const info = await readInfo(lines);
  const wanted = settings.tls !== undefined || server.scheme === 'tls';
  if (!link.secure && !isWebSocket(server.scheme) && (wanted || info.tls_required)) {
    if (!info.tls_required && !info.tls_available) throw errors.notSecure();
    // Whatever came in clear behind INFO was not said by the server we are about to verify.
    if (lines.rest().length > 0) throw fail('unreachable', 'nats: unexpected data before the TLS handshake');
    const { resolveTls } = await import('./tls.ts');
    link = await link.startTls(await resolveTls(settings.tls ?? {}, server));
    hold(link);
    lines = talk(link);
  }
  const auth = await identify(server, settings, info);
  if (settings.options.noEcho && info.proto < 1) {
    throw fail('usage', 'nats: no echo option not supported by this server');
  }
  const secure = link.secure;
  if (settings.options.trace) settings.options.trace('out', 'CONNECT');
  try {
    const first = opening?.frame(info) ?? emptyBytes;
    const welcome = await introduce(link, lines, info, connectLine(settings, info, auth, secure), first, opening);
    return { link, info: welcome, rest: lines.rest() };
  } catch (error) {
    throw await explained(error, auth);
  }
}

/**
 * Opens a link to the server and introduces us. Rejects with a BoxError: `unreachable`, `denied`, `timeout`, `usage`.
 * Whatever was opened is closed then. `onAbort` is handed a function that ends the attempt with an error. An `opening`
 * costs no round trip of its own; it has been handled when the promise resolves.
 */
export function establish(
  server: Server,
  settings: Settings,
  onAbort?: (abort: (error: BoxError) => void) => void,
  opening?: Opening,
): Promise<Established> {
  return new Promise((resolve, reject) => {
    let link: Link | undefined;
    let over = false;
    const finish = (error: BoxError | undefined, made?: Established): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      if (made) resolve(made);
      else {
        link?.destroy();
        reject(error);
      }
    };
    const hold = (opened: Link): void => {
      link = opened;
      if (over) opened.destroy();
    };
    const timer = setTimeout(() => finish(timedOut(server, link !== undefined)), settings.connectTimeout);
    onAbort?.((error) => finish(error));
    dial(server, settings, hold)
      .then((opened) => {
        hold(opened);
        return shake(opened, server, settings, hold, opening);
      })
      .then(
        (made) => finish(undefined, made),
        (error) => finish(asBoxError(error)),
      );
  });
}

function timedOut(server: Server, connected: boolean): BoxError {
  return fail('timeout', connected ? 'nats: timeout' : `dial tcp ${server.host}:${server.port}: i/o timeout`, {
    retryable: true,
    hint: connected
      ? 'the server accepted the connection but did not answer in time'
      : 'check the address, or raise --timeout',
  });
}
