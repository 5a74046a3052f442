// A server's URL in its parts.
import { fail } from '#base/errors.ts';

/** A server as it was given. */
export interface ServerAddress {
  /** For people: without a password. */
  readonly shown: string;
  readonly scheme: string;
  /** `user:password@` or empty. */
  readonly login: string;
  readonly host: string;
  readonly port: string;
}

/** Takes a server URL apart; `host`, `host:port` and `scheme://user:password@host:port` are all fine. Throws for a port that is none. */
export function parseAddress(server: string): ServerAddress {
  const m = /^(?:([a-z]+):\/\/)?(?:([^@/]*)@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(.*)$/i.exec(server);
  // Else it would be the port everybody has that is asked.
  if (m?.[5]?.startsWith(':')) throw fail('usage', 'nats: invalid server URL', { hint: 'write nats://host:4222' });
  const scheme = m?.[1] ?? 'nats';
  const login = m?.[2];
  const host = (m?.[3] ?? '').replace(/^\[|\]$/g, '');
  const port = m?.[4];
  const safe = login === undefined ? '' : `${login.includes(':') ? login.replace(/:.*$/s, ':xxxxx') : 'xxxxx'}@`;
  const literal = host.includes(':') ? `[${host}]` : host;
  return {
    shown: `${scheme}://${safe}${literal}${port ? `:${port}` : ''}${m?.[5] ?? ''}`,
    scheme,
    login: login === undefined ? '' : `${login}@`,
    host,
    port: port ?? '4222',
  };
}
