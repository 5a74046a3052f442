// Signing a user and keeping it, and writing its credentials.
import { fail } from '#base/errors.ts';
import { formatCreds } from '#crypto/decorate.ts';
import { decodeAs } from '#crypto/jwt.ts';
import type { UserClaims } from '#crypto/user.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { UserAt } from '../pick.ts';
import { type AccountAt, findUser, userName } from '../pick.ts';
import type { Auth, Outcome } from '../session.ts';
import { signUser } from '../sign.ts';
import { userModel, userText } from './show.ts';

/** The user that is named, or picked; fails with not-found in these words. */
export async function pickUser(
  auth: Auth,
  account: AccountAt,
  given: string | undefined,
  missing?: string,
): Promise<UserAt> {
  const name = await userName(auth, account, given);
  const user = await findUser(account, name);
  if (user) return user;
  throw fail('not-found', missing ?? 'user not found', {
    hint: `account ${account.name} has no user ${JSON.stringify(name)}; nats auth user ls ${account.name} shows them`,
  });
}

/** Signs a user with the key that is its issuer, and keeps it. Gives the token. */
export async function putUser(auth: Auth, account: AccountAt, user: UserAt): Promise<string> {
  const token = await signUser(auth, user.claims, user.claims.iss);
  account.operator.store.putUser(account.name, user.name, token);
  return token;
}

/** The text of the credentials of a user; fails with not-found when its seed is not in the keystore. */
export async function credsOf(auth: Auth, claims: Pick<UserClaims, 'sub' | 'name'>, token: string): Promise<string> {
  const pair = await auth.keys.pair(claims.sub);
  if (!pair) {
    throw fail('not-found', `the seed of user ${claims.name} is not in the keystore`, {
      hint: 'put it there with "nsc import keys"',
    });
  }
  const text = formatCreds(token, claims.sub, pair);
  pair.wipe();
  return text;
}

/** What a change of a user shows: the user. */
export async function userOutcome(runtime: Runtime, account: AccountAt, name: string, token: string): Promise<Outcome> {
  const claims = await decodeAs(token, 'user');
  if (claims.nats.bearer_token && account.claims.nats.limits.disallow_bearer) {
    runtime.err.line(`Account ${account.name} allows no bearer tokens: servers refuse this user`);
  }
  const data = userModel(account, { name, claims });
  return { data, text: () => userText(runtime, data, claims) };
}
