/** A Buffer's way to text, one byte a character, which works on any bytes. */
const latin1 = (Buffer.prototype as unknown as { latin1Slice(this: Uint8Array, start: number, end: number): string })
  .latin1Slice;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Up to this length looking at each byte and one cheap call beat a decoder. */
const SHORT = 256;

/** Text of `bytes[start, end)` where these are few and all ASCII, as nearly everything short is; undefined elsewhere. */
export function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > SHORT) return undefined;
  for (let i = start; i < end; i++) if (bytes[i]! > 127) return undefined;
  return latin1.call(bytes, start, end);
}

/** The text of valid UTF-8, a byte order mark kept; undefined where the bytes are none. */
export function validText(bytes: Uint8Array): string | undefined {
  const ascii = shortAscii(bytes, 0, bytes.length);
  if (ascii !== undefined) return ascii;
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
