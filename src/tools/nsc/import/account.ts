import type { AccountClaims } from '#crypto/account.ts';
import { parseDecoratedJwt } from '#crypto/creds.ts';
import { decodeAs, encode } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkName } from '#store/names.ts';
import { operatorSigners } from '#store/signers.ts';
import type { Store } from '#store/store.ts';
import { change, changed, type Outcome } from '../finish.ts';
import { storeAccount } from '../managed.ts';
import type { Nsc } from '../nsc.ts';
import { newReport, type Report } from '../report.ts';
import { findSigner } from '../signer.ts';
import { importFlags, readImport, reportIssues } from './file.ts';

/** `nsc import account` */
export const command = defineCommand({
  name: 'account',
  help: 'Take in an account from its token; a self-signed one is signed by the operator',
  flags: {
    file: { type: 'string', short: 'j', help: 'File of the token, ending in .jwt' },
    ...importFlags,
    force: { type: 'bool', help: 'Take in an account of another operator, and sign it' },
  },
  examples: ['nsc import account --file orders.jwt'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const token = parseDecoratedJwt(await readImport(nsc, flags.file, ['.jwt']));
      const claims = await decodeAs(token, 'account');
      checkName(claims.name, 'account');
      await nsc.lock();
      return importAccount(nsc, token, claims, flags);
    });
  },
});

interface Options {
  readonly overwrite: boolean;
  readonly skip: boolean;
  readonly force: boolean;
}

async function importAccount(nsc: Nsc, token: string, claims: AccountClaims, options: Options): Promise<Outcome> {
  const report = newReport();
  const refused = { entries: report.entries, discard: true };
  const store = await nsc.store();
  if (await reportIssues(nsc, claims, options.skip, report)) return refused;
  if (await clashes(store, claims, options.overwrite, report)) return refused;
  const signed = await operatorSigned(nsc, store, token, claims, options.force, report);
  if (signed === undefined) return refused;
  report.add(...(await storeAccount(nsc, store, claims.name, signed)));
  if (report.level !== 'error') report.ok(`account ${claims.name} was successfully imported`);
  return { entries: report.entries, sum: true, data: { account: claims.name, public_key: claims.sub } };
}

async function clashes(store: Store, claims: AccountClaims, overwrite: boolean, report: Report): Promise<boolean> {
  if (!(await store.hasAccount(claims.name))) return false;
  if (!overwrite) {
    report.error('account already exists, overwrite with --overwrite');
    return true;
  }
  const held = await store.account(claims.name);
  if (held.sub === claims.sub) return false;
  report.error(`another account of that name exists: its subject is ${held.sub}, not ${claims.sub}`);
  return true;
}

/** The token, signed by the operator when it was self-signed or that is forced; undefined when it cannot be taken. */
async function operatorSigned(
  nsc: Nsc,
  store: Store,
  token: string,
  claims: AccountClaims,
  force: boolean,
  report: Report,
): Promise<string | undefined> {
  const operator = await store.operator();
  const selfSigned = claims.iss === claims.sub || claims.nats.signing_keys.has(claims.iss);
  const ours = [operator.sub, ...operator.nats.signing_keys].includes(claims.iss);
  if (store.info.managed) {
    if (ours) return token;
    report.error(
      selfSigned
        ? 'only a non managed store can import a self signed account'
        : 'can only import account signed by same operator. Possibly update your operator',
    );
    return undefined;
  }
  if (ours) return token;
  if (!selfSigned && !force) {
    report.error('can only import account signed by same operator. Possibly update your operator');
    return undefined;
  }
  const signer = await findSigner(nsc, { kinds: ['operator'], keys: operatorSigners(operator) });
  return encode(claims, signer, nsc.now());
}
