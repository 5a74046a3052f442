import { BoxError, type BoxErrorFacts, type Cause, fail } from '#base/errors.ts';
import type { AsyncProblem } from './types.ts';

/** Error lines that scripts know from the Go client, word for word; the reason a call failed is in `kind`. */
export const errors = {
  closed: (): BoxError => fail('unreachable', 'nats: connection closed'),
  draining: (): BoxError => fail('unreachable', 'nats: connection draining'),
  noTlsInProcess: (): BoxError => fail('usage', 'nats: a connection within the process has no TLS'),
  drainTimeout: (): BoxError => fail('timeout', 'nats: draining connection timed out'),
  timeout: (hint?: string): BoxError =>
    fail('timeout', 'nats: timeout', { retryable: true, ...(hint ? { hint } : {}) }),
  noResponders: (): BoxError =>
    fail('no-responders', 'nats: no responders available for request', { code: 503, retryable: true }),
  noServers: (reason?: unknown, hint?: string): BoxError =>
    fail('unreachable', 'nats: no servers available for connection', {
      retryable: true,
      reason,
      ...(hint ? { hint } : {}),
    }),
  badSubject: (subject: string): BoxError =>
    fail('usage', 'nats: invalid subject', {
      hint:
        subject === ''
          ? 'the subject is empty'
          : `the subject ${JSON.stringify(subject)} holds a blank or an empty token`,
    }),
  badQueue: (): BoxError => fail('usage', 'nats: invalid queue name', { hint: 'a queue name holds no blanks' }),
  maxPayload: (size: number, max: number): BoxError =>
    fail('usage', 'nats: maximum payload exceeded', {
      hint: `the message has ${size} bytes, the server accepts ${max}`,
    }),
  outbound: (): BoxError => fail('unreachable', 'nats: outbound buffer limit exceeded', { retryable: true }),
  lost: (reason?: unknown): BoxError => fail('unreachable', 'nats: connection lost', { retryable: true, reason }),
  stale: (): BoxError => fail('unreachable', 'nats: stale connection', { retryable: true }),
  noInfo: (): BoxError =>
    fail('unreachable', 'nats: protocol exception, INFO not received', {
      hint: 'is there a NATS server at this address, and does it want TLS first (--tlsfirst)?',
    }),
  noHeaders: (): BoxError => fail('usage', 'nats: headers not supported by this server'),
  notSecure: (): BoxError =>
    fail('unreachable', 'nats: secure connection not available', { hint: 'the server offers no TLS' }),
  mixedSchemes: (): BoxError => fail('usage', 'nats: mixing of websocket and non websocket URLs is not allowed'),
  aborted: (): BoxError => fail('error', 'nats: aborted'),
} as const;

const authTexts = [
  'authorization violation',
  'user authentication expired',
  'user authentication revoked',
  'account authentication expired',
];

/** Whether a server's complaint is about who we are. */
export function isAuthError(text: string): boolean {
  const lower = text.toLowerCase();
  return authTexts.some((t) => lower.startsWith(t));
}

/** The text between the quotes of `-ERR '...'`. */
export function errText(line: string): string {
  return line.trim().replace(/^'+/, '').replace(/'+$/, '');
}

function known(kind: Cause, message: string, facts?: BoxErrorFacts): BoxError {
  return fail(kind, message, facts);
}

/**
 * What `-ERR` means (nats-server sends only texts). Permission violations carry subject and operation.
 * While connecting the Go client shows the server's own words, so those stay as they are.
 */
export function problemOf(text: string): AsyncProblem {
  const lower = text.toLowerCase();
  if (lower.startsWith('permissions violation')) {
    const m = /for (Publish|Subscription) to "([^"]*)"(?: using queue "([^"]*)")?/i.exec(text);
    const problem: AsyncProblem = { error: known('denied', `nats: permissions violation: ${text}`) };
    if (m) {
      problem.operation = m[1]!.toLowerCase() === 'publish' ? 'publish' : 'subscribe';
      problem.subject = m[2]!;
      if (m[3] !== undefined) problem.queue = m[3];
    }
    return problem;
  }
  if (isAuthError(text)) {
    const hint = lower.includes('expired')
      ? 'the credentials have expired: get new ones'
      : 'check user, password, token, nkey or credentials';
    return { error: known('denied', `nats: ${text}`, { hint }) };
  }
  if (lower === 'stale connection') return { error: errors.stale() };
  if (lower === 'maximum connections exceeded')
    return { error: known('unreachable', 'nats: server maximum connections exceeded', { retryable: true }) };
  if (lower.startsWith('maximum account active connections'))
    return { error: known('unreachable', 'nats: maximum account active connections exceeded', { retryable: true }) };
  if (lower.startsWith('maximum subscriptions exceeded'))
    return { error: known('denied', 'nats: server maximum subscriptions exceeded') };
  if (lower.startsWith('maximum payload violation')) return { error: known('usage', 'nats: maximum payload exceeded') };
  return { error: known('error', `nats: ${text}`) };
}

/** Any thrown value as a BoxError. */
export function asBoxError(error: unknown, kind: Cause = 'unreachable'): BoxError {
  if (error instanceof BoxError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return fail(kind, message.startsWith('nats: ') ? message : `nats: ${message}`, { reason: error });
}
