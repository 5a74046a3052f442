const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Value of each ASCII character, 255 where it is not in the alphabet. */
const values = /* @__PURE__ */ (() => {
  const table = new Uint8Array(128).fill(255);
  for (let i = 0; i < 32; i++) table[alphabet.charCodeAt(i)] = i;
  return table;
})();

/** RFC 4648 base32 in upper case; without padding unless asked for. */
export function base32Encode(bytes: Uint8Array, padded = false): string {
  let out = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += alphabet[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) out += alphabet[(held << (5 - bits)) & 31];
  if (padded) while (out.length % 8 !== 0) out += '=';
  return out;
}

/** The same as ASCII codes, so that a secret never becomes an (unwipeable) string. */
export function base32EncodeToBytes(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil((bytes.length * 8) / 5));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out[at++] = alphabet.charCodeAt((held >>> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) out[at] = alphabet.charCodeAt((held << (5 - bits)) & 31);
  return out;
}

/**
 * Decodes unpadded upper-case base32 given as text or ASCII codes; undefined when a character is outside the
 * alphabet or the length cannot occur. Left-over bits of the last character are ignored, as Go's decoder does.
 */
export function base32Decode(text: string | Uint8Array): Uint8Array | undefined {
  const length = text.length;
  const rest = length % 8;
  if (rest === 1 || rest === 3 || rest === 6) return undefined;
  const out = new Uint8Array((length * 5) >>> 3);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const code = typeof text === 'string' ? text.charCodeAt(i) : text[i]!;
    const value = code < 128 ? values[code]! : 255;
    if (value === 255) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = held >>> bits;
      held &= (1 << bits) - 1;
    }
  }
  return out;
}
