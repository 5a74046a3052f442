import { fail } from '#base/errors.ts';
import { errors } from './errors.ts';

export type Scheme = 'nats' | 'tls' | 'ws' | 'wss';

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

const ports: Record<Scheme, number> = { nats: 4222, tls: 4222, ws: 80, wss: 443 };

export const isWebSocket = (scheme: Scheme): boolean => scheme === 'ws' || scheme === 'wss';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads `[scheme://][user[:password]@|token@]host[:port][/path]`; throws `usage` for anything else. */
export function parseServer(text: string, defaults: { scheme?: Scheme; from?: Server } = {}): Server {
  const m = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^/]*)@)?(\[[^\]]+\]|[^:/?#[\]]+)?(?::(\d+))?([/?][^#]*)?$/i.exec(
    text.trim(),
  );
  const scheme = (m?.[1]?.toLowerCase() ?? defaults.scheme ?? 'nats') as Scheme;
  const host = m?.[3]?.replace(/^\[|\]$/g, '') ?? '';
  // The text may hold a password: the error only names what is safe.
  if (!m || (host === '' && m[4] === undefined))
    throw fail('usage', 'nats: invalid server URL', { hint: 'write nats://host:4222' });
  if (ports[scheme] === undefined)
    throw fail('usage', `nats: unknown URL scheme ${scheme}`, { hint: 'use nats, tls, ws or wss' });
  const port = m[4] ? Number(m[4]) : ports[scheme];
  if (port < 1 || port > 65535) throw fail('usage', `nats: invalid port ${m[4]}`);
  const name = host === '' ? '127.0.0.1' : host;
  const colon = m[2]?.indexOf(':') ?? -1;
  const from = defaults.from;
  return {
    scheme,
    host: name,
    port,
    path: m[5] ?? '',
    user: m[2] === undefined ? from?.user : colon < 0 ? undefined : decoded(m[2].slice(0, colon)),
    password: m[2] === undefined ? from?.password : colon < 0 ? undefined : decoded(m[2].slice(colon + 1)),
    token: m[2] === undefined ? from?.token : colon < 0 && m[2] !== '' ? decoded(m[2]) : undefined,
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
  const servers = urls
    .flatMap((u) => u.split(','))
    .map((u) => u.trim())
    .filter((u) => u !== '')
    .map((u) => parseServer(u));
  if (servers.length === 0) servers.push(parseServer('nats://127.0.0.1:4222'));
  const ws = isWebSocket(servers[0]!.scheme);
  if (servers.some((s) => isWebSocket(s.scheme) !== ws)) throw errors.mixedSchemes();
  if (!options.noRandomize) shuffle(servers);
  const seen = new Set(servers.map((s) => s.url));

  function learn(addresses: readonly string[], from: Server): string[] {
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
