import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { encode } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import { settleConfig } from '#store/config.ts';
import { signersOfAccounts } from '#store/signers.ts';
import { accountName } from '../account.ts';
import { change, changed, type Outcome } from '../finish.ts';
import { storeAccount } from '../managed.ts';
import type { Nsc } from '../nsc.ts';
import { newReport, type Report } from '../report.ts';
import { findSigner } from '../signer.ts';
import { deleteUser, type Removal, removalFlags } from './entities.ts';

/** `nsc delete account` */
export const command = defineCommand({
  name: 'account',
  help:
    'Delete an account and its users\n\n' +
    'Servers keep what was pushed: remove it there with "nsc push --prune". Keys and creds stay unless --rm-nkey ' +
    'and --rm-creds say otherwise.',
  args: { name: { type: 'string', help: 'Name or public key of the account' } },
  flags: {
    name: { type: 'string', short: 'n', help: 'Name or public key of the account' },
    revoke: { type: 'bool', short: 'R', default: 'true', help: 'Revoke the users first' },
    ...removalFlags,
    force: { type: 'bool', short: 'F', help: 'Delete an account of a managed operator, or without being asked' },
  },
  examples: ['nsc delete account ORDERS --rm-nkey --rm-creds'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags }, runtime) {
    await change(runtime, async (nsc) => {
      let given = flags.name || args.name;
      let removal = { revoke: flags.revoke, keys: flags['rm-nkey'], creds: flags['rm-creds'] };
      const store = await nsc.store();
      const { askDeleteAccount, askAccountToDelete } = await import('../ask/delete.ts');
      if (nsc.interactive) ({ name: given, removal } = await askDeleteAccount(nsc, given));
      else if (!given) given = await askAccountToDelete(nsc);
      if (store.info.managed && !flags.force && !nsc.interactive) {
        throw fail('usage', 'managed accounts may require the account JWT or nkeys to cancel a service', {
          hint: 'add --force to delete it nevertheless',
        });
      }
      return deleteAccount(nsc, await accountName(nsc, given), removal);
    });
  },
});

async function deleteAccount(nsc: Nsc, name: string, removal: Removal): Promise<Outcome> {
  await nsc.lock();
  const store = await nsc.store();
  const account = await store.account(name);
  const operator = await store.operator();
  // Where no key could sign the account it could not be made again either: it stays.
  const signers = signersOfAccounts(store.info.managed, operator, account);
  const signer = await findSigner(nsc, signers, { unasked: true });
  const report = newReport();
  for (const user of await store.users(name)) {
    report.add(await deleteUser(nsc, store, { name, claims: account }, user, removal));
  }
  if (store.info.managed) {
    // The account server cannot be told to forget an account, but it can get one that ends soon.
    account.exp = nsc.now() + 60;
    report.add(...(await storeAccount(nsc, store, name, await encode(account, signer, nsc.now()))));
    report.ok(`expired account ${quote(name)}`);
  }
  if (removal.keys) await deleteKeys(nsc, account, report);
  nsc.disk.removeTree(store.accountDir(name));
  report.ok(`deleted account ${quote(name)}`);
  report.ok('deleted account directory');
  if (operator.nats.system_account === account.sub) {
    report.warn(`it was the system account: nsc edit operator --system-account names another`);
  }
  await settleConfig(nsc.disk, nsc.config);
  return { entries: report.entries, data: { account: name, public_key: account.sub } };
}

async function deleteKeys(nsc: Nsc, account: AccountClaims, report: Report): Promise<void> {
  for (const key of account.nats.signing_keys.keys()) {
    report.ok(
      (await nsc.keys.remove(key)) ? `deleted signing key ${quote(key)}` : `signing key ${quote(key)} is not stored`,
    );
  }
  const removed = await nsc.keys.remove(account.sub);
  report.ok(removed ? `deleted private key ${quote(account.sub)}` : `private key ${quote(account.sub)} is not stored`);
}
