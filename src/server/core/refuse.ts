/** What is wrong with a line, told to log and client, and the end of the connection. */
import { closeClient } from './close.ts';
import { sendErr } from './out.ts';
import { quote } from './text.ts';
import type { Client } from './types.ts';

/** Whether a control line is too long; then the connection is over. */
export function overLimit(c: Client, length: number, buf: Buffer, start: number, end: number): boolean {
  if (length <= c.maxControlLine) return false;
  const snip = quote(buf.latin1Slice(start, Math.min(end, start + 128)));
  c.srv.logger?.log(
    'error',
    `${c.label} - maximum control line exceeded: State 0, max_control_line ${c.maxControlLine}, Buffer len ${length} (snip: ${snip}...)`,
  );
  sendErr(c, 'maximum control line exceeded');
  closeClient(c, 'Maximum Control Line Exceeded');
  return true;
}

/** As `refuse`, for callers that give back a position. */
export function fail(c: Client, text: string): number {
  refuse(c, text);
  return -1;
}

/** Ends a connection for a line that cannot be understood; the client is not told more than the close. */
export function refuse(c: Client, text: string): false {
  c.srv.logger?.log('error', `${c.label} - ${text}`);
  closeClient(c, 'Protocol Violation');
  return false;
}

/** Bytes that begin no operation. */
export function parseError(c: Client, buf: Buffer, at: number, n: number): number {
  sendErr(c, 'Unknown Protocol Operation');
  const snip = quote(buf.latin1Slice(at, at + 32 > n ? n - 1 : at + 32));
  return fail(c, `Client parser ERROR, state=0, i=${at}: proto='${snip}...'`);
}
