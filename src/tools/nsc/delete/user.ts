import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { encode } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import { signersOfAccounts } from '#store/signers.ts';
import { accountName } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import { storeAccount } from '../managed.ts';
import { type Entry, group } from '../report.ts';
import { findSigner } from '../signer.ts';
import { deleteUser, removalFlags } from './entities.ts';

/** `nsc delete user` */
export const command = defineCommand({
  name: 'user',
  help:
    'Delete users of an account\n\n' +
    'Servers go on accepting a deleted user until its token expires or the account revokes it (--revoke, then ' +
    '"nsc push").',
  args: { name: { type: 'string', help: 'Name of the user' } },
  flags: {
    name: { type: 'strings', short: 'n', help: 'Names of the users' },
    revoke: { type: 'bool', short: 'R', help: 'Revoke the users in the account first' },
    ...removalFlags,
    ...accountFlag,
  },
  examples: ['nsc delete user clerk --revoke --rm-nkey --rm-creds'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags }, runtime) {
    await change(runtime, async (nsc) => {
      let names = [...flags.name, ...(args.name ? [args.name] : [])];
      let removal = { revoke: flags.revoke, keys: flags['rm-nkey'], creds: flags['rm-creds'] };
      const { chosenAccount } = await import('../ask/choose.ts');
      const account = await accountName(nsc, await chosenAccount(nsc, flags.account));
      if (nsc.interactive) {
        const { askDeleteUsers } = await import('../ask/delete.ts');
        ({ names, removal } = await askDeleteUsers(nsc, account));
      }
      if (names.length === 0) {
        throw fail('usage', 'please specify an user to delete', { hint: `nsc list users --account ${account}` });
      }
      await nsc.lock();
      const store = await nsc.store();
      names = [...new Set(names)];
      for (const name of names) await store.userToken(account, name);
      const claims = await store.account(account);
      const before = new Map(claims.nats.revocations);
      const entries: Entry[] = [];
      for (const name of names) entries.push(await deleteUser(nsc, store, { name: account, claims }, name, removal));
      if ([...claims.nats.revocations].some(([key, at]) => before.get(key) !== at)) {
        const operator = await store.operator();
        const signers = signersOfAccounts(store.info.managed, operator, claims);
        const signer = await findSigner(nsc, signers);
        entries.push(...(await storeAccount(nsc, store, account, await encode(claims, signer, nsc.now()))));
        entries.push({ level: 'ok', text: `edited account ${quote(account)}` });
      }
      return { entries: [group('delete users', entries)], data: { account, users: names } };
    });
  },
});
