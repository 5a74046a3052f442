// Which key signs: the one of -K, or the first of the entity's keys that the keystore holds.
import { fail } from '#base/errors.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { isPublicKey, type KeyKind, type KeyPair } from '#crypto/nkeys.ts';
import { resolveKey } from '#store/keystore.ts';
import { heldSigner, noSeed, type Signers } from '#store/signers.ts';
import type { Nsc } from './nsc.ts';

const hint = 'give the key with -K, or put it into the keystore with "nsc import keys"';

export interface SignerOptions {
  /** Roles of its scoped keys are names for -K. */
  readonly account?: AccountClaims | undefined;
  /** Used when it is one of the signers and stored. */
  readonly prefer?: string;
  /** What it signs, for the question of -i. */
  readonly what?: 'account' | 'user';
  /** Without this -i asks which key it shall be. */
  readonly unasked?: boolean;
}

/** The key pair that signs. Fails when -K leads to no usable key, or when no signer's seed is stored. */
export async function findSigner(nsc: Nsc, signers: Signers, options: SignerOptions = {}): Promise<KeyPair> {
  if (nsc.keyFlag !== '') return signerOfFlag(nsc, signers, options.account);
  let { prefer } = options;
  if (nsc.interactive && !options.unasked) {
    const { chosenSigner } = await import('./ask/choose.ts');
    const purpose = options.what ? `sign the ${options.what}` : 'use for signing';
    prefer = (await chosenSigner(nsc, signers, `select the key to ${purpose}`)) ?? prefer;
  }
  const order = prefer !== undefined && signers.keys.includes(prefer) ? [prefer, ...signers.keys] : signers.keys;
  return heldSigner(nsc.keys, order, hint);
}

async function signerOfFlag(nsc: Nsc, { kinds }: Signers, account?: AccountClaims): Promise<KeyPair> {
  const { keyFlag } = nsc;
  const scope = [...(account?.nats.signing_keys ?? [])].find(([, held]) => held?.role === keyFlag);
  if (scope) {
    const pair = await nsc.keys.pair(scope[0]);
    if (!pair) throw noSeed([scope[0]], hint);
    return pair;
  }
  if (isPublicKey(keyFlag)) {
    const pair = await nsc.keys.pair(keyFlag);
    if (!pair) throw noSeed([keyFlag], hint);
    return ofKind(pair, kinds);
  }
  const key = await resolveKey(nsc.runtime, nsc.disk, keyFlag);
  if (!key) {
    // The value may be a mistyped seed, so it is not repeated.
    throw fail('not-found', 'the value of -K is no role of this account, no nkey, and no file that holds one', {
      hint: 'nsc describe account shows the roles, nsc list keys the keys',
    });
  }
  if (!key.pair) {
    const pair = await nsc.keys.pair(key.publicKey);
    if (!pair) throw noSeed([key.publicKey], hint);
    return ofKind(pair, kinds);
  }
  return ofKind(key.pair, kinds);
}

function ofKind(pair: KeyPair, kinds: readonly KeyKind[]): KeyPair {
  if (kinds.includes(pair.kind)) return pair;
  throw fail('usage', `this is signed by ${kinds.join(' or ')} keys, not by a key of kind ${pair.kind}`);
}

/** Fails unless this key may sign users and activations of the account. */
export function refuseForeignSigner(signer: KeyPair, account: AccountClaims, strict: boolean): void {
  if (account.nats.signing_keys.has(signer.publicKey)) return;
  if (signer.publicKey !== account.sub) {
    throw fail('denied', `${signer.publicKey} is no key of account ${JSON.stringify(account.name)}`, {
      hint: `nsc describe account ${account.name} shows its keys`,
    });
  }
  if (!strict) return;
  throw fail('denied', 'the operator requires signing keys, so the key of the account itself may not sign', {
    hint: `give a signing key with -K; nsc describe account ${account.name} shows them`,
  });
}
