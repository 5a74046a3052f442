import { base32Decode, base32Encode, base32EncodeToBytes } from '#base/base32.ts';
import { crc16 } from '#base/crc16.ts';
import { fail } from '#base/errors.ts';
import { ed25519Verify, openEd25519, x25519PublicKey } from './ed25519.ts';
import { refuseInFips } from './fips.ts';

/**
 * Kinds of nkeys. The first six are those of the Go library; modules and services are signed things of wasmCloud,
 * which shares the format.
 */
export type KeyKind = 'operator' | 'account' | 'user' | 'server' | 'cluster' | 'curve' | 'module' | 'service';

/** First byte of the decoded text; base32 shows its upper five bits as the kind's letter. */
const prefixes: Readonly<Record<KeyKind, number>> = {
  operator: 14 << 3, // O
  account: 0, // A
  user: 20 << 3, // U
  server: 13 << 3, // N
  cluster: 2 << 3, // C
  curve: 23 << 3, // X
  module: 12 << 3, // M
  service: 21 << 3, // V
};
const SEED = 18 << 3; // S
const PRIVATE = 15 << 3; // P

const kinds = /* @__PURE__ */ new Map(Object.entries(prefixes).map(([kind, byte]) => [byte, kind as KeyKind]));

/** Something that signs as one public key. */
export interface Signer {
  readonly kind: KeyKind;
  /** The encoded public key, 56 characters. */
  readonly publicKey: string;
  /** Ed25519 signature, 64 bytes. */
  sign(data: Uint8Array): Promise<Uint8Array>;
  /** Overwrites the secret as far as the runtime lets us; the signer is useless afterwards. */
  wipe(): void;
}

/** A signer whose seed can be read back. Curve keys have one too, but `sign` refuses: they seal and open. */
export interface KeyPair extends Signer {
  /** The encoded seed as 58 ASCII codes; a copy, wipe it after use. */
  seed(): Uint8Array;
  /** The 32 secret bytes; a copy, wipe it after use. */
  rawSeed(): Uint8Array;
}

/** Overwrites secrets with zeros. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0);
}

function sum(bytes: Uint8Array): Uint8Array {
  const crc = crc16(bytes, bytes.length - 2);
  bytes[bytes.length - 2] = crc & 0xff;
  bytes[bytes.length - 1] = crc >>> 8;
  return bytes;
}

/** Base32 with the right checksum, whatever it holds: prefix and payload, or undefined. */
function unwrap(text: string | Uint8Array): Uint8Array | undefined {
  const bytes = base32Decode(text);
  if (!bytes || bytes.length < 4) return undefined;
  const end = bytes.length - 2;
  if (crc16(bytes, end) !== (bytes[end]! | (bytes[end + 1]! << 8))) return undefined;
  return bytes.subarray(0, end);
}

/** Encodes 32 raw bytes as the public key of a kind. */
export function encodePublic(kind: KeyKind, raw: Uint8Array): string {
  const bytes = new Uint8Array(35);
  bytes[0] = prefixes[kind];
  bytes.set(raw.subarray(0, 32), 1);
  return base32Encode(sum(bytes));
}

/** Encodes 32 secret bytes as the seed of a kind: 58 ASCII codes. */
export function encodeSeed(kind: KeyKind, raw: Uint8Array): Uint8Array {
  if (raw.length !== 32) throw fail('error', `a seed needs 32 bytes, not ${raw.length}`);
  const bytes = new Uint8Array(36);
  bytes[0] = SEED | (prefixes[kind] >>> 5);
  bytes[1] = (prefixes[kind] & 31) << 3;
  bytes.set(raw, 2);
  const text = base32EncodeToBytes(sum(bytes));
  wipe(bytes);
  return text;
}

/** Kind and 32 raw bytes of a public key; undefined for anything else. */
export function decodePublic(text: string): { kind: KeyKind; raw: Uint8Array } | undefined {
  const bytes = unwrap(text);
  const kind = bytes?.length === 33 ? kinds.get(bytes[0]!) : undefined;
  return kind && { kind, raw: bytes!.subarray(1) };
}

/** Kind and 32 secret bytes of a seed; undefined for anything else. */
export function decodeSeed(text: string | Uint8Array): { kind: KeyKind; raw: Uint8Array } | undefined {
  const bytes = unwrap(text);
  if (bytes?.length !== 34 || (bytes[0]! & 0xf8) !== SEED) return undefined;
  const kind = kinds.get(((bytes[0]! & 7) << 5) | (bytes[1]! >>> 3));
  return kind && { kind, raw: bytes.subarray(2) };
}

/** Whether text has nkey form (base32 with a matching checksum), public, seed or anything else. */
export function isEncodedKey(text: string | Uint8Array): boolean {
  return unwrap(text) !== undefined;
}

/** What a text is: the kind of a public key, `seed`, `private`, or undefined when it is no nkey. */
export function kindOf(text: string): KeyKind | 'seed' | 'private' | undefined {
  const bytes = unwrap(text);
  if (!bytes) return undefined;
  const kind = kinds.get(bytes[0]!);
  if (kind) return bytes.length === 33 ? kind : undefined;
  if (bytes[0] === PRIVATE) return 'private';
  return (bytes[0]! & 0xf8) === SEED ? 'seed' : undefined;
}

/** Whether text is a valid public key, of one of these kinds when any are named. */
export function isPublicKey(text: string, ...wanted: readonly KeyKind[]): boolean {
  const key = decodePublic(text);
  return key !== undefined && (wanted.length === 0 || wanted.includes(key.kind));
}

/** Whether text is a valid seed, of one of these kinds when any are named. */
export function isSeed(text: string | Uint8Array, ...wanted: readonly KeyKind[]): boolean {
  const key = decodeSeed(text);
  wipe(key?.raw);
  return key !== undefined && (wanted.length === 0 || wanted.includes(key.kind));
}

async function curvePair(raw: Uint8Array): Promise<KeyPair> {
  await refuseInFips('curve nkeys', 'X25519');
  return {
    kind: 'curve',
    publicKey: encodePublic('curve', await x25519PublicKey(raw)),
    sign: async () => {
      throw fail('usage', 'a curve key cannot sign or verify', { hint: 'use an Ed25519 key such as a user key' });
    },
    seed: () => encodeSeed('curve', raw),
    rawSeed: () => new Uint8Array(raw),
    wipe: () => wipe(raw),
  };
}

/** Makes the key pair of 32 secret bytes. The bytes are copied. */
export async function keyPairFromRaw(kind: KeyKind, secret: Uint8Array): Promise<KeyPair> {
  if (secret.length !== 32) throw fail('error', `a seed needs 32 bytes, not ${secret.length}`);
  const raw = new Uint8Array(secret);
  if (kind === 'curve') return curvePair(raw);
  const key = await openEd25519(raw);
  return {
    kind,
    publicKey: encodePublic(kind, key.publicRaw),
    sign: key.sign,
    seed: () => encodeSeed(kind, raw),
    rawSeed: () => new Uint8Array(raw),
    wipe() {
      wipe(raw);
      key.wipe();
    },
  };
}

/** The key pair of an encoded seed; fails with `usage` when it is not one. The seed never appears in the error. */
export async function keyPairFromSeed(seed: string | Uint8Array): Promise<KeyPair> {
  const key = decodeSeed(seed);
  if (!key) throw fail('usage', 'not a valid nkey seed');
  try {
    return await keyPairFromRaw(key.kind, key.raw);
  } finally {
    wipe(key.raw);
  }
}

/** As keyPairFromSeed, for callers that only sign (a connection's nonce, a token); curve seeds are refused. */
export async function signerFromSeed(seed: string | Uint8Array): Promise<Signer> {
  const pair = await keyPairFromSeed(seed);
  if (pair.kind === 'curve') throw fail('usage', 'a curve key cannot sign', { hint: 'use an Ed25519 nkey seed' });
  return pair;
}

/** A new key pair from the runtime's secure random source, or from 32 given bytes. */
export async function createKeyPair(kind: KeyKind, entropy?: Uint8Array): Promise<KeyPair> {
  const raw = entropy ? new Uint8Array(entropy.subarray(0, 32)) : crypto.getRandomValues(new Uint8Array(32));
  try {
    return await keyPairFromRaw(kind, raw);
  } finally {
    wipe(raw);
  }
}

/** Whether `signature` is this public key's over `data`. False for text that is no key, and for curve keys. */
export async function verifySignature(publicKey: string, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = decodePublic(publicKey);
  return key !== undefined && key.kind !== 'curve' && ed25519Verify(key.raw, data, signature);
}
