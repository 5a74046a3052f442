// GET requests to monitoring ports, with TLS of one's own choice.
import { type BoxError, fail } from '#base/errors.ts';
import { fetchErrorText } from '#base/fetch-error.ts';
import { quote } from '#base/quote.ts';

/** How to reach a monitoring port. */
export interface MonitorTarget {
  /** `http://host:port` or `https://host:port`, without a slash at the end. */
  readonly base: string;
  readonly tls?: MonitorTls;
}

/** PEM texts; without `ca` the machine's authorities are trusted. */
export interface MonitorTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Any certificate will do. */
  readonly insecure?: boolean;
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Milliseconds one request may take. */
const TIMEOUT_MS = 10_000;
/** An answer larger than this is not read to its end. */
const MAX_BYTES = 512 * 1024 * 1024;

/** The body of `GET base/path`. Throws `unreachable`, `timeout`, or `error` for a status other than 200. */
export async function monitorGet(target: MonitorTarget, path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const url = target.base + path;
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const until = signal ? AbortSignal.any([signal, limit]) : limit;
  let answer: Answer;
  try {
    answer = await (process.versions.bun ? bunGet(url, target.tls, until) : nodeGet(url, target.tls, until));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw unreachable(url, error, limit.aborted);
  }
  if (answer.status !== 200) {
    const line = firstBytes(/^[^\r\n]*/.exec(new TextDecoder().decode(answer.body.subarray(0, 1024)))?.[0] ?? '', 80);
    const kind = answer.status === 401 || answer.status === 403 ? 'denied' : 'error';
    throw fail(kind, `stats request failed ${answer.status}: ${quote(line)}`);
  }
  return answer.body;
}

function firstBytes(text: string, most: number): string {
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= most ? text : new TextDecoder().decode(bytes.subarray(0, most)).replace(/\ufffd+$/, '');
}

async function bunGet(url: string, tls: MonitorTls | undefined, signal: AbortSignal): Promise<Answer> {
  const options = {
    signal,
    // Given always, so that no environment variable decides.
    tls: {
      rejectUnauthorized: tls?.insecure !== true,
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls?.key === undefined ? {} : { key: tls.key }),
    },
  };
  const response = await fetch(url, url.startsWith('https:') ? (options as RequestInit) : { signal });
  return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
}

async function nodeGet(url: string, tls: MonitorTls | undefined, signal: AbortSignal): Promise<Answer> {
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  const { insecure, ...pem } = tls ?? {};
  return new Promise((resolve, reject) => {
    const request = get(url, { ...pem, rejectUnauthorized: insecure !== true, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BYTES) request.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

function unreachable(url: string, error: unknown, late: boolean): BoxError {
  const what = 'could not get stats from server';
  if (late) {
    return fail('timeout', `${what}: Get "${url}": no answer within ${TIMEOUT_MS / 1000} s`, { retryable: true });
  }
  const { code } = error as { code?: string };
  const other = code === 'Malformed_HTTP_Response' ? ': this is no monitoring port (is it the one for clients?)' : '';
  return fail('unreachable', `${what}: ${fetchErrorText('Get', url, error)}${other}`, { retryable: true });
}
