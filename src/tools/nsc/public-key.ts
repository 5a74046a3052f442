// Accounts and users that are named on the command line by public key or by their name in the store.
import { fail } from '#base/errors.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import type { Nsc } from './nsc.ts';

export interface PublicKeyOptions {
  /** Whether `*` stands for all. */
  readonly wildcard?: boolean;
  /** For the hint: the flag that gives it. */
  readonly flag: string;
}

/** The public key of an account given by key or name. Fails with usage or not-found. */
export async function accountKey(nsc: Nsc, given: string | undefined, options: PublicKeyOptions): Promise<string> {
  if (!given) throw fail('usage', `${options.flag.slice(2)} cannot be empty`, { hint: `give ${options.flag} ACCOUNT` });
  if ((options.wildcard && given === '*') || isPublicKey(given, 'account')) return given;
  return (await (await nsc.store()).account(given)).sub;
}

/** The public key of a user of an account given by key or name. */
export async function userKey(
  nsc: Nsc,
  account: string,
  given: string,
  options: Pick<PublicKeyOptions, 'wildcard'>,
): Promise<string> {
  if ((options.wildcard && given === '*') || isPublicKey(given, 'user')) return given;
  return (await (await nsc.store()).user(account, given)).sub;
}
