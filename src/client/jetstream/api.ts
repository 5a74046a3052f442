// The request half of JetStream: one JSON question, one JSON answer, errors with their codes (ADR-1).
import { BoxError, type Cause, fail } from '#base/errors.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import type { Connection, Msg, RequestOptions } from '../types.ts';
import type { AccountInfo, ApiProblem } from './types.ts';

export interface JetStreamOptions {
  readonly domain?: string;
  /** Wins over domain. Without the trailing dot. */
  readonly apiPrefix?: string;
  readonly eventPrefix?: string;
  /** Milliseconds per request. Default: the connection's. */
  readonly timeout?: number;
  /** Sees every request and answer: the --trace of the tools. */
  readonly trace?: (direction: 'request' | 'answer', subject: string, body: string) => void;
}

/** A JetStream door over a connection: where the API is, and how to ask it. */
export interface JetStream {
  readonly connection: Connection;
  /** `$JS.API`, `$JS.hub.API` or a prefix of the user's. */
  readonly prefix: string;
  readonly eventPrefix: string;
  readonly timeout: number | undefined;
  /** Asks an API subject below the prefix; throws JetStreamError for an error answer. */
  request<T>(subject: string, body?: unknown, options?: RequestOptions): Promise<T>;
  /** The same with the answer as the server sent it. */
  requestRaw(subject: string, body?: unknown, options?: RequestOptions): Promise<Msg>;
}

/** An error a server answered with. `api` holds it as it came. */
export class JetStreamError extends BoxError {
  readonly api: ApiProblem;
  constructor(api: ApiProblem) {
    const code = api.err_code ?? api.code;
    super(causeOf(api), `${api.description ?? 'JetStream error'} (${code})`, {
      code,
      retryable: api.code === 503,
      ...hintFor(api),
    });
    this.api = api;
  }
}

/** Codes that mean the thing is not there. */
const notFound = new Set([10059, 10014, 10037, 10043, 10057]);
/** Codes that mean somebody else was first, or it exists otherwise. */
const conflicts = new Set([10058, 10071, 10060, 10065, 10066, 10148, 10105, 10013, 10164]);

function causeOf(api: ApiProblem): Cause {
  const code = api.err_code ?? 0;
  if (conflicts.has(code)) return 'conflict';
  if (notFound.has(code) || api.code === 404) return 'not-found';
  if (api.code === 408) return 'timeout';
  if (api.code === 401 || api.code === 403) return 'denied';
  return 'error';
}

function hintFor(api: ApiProblem): { hint?: string } {
  const code = api.err_code;
  if (code === 10059) return { hint: 'nats stream ls --all shows the streams' };
  if (code === 10014) return { hint: 'nats consumer ls STREAM shows the consumers' };
  if (code === 10039) return { hint: 'JetStream is off for this account, or on this server' };
  if (code === 10076) return { hint: 'start the server with JetStream (-js)' };
  return {};
}

/** Makes the door. Nothing is asked yet. */
export function jetStream(connection: Connection, options: JetStreamOptions = {}): JetStream {
  const prefix = options.apiPrefix
    ? options.apiPrefix.replace(/\.$/, '')
    : options.domain
      ? `$JS.${options.domain}.API`
      : '$JS.API';
  const { timeout, trace } = options;
  const requestRaw = async (subject: string, body?: unknown, how: RequestOptions = {}): Promise<Msg> => {
    const full = `${prefix}.${subject}`;
    const text = body === undefined ? '' : typeof body === 'string' ? body : stringifyJson(body);
    trace?.('request', full, text);
    const merged = timeout === undefined ? how : { timeout, ...how };
    const msg = await connection.request(full, text, merged).catch((error: unknown) => {
      throw explain(error);
    });
    trace?.('answer', full, msg.string());
    return msg;
  };
  return {
    connection,
    prefix,
    eventPrefix: options.eventPrefix || '$JS.EVENT',
    timeout,
    requestRaw,
    request: async <T>(subject: string, body?: unknown, how?: RequestOptions): Promise<T> =>
      readAnswer<T>(await requestRaw(subject, body, how)),
  };
}

/** Nobody on the API subject means that JetStream is not there for us. */
function explain(error: unknown): unknown {
  if (!(error instanceof BoxError) || error.kind !== 'no-responders') return error;
  return fail('no-responders', error.message, {
    ...error.facts,
    hint: 'JetStream is not enabled on this server or for this account, or the domain or API prefix is wrong',
  });
}

/** The document of an answer; throws JetStreamError when it holds an error. */
export function readAnswer<T>(msg: Msg): T {
  const document = parseJson(msg.string()) as { error?: ApiProblem };
  if (document.error) throw new JetStreamError(document.error);
  return document as T;
}

/** Limits and usage of the account. */
export function accountInfo(js: JetStream): Promise<AccountInfo> {
  return js.request<AccountInfo>('INFO');
}

interface Page {
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
}

/** Asks page after page and yields the items as they come. */
export async function* paged<A extends Page, T>(
  js: JetStream,
  subject: string,
  body: Readonly<Record<string, unknown>>,
  items: (answer: A) => readonly T[] | undefined | null,
): AsyncGenerator<T> {
  for (let offset = 0; ; ) {
    const answer = await js.request<A>(subject, { ...body, offset });
    const found = items(answer) ?? [];
    yield* found;
    offset += found.length;
    if (found.length === 0 || offset >= answer.total) return;
  }
}
