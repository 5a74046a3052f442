import { fail } from '#base/errors.ts';
import { joinBytes, utf8 } from '#wire/bytes.ts';
import { dialError } from './dial-error.ts';
import { asBoxError } from './errors.ts';
import { holdingSink, type Link } from './link.ts';
import { isAddress } from './pool.ts';
import { openTcp } from './socket.ts';

/** Reply codes of RFC 1928 section 6. */
const replies: Record<number, string> = {
  1: 'general SOCKS server failure',
  2: 'connection not allowed by ruleset',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'TTL expired',
  7: 'command not supported',
  8: 'address type not supported',
};

interface Proxy {
  host: string;
  port: number;
  user: string | undefined;
  password: string;
}

function parseProxy(text: string): Proxy {
  const m = /^(?:socks5h?:\/\/)?(?:([^@]*)@)?(\[[^\]]+\]|[^:/?#[\]@]+)(?::(\d+))?\/?$/i.exec(text.trim());
  if (!m) throw fail('usage', 'nats: invalid SOCKS proxy', { hint: 'write socks5://host:1080' });
  const [user, ...rest] = m[1]?.split(':') ?? [];
  return {
    host: m[2]!.replace(/^\[|\]$/g, ''),
    port: m[3] ? Number(m[3]) : 1080,
    user: user === undefined ? undefined : decodeURIComponent(user),
    password: decodeURIComponent(rest.join(':')),
  };
}

interface Reader {
  take(bytes: number): Promise<Uint8Array>;
  rest(): Uint8Array;
}

function reader(link: Link): Reader {
  let held: Uint8Array = new Uint8Array(0);
  let ended: Error | undefined;
  let waiting: { bytes: number; resolve: (b: Uint8Array) => void; reject: (e: Error) => void } | undefined;
  const pump = (): void => {
    if (!waiting) return;
    const { bytes, resolve, reject } = waiting;
    if (held.length >= bytes) {
      waiting = undefined;
      const taken = held.slice(0, bytes);
      held = held.slice(bytes);
      resolve(taken);
    } else if (ended) {
      waiting = undefined;
      reject(ended);
    }
  };
  link.sink = {
    data: (chunk) => {
      held = joinBytes([held, chunk]);
      pump();
    },
    drain: () => {},
    close: (error) => {
      ended = error ? asBoxError(error) : fail('unreachable', 'nats: the SOCKS proxy closed the connection');
      pump();
    },
  };
  return {
    take: (bytes) =>
      new Promise((resolve, reject) => {
        waiting = { bytes, resolve, reject };
        pump();
      }),
    rest: () => held,
  };
}

function send(link: Link, bytes: readonly number[]): void {
  link.write(Uint8Array.from(bytes), 0, bytes.length);
}

async function greet(link: Link, input: Reader, proxy: Proxy): Promise<void> {
  send(link, proxy.user === undefined ? [5, 1, 0] : [5, 2, 0, 2]);
  const [version, method] = await input.take(2);
  if (version !== 5)
    throw fail('unreachable', 'nats: the proxy does not speak SOCKS 5', { hint: 'check --socks-proxy' });
  if (method === 0) return;
  if (method !== 2 || proxy.user === undefined)
    throw fail('denied', 'nats: the SOCKS proxy wants another way to authenticate', {
      hint: 'write socks5://user:password@host:port',
    });
  const user = utf8.encode(proxy.user);
  const password = utf8.encode(proxy.password);
  send(link, [1, user.length, ...user, password.length, ...password]);
  const [, status] = await input.take(2);
  if (status !== 0) throw fail('denied', 'nats: the SOCKS proxy refused user and password');
}

/** The address as RFC 1928 section 4 wants it. Names go as they are: the proxy resolves them. */
function address(host: string): number[] {
  if (!isAddress(host)) {
    const name = utf8.encode(host);
    return [3, name.length, ...name];
  }
  if (!host.includes(':')) return [1, ...host.split('.').map(Number)];
  const [left = '', right] = host.split('::');
  const words = (part: string): number[] => (part === '' ? [] : part.split(':').map((w) => Number.parseInt(w, 16)));
  const a = words(left);
  const b = right === undefined ? [] : words(right);
  const all = [...a, ...new Array<number>(8 - a.length - b.length).fill(0), ...b];
  return [4, ...all.flatMap((w) => [w >> 8, w & 255])];
}

/** A TCP stream to `host:port` through a SOCKS 5 proxy (RFC 1928, user and password by RFC 1929). */
export async function openSocks(text: string, host: string, port: number, hold: (link: Link) => void): Promise<Link> {
  const proxy = parseProxy(text);
  const link = await openTcp(proxy.host, proxy.port).catch((error) => {
    throw asProxyError(dialError(error, proxy.host, proxy.port));
  });
  hold(link);
  const input = reader(link);
  await greet(link, input, proxy);
  send(link, [5, 1, 0, ...address(host), port >> 8, port & 255]);
  const [, status, , kind] = await input.take(4);
  if (status !== 0) {
    throw fail(
      'unreachable',
      `nats: the SOCKS proxy cannot reach ${host}:${port}: ${replies[status!] ?? `code ${status}`}`,
      {
        retryable: true,
      },
    );
  }
  const length = kind === 1 ? 4 : kind === 4 ? 16 : (await input.take(1))[0]!;
  await input.take(length + 2);
  const rest = holdingSink();
  if (input.rest().length > 0) rest.data(input.rest());
  link.sink = rest;
  return link;
}

/** "Connection refused" by the proxy is not "no server": keep it out of that message. */
function asProxyError(error: Error): Error {
  return fail('unreachable', `nats: SOCKS proxy: ${error.message.replace(/connection refused$/, 'refused')}`, {
    retryable: true,
    hint: 'check --socks-proxy',
  });
}
