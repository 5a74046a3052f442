import { validText } from '#base/utf8.ts';
import { visible } from '#base/visible.ts';

/** How a message body is shown. `auto` leaves it alone in a pipe and makes it safe on a terminal. */
export type PayloadMode = 'auto' | 'text' | 'json' | 'hex' | 'base64';

/** Where a body goes and how it is asked for. */
export interface PayloadOptions {
  readonly tty: boolean;
  readonly mode?: PayloadMode;
  /** Width for hex dumps; default 80. */
  readonly columns?: number;
  /** At most this many bytes are shown, with a count of the rest. Only for a terminal and for hex. Default: all. */
  readonly limit?: number;
  /** Writes parsed JSON indented; handed in so that 64-bit numbers stay exact. Returns undefined for text that is no JSON. */
  readonly prettyJson?: (text: string) => string | undefined;
}

const control = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/;

/** The text of valid UTF-8 that is meant for people: no NUL, and few other control characters. Else undefined. */
export function textOf(bytes: Uint8Array): string | undefined {
  const text = validText(bytes);
  if (text === undefined) return undefined;
  if (text === '' || !control.test(text)) return text;
  if (text.includes('\0')) return undefined;
  const controls = text.match(/[\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0;
  return controls * 10 > text.length ? undefined : text;
}

/** Sixteen bytes a line (eight on narrow terminals): offset, hex, and the printable characters. Lines end with newlines. */
export function hexDump(bytes: Uint8Array, columns = 80): string {
  const width = columns >= 79 ? 16 : 8;
  let out = '';
  for (let at = 0; at < bytes.length; at += width) {
    const row = [...bytes.subarray(at, at + width)];
    const hex = row.map((byte, i) => (i === 8 ? ' ' : '') + byte.toString(16).padStart(2, '0')).join(' ');
    const shown = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    out += `${at.toString(16).padStart(8, '0')}  ${hex.padEnd(width * 3 + (width > 8 ? 0 : -1))}  |${shown}|\n`;
  }
  return out;
}

/**
 * A message body as it should be written. In `auto` and `text` mode without a terminal these are the very bytes; otherwise
 * text that cannot steer a terminal. Binary bodies become a hex dump on a terminal. No newline is added, but for hex dumps.
 */
export function showPayload(bytes: Uint8Array, options: PayloadOptions): string | Uint8Array {
  const mode = options.mode ?? 'auto';
  const limit = options.limit ?? bytes.length;
  const shown = bytes.length > limit && (options.tty || mode === 'hex') ? bytes.subarray(0, limit) : bytes;
  const rest = bytes.length - shown.length;
  const more = rest > 0 ? `... ${rest} more bytes\n` : '';
  if (mode === 'base64') return base64(bytes);
  if (mode === 'hex') return hexDump(shown, options.columns) + more;
  if (mode === 'json') {
    const pretty = textOf(bytes);
    const json = pretty === undefined ? undefined : options.prettyJson?.(pretty);
    if (json !== undefined) return options.tty ? visible(json) : json;
  }
  if (!options.tty) return bytes;
  // A cut may fall inside a character.
  const text = textOf(rest > 0 ? wholeCharacters(shown) : shown);
  if (text === undefined && mode !== 'text') return hexDump(shown, options.columns) + more;
  return visible(text ?? shown).replaceAll('\r\n', '\n') + (more && `\n${more}`);
}

function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back);
  }
  return bytes;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
