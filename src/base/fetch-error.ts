// Why nothing came from an HTTP server, in the words of the Go tools.
import { messageOf } from './errors.ts';

/** Failures while dialling, by the error codes of the runtimes; they are told with the address. */
const dialling: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ConnectionRefused: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
};

const reasons: Readonly<Record<string, string>> = {
  ECONNRESET: 'connection reset by peer',
  ConnectionClosed: 'connection closed by peer',
  EPROTO: 'no TLS is spoken on this port',
  Malformed_HTTP_Response: 'malformed HTTP response',
};

/** `Get "http://h:8222/varz": dial tcp h:8222: connect: connection refused`. `error` is what fetch or node:http gave. */
export function fetchErrorText(method: 'Get' | 'Post', url: string, error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  // Node's fetch keeps the code in the cause.
  const key = String(code ?? cause?.code);
  const { hostname, port, protocol } = new URL(url);
  const dial = `dial tcp ${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  const why =
    key in dialling
      ? `${dial}: connect: ${dialling[key]}`
      : key === 'ENOTFOUND' || key === 'EAI_AGAIN' || key === 'ENODATA'
        ? `dial tcp: lookup ${hostname}: no such host`
        : (reasons[key] ?? messageOf(error));
  return `${method} "${url}": ${why}`;
}
