import { fail } from '#base/errors.ts';
import { errors } from './errors.ts';

export type Scheme = 'nats' | 'tls' | 'ws' | 'wss';

const ports: Record<Scheme, number> = { nats: 4222, tls: 4222, ws: 80, wss: 443 };

/** One server of the pool. Never print `user`, `password` and `token`; `url` is free of them. */
export interface Server {
  readonly scheme: Scheme;
  readonly host: string;
  readonly port: number;
  /** Path and query of a WebSocket URL. */
  readonly path: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
  /** `scheme://host:port`. */
  readonly url: string;
  /** Told by the cluster, not by the user. */
  readonly discovered: boolean;
  /** Name to verify when the address itself is an IP the certificate need not hold. */
  readonly tlsName: string | undefined;
  attempts: number;
  /** When the last attempt began, in ms of `performance.now()`. */
  tried: number;
  /** Text of the last refusal of our credentials. */
  refused: string | undefined;
}

export const isWebSocket = (scheme: Scheme): boolean => scheme === 'ws' || scheme === 'wss';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Parts {
  scheme: string | undefined;
  user: string | undefined;
  host: string;
  port: string | undefined;
  path: string;
}

/**
 * Takes `[scheme://][user@]host[:port][/path]` apart. By hand, because compiling one regular expression costs a tenth of
 * what a one-shot publish may take.
 */
function split(text: string): Parts {
  const colon = text.indexOf('://');
  const start = colon < 0 ? 0 : colon + 3;
  let end = text.length;
  for (let i = start; i < end; i++) {
    const c = text[i];
    if (c === '/' || c === '?') end = i;
  }
  const at = text.lastIndexOf('@', end - 1);
  const from = at < start ? start : at + 1;
  const bracket = text[from] === '[' ? text.indexOf(']', from) : -1;
  const last = text.lastIndexOf(':', end - 1);
  const hasPort = last >= from && last > bracket;
  const hostEnd = hasPort ? last : end;
  return {
    scheme: colon < 0 ? undefined : text.slice(0, colon).toLowerCase(),
    user: at < start ? undefined : text.slice(start, at),
    host: bracket < 0 ? text.slice(from, hostEnd) : text.slice(from + 1, bracket),
    port: hasPort ? text.slice(last + 1, end) : undefined,
    path: text.slice(end),
  };
}

/** The number of a port, 0 for anything else. */
function portOf(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const d = text.charCodeAt(i) - 48;
    if (d < 0 || d > 9) return 0;
    n = n * 10 + d;
  }
  return n > 65_535 ? 0 : n;
}

/** Reads `[scheme://][user[:password]@|token@]host[:port][/path]`; throws `usage` for anything else. */
export function parseServer(text: string, defaults: { scheme?: Scheme; from?: Server } = {}): Server {
  const parts = split(text.trim());
  let scheme = (parts.scheme ?? defaults.scheme ?? 'nats') as Scheme;
  // The Go client asks only whether it is one of the others: `tcp://host:4222` always worked.
  if (ports[scheme] === undefined) scheme = 'nats';
  const name = parts.host === '' && parts.port !== undefined ? '127.0.0.1' : parts.host;
  const port = parts.port === undefined ? ports[scheme] : portOf(parts.port);
  // The text may hold a password: the error names nothing of it.
  if (port === 0 || name === '' || (name.includes(':') && !text.includes('['))) {
    throw fail('usage', 'nats: invalid server URL', { hint: 'write nats://host:4222' });
  }
  const { user } = parts;
  const colon = user?.indexOf(':') ?? -1;
  const from = defaults.from;
  const known = user === undefined;
  return {
    scheme,
    host: name,
    port,
    path: parts.path,
    user: known ? from?.user : colon < 0 ? undefined : decoded(user.slice(0, colon)),
    password: known ? from?.password : colon < 0 ? undefined : decoded(user.slice(colon + 1)),
    token: known ? from?.token : colon < 0 && user !== '' ? decoded(user) : undefined,
    url: `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`,
    discovered: from !== undefined,
    tlsName: from === undefined ? undefined : (from.tlsName ?? (isAddress(from.host) ? undefined : from.host)),
    attempts: 0,
    tried: Number.NEGATIVE_INFINITY,
    refused: undefined,
  };
}

/** Whether a host is an IP address rather than a name. */
export function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

export interface Pool {
  readonly servers: readonly Server[];
  /** The server to try now: the head of the list. */
  current(): Server | undefined;
  /** Puts the server at the end of the list; drops it when it had `maxAttempts` (negative: never). */
  rotate(server: Server, maxAttempts: number): void;
  /** Takes what a server told of its cluster; returns the URLs that are new. */
  learn(addresses: readonly string[], from: Server): string[];
}

function shuffle<T>(list: T[], start = 0): void {
  for (let i = list.length - 1; i > start; i--) {
    const j = start + Math.floor(Math.random() * (i - start + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}

/** The servers of a connection in the order in which they are tried. Throws `usage` for a bad URL. */
export function createPool(urls: readonly string[], options: { noRandomize?: boolean }): Pool {
  const servers: Server[] = [];
  for (const list of urls) for (const url of list.split(',')) if (url.trim() !== '') servers.push(parseServer(url));
  if (servers.length === 0) servers.push(parseServer('nats://127.0.0.1:4222'));
  if (servers.length > 1) {
    const ws = isWebSocket(servers[0]!.scheme);
    if (servers.some((s) => isWebSocket(s.scheme) !== ws)) throw errors.mixedSchemes();
    if (!options.noRandomize) shuffle(servers);
  }
  let seen: Set<string> | undefined;

  function learn(addresses: readonly string[], from: Server): string[] {
    seen ??= new Set(servers.map((s) => s.url));
    const told = new Map<string, Server>();
    for (const address of addresses) {
      try {
        const s = parseServer(address, { scheme: from.scheme, from });
        told.set(`${s.host}:${s.port}`, s);
      } catch {
        // A server that tells nonsense about others is still a server.
      }
    }
    for (let i = servers.length - 1; i >= 0; i--) {
      const s = servers[i]!;
      const listed = told.delete(`${s.host}:${s.port}`);
      if (!listed && s.discovered && s !== from) servers.splice(i, 1);
    }
    const fresh: string[] = [];
    for (const s of told.values()) {
      if (!seen.has(s.url)) fresh.push(s.url);
      seen.add(s.url);
      servers.push(s);
    }
    if (fresh.length > 0 && !options.noRandomize) shuffle(servers, 1);
    return fresh;
  }

  return {
    servers,
    current: () => servers[0],
    rotate: (server, maxAttempts) => {
      const at = servers.indexOf(server);
      if (at < 0) return;
      servers.splice(at, 1);
      if (maxAttempts < 0 || server.attempts < maxAttempts) servers.push(server);
    },
    learn,
  };
}
