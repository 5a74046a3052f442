import { nativeCurves } from './ed25519.ts';
import { refuseInFips } from './fips.ts';
import { encodePublic, type KeyKind } from './nkeys.ts';

/**
 * The search for public keys that read as wished after their kind's letter. A wish is compared as bits of the raw
 * key; base32 is made only for the key that matched.
 */
export interface Wish {
  readonly kind: KeyKind;
  /** Upper-case base32, what should follow the first letter. */
  readonly prefix: string;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Why no key can ever match; undefined when one can. */
export function wishProblem(prefix: string): 'not base32' | 'second letter' | 'too long' | undefined {
  if (!/^[A-Z2-7]*$/.test(prefix)) return 'not base32';
  // A kind takes the first byte, whose last three bits are 0: two bits of the key are left for the second character.
  if (/^[^A-D]/.test(prefix)) return 'second letter';
  return prefix.length > 55 ? 'too long' : undefined;
}

/** Tests raw public keys against a prefix (one that wishProblem has nothing against). */
export function matcher({ kind, prefix }: Wish): (publicRaw: Uint8Array) => boolean {
  const want = new Uint8Array(32);
  const mask = new Uint8Array(32);
  let bit = -3;
  for (const char of prefix) {
    const value = alphabet.indexOf(char);
    for (let i = 4; i >= 0; i--, bit++) {
      if (bit < 0 || bit >= 256) continue;
      mask[bit >> 3]! |= 0x80 >> (bit & 7);
      if ((value >> i) & 1) want[bit >> 3]! |= 0x80 >> (bit & 7);
    }
  }
  const bytes = Math.min(32, (Math.max(bit, 0) + 7) >> 3);
  return (raw) => {
    for (let i = 0; i < bytes; i++) if (((raw[i]! ^ want[i]!) & mask[i]!) !== 0) return false;
    // Characters past the 256th bit belong to the checksum.
    return bit <= 256 || encodePublic(kind, raw).startsWith(prefix, 1);
  };
}

/**
 * Tries `count` new random keys, or the secrets given (32 bytes each). Returns the secret of the first match, or how
 * many were tried in vain.
 */
export async function searchKeys(wish: Wish, source: number | Uint8Array): Promise<Uint8Array | number> {
  const curve = wish.kind === 'curve';
  if (curve) await refuseInFips('curve nkeys', 'X25519');
  const engine = await nativeCurves();
  const matches = matcher(wish);
  if (typeof source === 'number') {
    for (let i = 0; i < source; i++) {
      const { secret, publicRaw } = engine.generate(curve);
      if (matches(publicRaw)) return new Uint8Array(secret);
    }
    return source;
  }
  for (let at = 0; at + 32 <= source.length; at += 32) {
    const secret = source.subarray(at, at + 32);
    if (matches(curve ? engine.curvePublicKey(secret) : engine.publicKey(secret))) return new Uint8Array(secret);
  }
  return source.length >>> 5;
}
