/** Keys a server signs and opens with. Only servers that have to are given real ones: they cost loading a library. */
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';

export interface ServerKeys {
  readonly signing: KeyPair;
  readonly curve: KeyPair;
}

export async function makeServerKeys(): Promise<ServerKeys> {
  return { signing: await createKeyPair('server'), curve: await createKeyPair('curve') };
}
