import { quote as quoteText } from '#base/quote.ts';

/**
 * Subjects, queue names and sids live in the server as "binary strings": one char per byte (latin1), so that any
 * bytes survive and JavaScriptCore keeps them in its 8-bit form. Text from configuration or for people is UTF-8.
 */
declare global {
  interface Buffer {
    /** In Bun and Node alike, without the argument checks of toString('latin1'). */
    latin1Slice(start?: number, end?: number): string;
  }
}

const encoder = new TextEncoder();

/** Bytes of a binary string. */
export function bytesOf(binary: string): Buffer {
  return Buffer.from(binary, 'latin1');
}

/** Binary string of a range of bytes. */
export function binary(buf: Uint8Array, start: number, end: number): string {
  return (buf as Buffer).latin1Slice(start, end);
}

function ascii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** UTF-8 text (configuration, JSON) to the binary string that its bytes make. */
export function toBinary(text: string): string {
  return ascii(text) ? text : Buffer.from(encoder.encode(text)).latin1Slice();
}

/** Binary string to text for people; bytes that are no UTF-8 become U+FFFD. */
export function toText(bin: string): string {
  return ascii(bin) ? bin : Buffer.from(bin, 'latin1').toString('utf8');
}

/** A binary string quoted as Go's %q does; the server's -ERR and log lines quote subjects this way. */
export function quote(bin: string): string {
  return quoteText(toText(bin));
}
