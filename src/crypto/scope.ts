import { fail } from '#base/errors.ts';
import type { Json } from '#base/json64.ts';
import { quote } from '#base/quote.ts';
import type { Issues } from './issues.ts';
import { isPublicKey } from './nkeys.ts';
import {
  hasNoPermissions,
  type UserPermissionLimits,
  unlimitedUserPermissions,
  userPermissionFields,
} from './permissions.ts';
import { always, type Codec, type Open, struct, text } from './shape.ts';
import type { UserClaims } from './user.ts';

/** A signing key that issues users of one role: their permissions and limits come from its template. */
export interface UserScope extends Open {
  kind: 'user_scope';
  /** The signing key, an account public key. */
  key: string;
  role: string;
  /** May hold templates such as {{name()}} in its subjects. */
  template: UserPermissionLimits;
  description: string;
}

/** An account's signing keys; a plain key has no scope. */
export type SigningKeys = Map<string, UserScope | null>;

const scopeKind: Codec<'user_scope'> = {
  zero: () => 'user_scope',
  read(value, at) {
    if (value !== 'user_scope') throw fail('error', `the token's ${at} is an unknown signing key scope`);
    return value;
  },
  isEmpty: () => false,
  write: (value) => `"${value}"`,
};

const template = /* @__PURE__ */ struct<UserPermissionLimits>(() => userPermissionFields);
const scope = /* @__PURE__ */ struct<UserScope>(() => ({
  kind: scopeKind,
  key: always(text),
  role: always(text),
  template,
  description: always(text),
}));

/** A scope that allows everything, for a signing key. */
export function newUserScope(key: string, role = '', description = ''): UserScope {
  return { kind: 'user_scope', key, role, template: unlimitedUserPermissions(), description };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readScope(value: { readonly [key: string]: Json }, at: string): UserScope {
  const given = isObject(value.template) ? value.template : {};
  // A limit the template does not name is unlimited here, not 0 as in a user.
  const read = scope.read({ kind: null, ...value, template: { subs: -1, data: -1, payload: -1, ...given } }, at);
  if (value.kind !== 'user_scope') throw fail('error', `the token's ${at} has an unknown signing key scope`);
  return read;
}

/** Signing keys are a list in the token: texts and scopes, by key. */
export const signingKeysShape: Codec<SigningKeys> = {
  zero: () => new Map(),
  read(value, at) {
    if (!Array.isArray(value)) throw fail('error', `the token's ${at} must be a list`);
    const keys: SigningKeys = new Map();
    for (const [i, item] of (value as readonly Json[]).entries()) {
      if (typeof item === 'string') keys.set(item, null);
      else if (isObject(item)) {
        const read = readScope(item, `${at}[${i}]`);
        keys.set(read.key, read);
      } else throw fail('error', `the token's ${at}[${i}] must be a key or a scope`);
    }
    return keys;
  },
  isEmpty: (keys) => keys.size === 0,
  write(keys) {
    const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `[${sorted.map(([key, held]) => (held ? scope.write(held) : text.write(key))).join(',')}]`;
  },
};

export function checkSigningKeys(keys: SigningKeys, issues: Issues): void {
  for (const [key, held] of keys) {
    if (held) {
      if (!isPublicKey(held.key, 'account')) issues.error(`${held.key} is not an account public key`);
    } else if (!isPublicKey(key, 'account')) issues.error(`${quote(key)} is not a valid account signing key`);
  }
}

/** Why a user cannot come from this scoped key; undefined when it can. */
export function scopedSignerProblem(held: UserScope, user: UserClaims): string | undefined {
  if (user.iss !== held.key) return 'issuer not the scoped signer';
  return hasNoPermissions(user.nats) ? undefined : 'scoped users require no permissions or limits set';
}
