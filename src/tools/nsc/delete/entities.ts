// What deleting users and accounts shares: revoking, and removing keys and creds.
import type { FlagSpecs } from '#cli/spec.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { revoke } from '#crypto/revocations.ts';
import type { Store } from '#store/store.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group, newReport } from '../report.ts';

export const removalFlags = {
  'rm-nkey': { type: 'bool', short: 'D', help: 'Delete the keys from the keystore too' },
  'rm-creds': { type: 'bool', short: 'C', help: 'Delete the creds files too' },
} as const satisfies FlagSpecs;

export interface Removal {
  readonly revoke: boolean;
  readonly keys: boolean;
  readonly creds: boolean;
}

/** Deletes a user; the account's claims get the revocation. Gives the entry of the report. */
export async function deleteUser(
  nsc: Nsc,
  store: Store,
  owner: { readonly name: string; readonly claims: AccountClaims },
  name: string,
  removal: Removal,
): Promise<Entry> {
  const user = await store.user(owner.name, name).catch(() => undefined);
  const report = newReport();
  if (user && removal.revoke) {
    const { revocations } = owner.claims.nats;
    // A revocation of everyone may be lifted again, and one older than the token leaves it valid: neither will do.
    if ((revocations.get(user.sub) ?? -1) >= user.iat) report.ok('user is already revoked');
    else {
      revoke(revocations, user.sub, nsc.now());
      report.ok('revoked user');
    }
  } else if (removal.revoke) report.warn('the token cannot be read, so the user was not revoked');
  nsc.disk.remove(store.userPath(owner.name, name));
  report.ok('user deleted');
  if (user && removal.keys) {
    report.ok((await nsc.keys.remove(user.sub)) ? 'deleted private key' : 'private key is not stored');
  }
  if (removal.creds) {
    const path = nsc.keys.credsPath(store.info.name, owner.name, name);
    const held = await nsc.disk.has(path);
    if (held) nsc.disk.remove(path);
    report.ok(held ? 'removed creds file' : 'creds file is not stored');
  }
  return group(`user ${name} [${user?.sub ?? 'unknown key'}]`, report.entries);
}
