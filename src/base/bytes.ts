// Bytes as text and back without Buffer and TextDecoder: each costs a one-shot command some twenty page faults on its first
// use, as much as loading a file. What is short and plain is done here, the rest is left to them.

/** Longer text goes to TextDecoder at once; bytes. */
const SHORT = 4096;

/** The text of UTF-8 bytes, broken sequences as U+FFFD. A byte order mark is left out. */
export function utf8Text(bytes: Uint8Array): string {
  if (bytes.length <= SHORT) {
    const text = String.fromCharCode.apply(null, bytes as unknown as number[]);
    // Not a loop over the bytes: it would start the compiler of the engine, which costs more than TextDecoder. What is no
    // ASCII takes more than one byte.
    if (new TextEncoder().encode(text).length === bytes.length) return text;
  }
  return new TextDecoder().decode(bytes);
}

const native = typeof Uint8Array.prototype.toBase64 === 'function';

/** Base64 with the alphabet of URLs, without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  if (native) return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}

/** The bytes of such text; undefined where a character is none of the alphabet or the length cannot occur. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 === 1) return undefined;
  if (!native) return /^[A-Za-z0-9_-]*$/.test(text) ? new Uint8Array(Buffer.from(text, 'base64url')) : undefined;
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: 'base64url', lastChunkHandling: 'loose' });
    // White space and padding, which it passes over, make the bytes fewer than the characters say.
    return bytes.length === Math.floor((text.length * 3) / 4) ? bytes : undefined;
  } catch {
    return undefined;
  }
}
