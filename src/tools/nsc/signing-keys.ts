// --sk: keys that sign in the name of an operator or account.
import { fail } from '#base/errors.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import { createKeyPair, type KeyKind } from '#crypto/nkeys.ts';
import { resolveKey } from '#store/keystore.ts';
import type { Nsc } from './nsc.ts';

export const signingKeyFlags = {
  sk: { type: 'strings', help: 'Signing keys to add: public keys, seeds, files of them, or the word generate' },
  'rm-sk': { type: 'strings', help: 'Public keys of signing keys to remove' },
} as const satisfies FlagSpecs;

/** The public key a value stands for; `generate` makes a key and keeps it in the keystore. Fails with usage. */
export async function publicKeyOf(nsc: Nsc, given: string, kind: KeyKind): Promise<string> {
  const what = kind === 'curve' ? 'curve' : 'signing';
  if (given === 'generate') {
    const pair = await createKeyPair(kind, nsc.runtime.random(32));
    await nsc.keys.put(pair);
    return pair.publicKey;
  }
  const key = await resolveKey(nsc.runtime, nsc.disk, given);
  if (!key) {
    throw fail('usage', `a ${what} key is required: a public key, a seed, a file that holds one, or generate`);
  }
  if (key.kind !== kind) throw fail('usage', `${key.publicKey} is a key of kind ${key.kind}, not ${kind}`);
  return key.publicKey;
}

export async function publicKeysOf(nsc: Nsc, given: readonly string[], kind: KeyKind): Promise<string[]> {
  const keys: string[] = [];
  for (const one of given) keys.push(await publicKeyOf(nsc, one, kind));
  return keys;
}
