import { formatCreds } from '#crypto/decorate.ts';
import { quotedPath } from '#store/dirs.ts';
import { keyOf } from '#store/keystore.ts';
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
  const held = nsc.keys.keyPath(publicKey);
  const text = await nsc.disk.read(held);
  const pair = text === undefined ? undefined : (await keyOf(text))?.pair;
  if (!pair) {
    // A seed that is spoilt must not keep anybody from taking rights away.
    if (text !== undefined) report.warn(`${quotedPath(nsc.runtime, held)} holds no seed`);
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
