// Keys given as files: the first line that is one counts.
import { fail } from '#base/errors.ts';
import { decodePublic, isPublicKey, type KeyKind, type KeyPair, keyPairFromSeed } from '#crypto/nkeys.ts';
import { findKey } from '#runtime/key-files.ts';
import type { Runtime } from '#runtime/runtime.ts';

async function readKey(runtime: Runtime, path: string): Promise<Uint8Array> {
  const key = await findKey(runtime, path);
  if (!key) throw fail('error', `could not find a valid key in ${path}`);
  return key;
}

/** The pair of a seed in a file. */
export async function pairOf(runtime: Runtime, path: string): Promise<KeyPair> {
  const seed = await readKey(runtime, path);
  try {
    return await keyPairFromSeed(seed).catch(() => {
      throw fail('usage', 'nkeys: invalid seed', { hint: `${path} holds a key, but no seed` });
    });
  } finally {
    seed.fill(0);
  }
}

/** The public key of a key or seed in a file. */
export async function publicKeyOf(runtime: Runtime, path: string): Promise<string> {
  const text = new TextDecoder().decode(await readKey(runtime, path));
  if (decodePublic(text)) return text;
  const pair = await pairOf(runtime, path);
  pair.wipe();
  return pair.publicKey;
}

/** The pair of a curve seed in a file, and the other side's public key; fails with usage when they are others. */
export async function curvePairOf(runtime: Runtime, path: string, other: string): Promise<KeyPair> {
  const pair = await pairOf(runtime, path);
  if (pair.kind !== 'curve') {
    pair.wipe();
    throw fail('usage', 'nkeys: only curve key can seal/open', {
      hint: `${path} holds no curve key; nats auth nkey gen curve makes one`,
    });
  }
  if (!isPublicKey(other, 'curve')) {
    throw fail('usage', 'invalid public key provided', { hint: 'give the public curve key itself: it begins with X' });
  }
  return pair;
}

/** Fails with usage for a curve key where one that signs is needed. */
export function refuseCurve(kind: KeyKind | undefined): void {
  if (kind !== 'curve') return;
  throw fail('usage', 'nkeys: curve key is not valid for sign/verify', {
    hint: 'use another kind, such as a user key',
  });
}
