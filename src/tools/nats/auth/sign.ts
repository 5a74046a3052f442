// Signing what was changed: the claims are checked, signed by a key the store holds, and kept.
import { fail } from '#base/errors.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { type Claims, decodeAs, encode } from '#crypto/jwt.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { UserClaims } from '#crypto/user.ts';
import { validate } from '#crypto/validate.ts';
import { heldSigner, operatorSigners } from '#store/signers.ts';
import type { AccountAt, OperatorAt } from './pick.ts';
import type { Auth } from './session.ts';

const hint = 'put the key into the keystore with "nsc import keys"';

/**
 * Fails with what is wrong with the claims, in the words of the Go library. An expired claim may be signed again, and a
 * locale that is no time zone matters only to users with times of connection.
 */
async function checkClaims(claims: Claims, now: number): Promise<void> {
  const timeless = claims.kind === 'user' && claims.nats.times.length === 0;
  const [problem] = (await validate(claims, now)).filter(
    ({ blocking, text }) => blocking && !(timeless && text.includes('iana time zone')),
  );
  if (problem) throw fail('usage', problem.text);
}

/** Signs an operator with its own key and keeps it. Gives the claims as signed. */
export async function putOperator(
  auth: Auth,
  { store, claims }: Pick<OperatorAt, 'store' | 'claims'>,
): Promise<OperatorClaims> {
  await checkClaims(claims, auth.now());
  const pair = await heldSigner(auth.keys, [claims.sub], hint);
  const token = await encode(claims, pair, auth.now());
  pair.wipe();
  store.putOperator(token);
  return decodeAs(token, 'operator');
}

/**
 * Signs an account with the key that signed it before, else with the first of the operator's keys that is stored, and
 * keeps it. Gives the claims as signed.
 */
export async function putAccount(auth: Auth, account: AccountAt): Promise<AccountClaims> {
  const { operator, name, claims } = account;
  await checkClaims(claims, auth.now());
  const signers = operatorSigners(operator.claims);
  const order = signers.includes(claims.iss) ? [claims.iss, ...signers] : signers;
  const pair = await heldSigner(auth.keys, order, hint);
  const token = await encode(claims, pair, auth.now());
  pair.wipe();
  operator.store.putAccount(name, token);
  return decodeAs(token, 'account');
}

/** Signs a user with one of its account's keys. Gives the token. */
export async function signUser(auth: Auth, claims: UserClaims, key: string): Promise<string> {
  await checkClaims(claims, auth.now());
  const pair = await heldSigner(auth.keys, [key], hint);
  const token = await encode(claims, pair, auth.now());
  pair.wipe();
  return token;
}
