import { fail } from '#base/errors.ts';
import { x25519Shared } from './ed25519.ts';
import { refuseInFips } from './fips.ts';
import { decodePublic, decodeSeed, type KeyPair, wipe } from './nkeys.ts';

/**
 * Sealed boxes between curve keys: NaCl box (X25519, HSalsa20, XSalsa20-Poly1305) with a version and a random
 * nonce in front, as Go's nkeys writes them: `xkv1` | nonce (24) | Poly1305 tag (16) | ciphertext.
 */
const VERSION = [0x78, 0x6b, 0x76, 0x31]; // xkv1
const NONCE = 24;
const HEAD = VERSION.length + NONCE;
const SIGMA = /* @__PURE__ */ new TextEncoder().encode('expand 32-byte k');

function curvePublic(text: string, role: 'recipient' | 'sender'): Uint8Array {
  const key = decodePublic(text);
  if (key?.kind !== 'curve') throw fail('usage', `the ${role} is not a public curve key`);
  return key.raw;
}

/** The symmetric key of two curve keys: HSalsa20 over the X25519 secret, with a zero nonce (NaCl's beforenm). */
async function boxKey(secret: Uint8Array, other: Uint8Array): Promise<Uint8Array> {
  await refuseInFips('sealing and unsealing', 'X25519');
  const [{ hsalsa }, shared] = await Promise.all([import('@noble/ciphers/salsa.js'), x25519Shared(secret, other)]);
  // noble takes the words in the host's order, which is what a Uint32Array shows.
  const words = (bytes: Uint8Array) => new Uint32Array(new Uint8Array(bytes).buffer);
  const key = new Uint8Array(32);
  hsalsa(words(SIGMA), words(shared), new Uint32Array(4), new Uint32Array(key.buffer));
  wipe(shared);
  return key;
}

async function withKey<T>(
  mine: KeyPair | string | Uint8Array,
  other: Uint8Array,
  use: (key: Uint8Array) => Promise<T>,
) {
  let secret: Uint8Array | undefined;
  if (typeof mine === 'string' || mine instanceof Uint8Array) {
    const seed = decodeSeed(mine);
    if (seed?.kind === 'curve') secret = seed.raw;
  } else if (mine.kind === 'curve') secret = mine.rawSeed();
  if (!secret) throw fail('usage', 'not a curve key', { hint: 'only curve (X) keys seal and open' });
  const key = await boxKey(secret, other);
  try {
    return await use(key);
  } finally {
    wipe(key, secret);
  }
}

/** Seals data from a curve key (pair or seed) for the holder of `recipient`. `nonce` (24 bytes) is for tests. */
export async function seal(
  mine: KeyPair | string | Uint8Array,
  recipient: string,
  data: Uint8Array,
  nonce: Uint8Array = crypto.getRandomValues(new Uint8Array(NONCE)),
): Promise<Uint8Array> {
  return withKey(mine, curvePublic(recipient, 'recipient'), async (key) => {
    const { xsalsa20poly1305 } = await import('@noble/ciphers/salsa.js');
    const box = xsalsa20poly1305(key, nonce).encrypt(data);
    const out = new Uint8Array(HEAD + box.length);
    out.set(VERSION);
    out.set(nonce, VERSION.length);
    out.set(box, HEAD);
    return out;
  });
}

/** Opens what `sender` sealed for this curve key; fails when it is damaged, for another key or of another version. */
export async function open(
  mine: KeyPair | string | Uint8Array,
  sender: string,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  if (sealed.length <= HEAD) throw fail('error', 'the sealed data is too short');
  if (VERSION.some((byte, i) => sealed[i] !== byte))
    throw fail('error', 'the sealed data has another version than xkv1');
  return withKey(mine, curvePublic(sender, 'sender'), async (key) => {
    const { xsalsa20poly1305 } = await import('@noble/ciphers/salsa.js');
    try {
      return xsalsa20poly1305(key, sealed.subarray(VERSION.length, HEAD)).decrypt(sealed.subarray(HEAD));
    } catch {
      throw fail('error', 'could not open the sealed data', { hint: 'it is damaged or meant for another key' });
    }
  });
}
