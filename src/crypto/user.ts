import type { Issues } from './issues.ts';
import { isPublicKey } from './nkeys.ts';
import {
  checkPermissions,
  checkUserLimits,
  emptyUserPermissions,
  type UserPermissionLimits,
  unlimitedUserPermissions,
  userPermissionFields,
} from './permissions.ts';
import { type Codec, struct, text } from './shape.ts';
import { type GenericFields, genericFields, newStandard, type Standard, standardFields } from './standard.ts';

/** The `nats` part of a user token. */
export interface User extends UserPermissionLimits, GenericFields {
  /** The account, when one of its signing keys signed; empty when the account's own key did. */
  issuer_account: string;
}

/** A user token's claims. `kind` tells the claims apart in code; it is not in the token. */
export interface UserClaims extends Standard {
  readonly kind: 'user';
  nats: User;
}

const userShape = /* @__PURE__ */ struct<User>(() => ({
  ...userPermissionFields,
  issuer_account: text,
  ...genericFields,
}));

export const userClaimsShape: Codec<Omit<UserClaims, 'kind'>> = /* @__PURE__ */ struct<Omit<UserClaims, 'kind'>>(
  () => ({
    ...standardFields,
    nats: userShape,
  }),
);

/** A user that may do everything, not yet signed. */
export function newUser(publicKey: string): UserClaims {
  const nats = { ...userShape.zero(), ...unlimitedUserPermissions(), type: 'user', version: 2 };
  return { kind: 'user', ...newStandard(publicKey), nats };
}

/** Strips a user of permissions and limits (`scoped`), or gives back the unlimited ones. */
export function setScoped(user: UserClaims, scoped: boolean): void {
  delete user.nats.resp;
  Object.assign(user.nats, scoped ? emptyUserPermissions() : unlimitedUserPermissions());
}

export function checkUser(claims: UserClaims, issues: Issues): void {
  checkPermissions(claims.nats, issues);
  checkUserLimits(claims.nats, issues);
  if (claims.nats.issuer_account !== '' && !isPublicKey(claims.nats.issuer_account, 'account')) {
    issues.error('account_id is not an account public key');
  }
}
