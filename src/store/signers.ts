// Which keys may sign what, and the first of them the keystore holds.
import { type BoxError, fail } from '#base/errors.ts';
import type { AccountClaims } from '#crypto/account.ts';
import type { KeyKind, KeyPair } from '#crypto/nkeys.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { KeyStore } from './keystore.ts';

/** Keys of an operator for signing accounts; strict ones never use the identity key. */
export function operatorSigners(operator: OperatorClaims): string[] {
  const { signing_keys: keys, strict_signing_key_usage: strict } = operator.nats;
  return strict ? [...keys] : [operator.sub, ...keys];
}

/** Keys of an account for signing users and activations. Of its signing keys those without a scope come first. */
export function accountSigners(account: AccountClaims, strict: boolean): string[] {
  const keys = [...account.nats.signing_keys];
  const sorted = [...keys.filter(([, scope]) => !scope), ...keys.filter(([, scope]) => scope)].map(([key]) => key);
  return strict ? sorted : [account.sub, ...sorted];
}

/** Keys that may sign something, identity keys first. */
export interface Signers {
  readonly kinds: readonly KeyKind[];
  readonly keys: readonly string[];
}

/** Keys that may sign accounts: the operator's, and in a managed store the account's own. */
export function signersOfAccounts(managed: boolean, operator: OperatorClaims, account?: AccountClaims): Signers {
  const own = operatorSigners(operator);
  if (!managed) return { kinds: ['operator'], keys: own };
  const selfKeys = account ? accountSigners(account, operator.nats.strict_signing_key_usage) : [];
  return { kinds: ['operator', 'account'], keys: [...own, ...selfKeys] };
}

/** Keys that may sign an account's users and activations. */
export function signersOfUsers(operator: OperatorClaims, account: AccountClaims): Signers {
  return { kinds: ['account'], keys: accountSigners(account, operator.nats.strict_signing_key_usage) };
}

/** The pair of the first of these keys whose seed is stored; fails with not-found and the hint. */
export async function heldSigner(keys: KeyStore, order: readonly string[], hint: string): Promise<KeyPair> {
  for (const key of order) {
    const pair = await keys.pair(key);
    if (pair) return pair;
  }
  throw noSeed(order, hint);
}

/** The error of keys none of which can sign here. */
export function noSeed(keys: readonly string[], hint: string): BoxError {
  return fail('not-found', `unable to resolve any of the following signing keys in the keystore: ${keys.join(', ')}`, {
    hint,
  });
}
