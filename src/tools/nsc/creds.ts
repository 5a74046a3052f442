import { formatCreds } from '#crypto/decorate.ts';
import { quotedPath } from '#store/dirs.ts';
import type { Nsc } from './nsc.ts';
import type { Report } from './report.ts';

/**
 * Writes the creds file of a user whose seed is in the keystore, and reports it. Gives the path, or undefined when
 * there is no seed.
 */
export async function writeCreds(
  nsc: Nsc,
  report: Report,
  { operator, account, user, token, publicKey }: CredsFor,
): Promise<string | undefined> {
  const pair = await nsc.keys.pair(publicKey);
  if (!pair) {
    report.ok('skipped generating creds file - user private key is not available');
    return undefined;
  }
  const path = nsc.keys.putCreds(operator, account, user, formatCreds(token, publicKey, pair));
  pair.wipe();
  report.ok(`generated user creds file ${quotedPath(nsc.runtime, path)}`);
  return path;
}

/** Whose creds: names of the store, the user's token and public key. */
export interface CredsFor {
  readonly operator: string;
  readonly account: string;
  readonly user: string;
  readonly token: string;
  readonly publicKey: string;
}
