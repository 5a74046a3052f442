import type { AccountClaims } from '#crypto/account.ts';
import { newAccount } from '#crypto/account.ts';
import { formatCreds } from '#crypto/decorate.ts';
import { newExport } from '#crypto/exports.ts';
import { encode } from '#crypto/jwt.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { newUser } from '#crypto/user.ts';
import { quotedPath } from '#store/dirs.ts';
import type { Store } from '#store/store.ts';
import type { Nsc } from './nsc.ts';
import type { Report } from './report.ts';

const DOCS = 'https://docs.nats.io/nats-server/configuration/sys_accounts';

/** What a system account exports so that accounts may watch themselves. */
function monitoringExports(): AccountClaims['nats']['exports'] {
  return [
    newExport({
      name: 'account-monitoring-services',
      subject: '$SYS.REQ.ACCOUNT.*.*',
      type: 'service',
      response_type: 'Stream',
      account_token_position: 4,
      description: 'Request account specific monitoring services for: SUBSZ, CONNZ, LEAFZ, JSZ and INFO',
      info_url: DOCS,
    }),
    newExport({
      name: 'account-monitoring-streams',
      subject: '$SYS.ACCOUNT.*.>',
      type: 'stream',
      account_token_position: 3,
      description: 'Account specific monitoring stream',
      info_url: DOCS,
    }),
  ];
}

export interface SystemAccount {
  readonly account: string;
  readonly user: string;
  readonly creds: string;
}

/** Adds the account SYS with a signing key, and its user sys with creds. */
export async function addSystemAccount(nsc: Nsc, store: Store, signer: KeyPair): Promise<SystemAccount> {
  const make = (kind: 'account' | 'user') => createKeyPair(kind, nsc.runtime.random(32));
  const [key, signing, userKey] = [await make('account'), await make('account'), await make('user')];
  for (const pair of [key, signing, userKey]) await nsc.keys.put(pair);
  const account = newAccount(key.publicKey);
  account.name = 'SYS';
  account.nats.signing_keys.set(signing.publicKey, null);
  account.nats.exports = monitoringExports();
  store.putAccount('SYS', await encode(account, signer, nsc.now()));
  const user = newUser(userKey.publicKey);
  user.name = 'sys';
  user.nats.issuer_account = key.publicKey;
  const token = await encode(user, signing, nsc.now());
  store.putUser('SYS', 'sys', token);
  const creds = nsc.keys.putCreds(store.info.name, 'SYS', 'sys', formatCreds(token, user.sub, userKey));
  return { account: key.publicKey, user: userKey.publicKey, creds };
}

/** The report lines of a new system account. */
export function reportSystemAccount(nsc: Nsc, report: Report, made: SystemAccount): void {
  report.ok(`created system_account: name:SYS id:${made.account}`);
  report.ok(`created system account user: name:sys id:${made.user}`);
  report.ok(`system account user creds file stored in ${quotedPath(nsc.runtime, made.creds)}`);
}
