import { fail } from '#base/errors.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { parseCreds } from '#crypto/creds.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { keyPairFromSeed } from '#crypto/nkeys.ts';
import type { UserClaims } from '#crypto/user.ts';
import { accountDidSign } from '#crypto/validate.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkName } from '#store/names.ts';
import type { Store } from '#store/store.ts';
import { writeCreds } from '../creds.ts';
import { change, changed, type Outcome } from '../finish.ts';
import type { Nsc } from '../nsc.ts';
import { newReport } from '../report.ts';
import { importFlags, readImport, reportIssues } from './file.ts';

/** `nsc import user` */
export const command = defineCommand({
  name: 'user',
  help: 'Take in a user from its token, or with its key from a creds file',
  flags: {
    file: { type: 'string', short: 'f', help: 'Token or creds file, ending in .jwt or .creds' },
    ...importFlags,
  },
  examples: ['nsc import user --file clerk.creds'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const { jwt, seed } = parseCreds(await readImport(nsc, flags.file, ['.jwt', '.creds']));
      if (jwt === '') throw fail('usage', `\`${flags.file}\` holds no token`);
      const claims = await decodeAs(jwt, 'user');
      checkName(claims.name, 'user');
      await nsc.lock();
      return importUser(nsc, jwt, claims, seed, flags);
    });
  },
});

interface Options {
  readonly overwrite: boolean;
  readonly skip: boolean;
}

async function importUser(
  nsc: Nsc,
  token: string,
  claims: UserClaims,
  seed: Uint8Array | undefined,
  options: Options,
): Promise<Outcome> {
  const report = newReport();
  const refused = (text: string): Outcome => {
    report.error(text);
    return { entries: report.entries, discard: true };
  };
  const store = await nsc.store();
  if (await reportIssues(nsc, claims, options.skip, report)) return { entries: report.entries, discard: true };
  const owner = await ownerOf(store, claims);
  if (!owner) return refused(`referenced Account ${claims.nats.issuer_account || claims.iss} not found, import first`);
  const { name: account } = owner;
  if (await store.hasUser(account, claims.name)) {
    if (!options.overwrite) return refused('user already exists, overwrite with --overwrite');
    const held = await store.user(account, claims.name);
    if (held.sub !== claims.sub) {
      return refused(`another user of that name exists: its subject is ${held.sub}, not ${claims.sub}`);
    }
  }
  if (!accountDidSign(owner.claims, claims)) {
    return refused('can only import user signed by existing account. Possibly update your account');
  }
  if (seed) {
    const pair = await keyPairFromSeed(seed);
    if (pair.publicKey !== claims.sub) return refused('the seed of the creds file belongs to another user');
    report.ok(`key stored ${await nsc.keys.put(pair)}`);
  }
  store.putUser(account, claims.name, token);
  const operator = store.info.name;
  if (seed) await writeCreds(nsc, report, { operator, account, user: claims.name, token, publicKey: claims.sub });
  report.ok(`user ${claims.name} was successfully imported`);
  const data = { user: claims.name, account, public_key: claims.sub };
  return { entries: report.entries, sum: true, data };
}

async function ownerOf(store: Store, user: UserClaims): Promise<{ name: string; claims: AccountClaims } | undefined> {
  const wanted = user.nats.issuer_account || user.iss;
  for (const name of await store.accounts()) {
    const claims = await store.account(name);
    if (claims.sub === wanted) return { name, claims };
  }
  return undefined;
}
