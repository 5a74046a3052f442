import { textOf, utf8 } from './bytes.ts';

/**
 * What a server says in INFO (nats-server `Info`; https://docs.nats.io/reference/reference-protocols/nats-protocol).
 * Unknown fields are kept: the object is what the server sent.
 */
export interface ServerInfo {
  server_id: string;
  server_name: string;
  version: string;
  /** Protocol level: 1 or more means that INFO may come again at any time. */
  proto: number;
  host: string;
  port: number;
  headers: boolean;
  /** Bytes of headers plus payload. */
  max_payload: number;
  git_commit?: string;
  go?: string;
  jetstream?: boolean;
  auth_required?: boolean;
  tls_required?: boolean;
  tls_verify?: boolean;
  tls_available?: boolean;
  client_id?: number;
  client_ip?: string;
  nonce?: string;
  cluster?: string;
  cluster_dynamic?: boolean;
  domain?: string;
  connect_urls?: string[];
  ws_connect_urls?: string[];
  /** Lame duck mode: the server is about to go and wants its clients elsewhere. */
  ldm?: boolean;
  ip?: string;
  xkey?: string;
  acc_is_sys?: boolean;
  api_lvl?: number;
  [unknown: string]: unknown;
}

/** What a client says in CONNECT. Only fields that are set go over the wire. */
export interface ConnectFields {
  verbose: boolean;
  pedantic: boolean;
  tls_required?: boolean;
  auth_token?: string;
  user?: string;
  pass?: string;
  nkey?: string;
  jwt?: string;
  sig?: string;
  name?: string;
  lang?: string;
  version?: string;
  protocol?: number;
  echo?: boolean;
  headers?: boolean;
  no_responders?: boolean;
  account?: string;
  import_services?: boolean;
  [unknown: string]: unknown;
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const text = (v: unknown): string => (typeof v === 'string' ? v : '');
const whole = (v: unknown): number => (typeof v === 'number' && Number.isFinite(v) ? v : 0);
const list = (v: unknown): string[] => (Array.isArray(v) ? v.filter((s): s is string => typeof s === 'string') : []);

/** The JSON behind INFO, with the fields a client relies on forced to their types; undefined when it is no object. */
export function parseInfo(json: string): ServerInfo | undefined {
  const o = objectIn(json);
  if (o === undefined) return undefined;
  const info = {
    ...o,
    server_id: text(o.server_id),
    server_name: text(o.server_name),
    version: text(o.version),
    proto: whole(o.proto),
    host: text(o.host),
    port: whole(o.port),
    headers: o.headers === true,
    max_payload: whole(o.max_payload),
  } as ServerInfo;
  if (o.connect_urls !== undefined) info.connect_urls = list(o.connect_urls);
  if (o.ws_connect_urls !== undefined) info.ws_connect_urls = list(o.ws_connect_urls);
  if (o.nonce !== undefined) info.nonce = text(o.nonce);
  return info;
}

/** The JSON behind CONNECT; undefined when it is no object. Types of fields are the reader's to check. */
export function parseConnect(bytes: Uint8Array, start = 0, end: number = bytes.length): ConnectFields | undefined {
  return objectIn(textOf(bytes, start, end)) as ConnectFields | undefined;
}

/** `INFO {...}\r\n` */
export function encodeInfo(info: ServerInfo): Uint8Array {
  return utf8.encode(`INFO ${JSON.stringify(info)}\r\n`);
}

/** `CONNECT {...}\r\n` */
export function encodeConnect(fields: ConnectFields): Uint8Array {
  return utf8.encode(`CONNECT ${JSON.stringify(fields)}\r\n`);
}
