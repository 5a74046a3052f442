/** The HTTP request with which a websocket begins. Pure: a request in, what to answer out. */

export interface UpgradeRequest {
  readonly method: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export interface UpgradeRules {
  readonly secure: boolean;
  readonly sameOrigin: boolean;
  readonly allowedOrigins: readonly string[];
  readonly compression: boolean;
  /** Added to the answer. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Upgrade =
  | { readonly ok: true; readonly answer: string; readonly compress: boolean; readonly masked: boolean }
  | { readonly ok: false; readonly answer: string; readonly reason: string };

/** Largest request head that is read. */
export const MAX_HEAD = 16 * 1024;

/** Reads a request head, without its last empty line; null when it is none. */
export function parseRequest(head: string): UpgradeRequest | null {
  const [first = '', ...lines] = head.split('\r\n');
  const parts = first.split(' ');
  if (parts.length !== 3 || !/^HTTP\/1\.[01]$/.test(parts[2]!)) return null;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) return null;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const list = headers.get(name);
    if (list === undefined) headers.set(name, [value]);
    else list.push(value);
  }
  return { method: parts[0]!, path: parts[1]!, headers };
}

const STATUS: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
};

/** An HTTP error answer that closes the connection. */
export function httpError(status: number, reason: string): Upgrade {
  const text = STATUS[status] ?? 'Error';
  const answer = [
    `HTTP/1.1 ${status} ${text}`,
    'Content-Type: text/plain; charset=utf-8',
    'Sec-Websocket-Version: 13',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${text.length + 1}`,
    'Connection: close',
    '',
    `${text}\n`,
  ].join('\r\n');
  return { ok: false, answer, reason };
}

function contains(values: readonly string[] | undefined, wanted: string): boolean {
  return (values ?? []).some((v) => v.split(',').some((t) => t.trim().toLowerCase() === wanted.toLowerCase()));
}

function offersDeflate(values: readonly string[] | undefined): boolean {
  return (values ?? []).some((v) =>
    v.split(',').some((e) => e.split(';').some((p) => p.trim().toLowerCase() === 'permessage-deflate')),
  );
}

async function acceptKey(key: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return Buffer.from(await crypto.subtle.digest('SHA-1', bytes)).toString('base64');
}

/** Decides about a request by RFC 6455 4.2.1. */
export async function upgrade(r: UpgradeRequest, rules: UpgradeRules): Promise<Upgrade> {
  const one = (name: string): string => r.headers.get(name)?.[0] ?? '';
  if (r.path.endsWith('/mqtt')) return httpError(404, 'mqtt websocket endpoint not enabled');
  if (r.path.endsWith('/leafnode')) return httpError(404, 'leafnode websocket endpoint not enabled');
  if (r.method !== 'GET') return httpError(405, 'request method must be GET');
  if (one('host') === '') return httpError(400, "'Host' missing in request");
  if (!contains(r.headers.get('upgrade'), 'websocket')) return httpError(400, "invalid value for header 'Upgrade'");
  if (!contains(r.headers.get('connection'), 'Upgrade')) return httpError(400, "invalid value for header 'Connection'");
  const key = one('sec-websocket-key');
  if (key === '') return httpError(400, 'key missing');
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) return httpError(400, 'invalid websocket key');
  if (!contains(r.headers.get('sec-websocket-version'), '13')) return httpError(400, 'invalid version');
  const origin = one('origin') || one('sec-websocket-origin');
  const problem = originProblem(origin, one('host'), rules);
  if (problem !== null) return httpError(403, `origin not allowed: ${problem}`);
  const compress = rules.compression && offersDeflate(r.headers.get('sec-websocket-extensions'));
  const masked = one('nats-no-masking') !== 'true';
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${await acceptKey(key)}`,
  ];
  if (compress) {
    lines.push('Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover');
  }
  if (!masked) lines.push('Nats-No-Masking: true');
  for (const [name, value] of Object.entries(rules.headers)) lines.push(`${name}: ${value}`);
  return { ok: true, answer: `${lines.join('\r\n')}\r\n\r\n`, compress, masked };
}

interface Place {
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
}

function placeOf(text: string): Place | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const scheme = url.protocol.slice(0, -1);
  return { scheme, host: url.hostname.toLowerCase(), port: url.port || (scheme === 'https' ? '443' : '80') };
}

function originProblem(origin: string, host: string, rules: UpgradeRules): string | null {
  if ((!rules.sameOrigin && rules.allowedOrigins.length === 0) || origin === '') return null;
  const place = placeOf(origin);
  if (place === null) return 'invalid origin';
  const same = (other: Place | null): boolean =>
    other !== null && place.scheme === other.scheme && place.host === other.host && place.port === other.port;
  if (rules.sameOrigin && !same(placeOf(`${rules.secure ? 'https' : 'http'}://${host}`))) return 'not same origin';
  if (rules.allowedOrigins.length > 0 && !rules.allowedOrigins.some((a) => same(placeOf(a)))) {
    return 'not in the allowed list';
  }
  return null;
}

/** Cookies by name; of two with the same name the last counts. */
export function cookiesOf(r: UpgradeRequest): Map<string, string> {
  const out = new Map<string, string>();
  for (const line of r.headers.get('cookie') ?? []) {
    for (const part of line.split(';')) {
      const eq = part.indexOf('=');
      if (eq <= 0) continue;
      out.set(
        part.slice(0, eq).trim(),
        part
          .slice(eq + 1)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      );
    }
  }
  return out;
}
