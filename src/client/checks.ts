import { emptyBytes } from '#wire/bytes.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { errors } from './errors.ts';
import type { HeadersInit } from './types.ts';

/** The header block of a message; empty when there are no headers. Throws `usage` where the server takes none. */
export function encodeHeaders(init: HeadersInit, supported: boolean): Uint8Array {
  const headers = MsgHeaders.from(init);
  if (!headers.received && headers.size === 0 && headers.code === 0) return emptyBytes;
  if (!supported) throw errors.noHeaders();
  return headers.raw;
}

let lastGood = '';

/** Whether a subject may be published to: not empty, no blanks. Wildcards are the server's to judge, as in the Go client. */
export function sendable(subject: string): boolean {
  if (subject === lastGood && subject !== '') return true;
  if (subject === '') return false;
  for (let i = 0; i < subject.length; i++) {
    const c = subject.charCodeAt(i);
    if (c <= 32 && (c === 32 || c === 9 || c === 10 || c === 13)) return false;
  }
  lastGood = subject;
  return true;
}

/** Whether a subject may be subscribed to: no blanks and no empty token. */
export function subscribable(subject: string): boolean {
  if (subject === '' || /[ \t\r\n]/.test(subject)) return false;
  return !subject.startsWith('.') && !subject.endsWith('.') && !subject.includes('..');
}
