import { fail } from '#base/errors.ts';
import { join } from '#base/path.ts';
import { quote } from '#base/quote.ts';
import { encode } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import { settleConfig } from '#store/config.ts';
import { shortPath } from '#store/dirs.ts';
import { checkName } from '#store/names.ts';
import { signersOfAccounts } from '#store/signers.ts';
import { change, changed, type Outcome } from '../finish.ts';
import { storeAccount } from '../managed.ts';
import type { Nsc } from '../nsc.ts';
import { type Entry, group, newReport } from '../report.ts';
import { findSigner } from '../signer.ts';

/** `nsc rename account` */
export const command = defineCommand({
  name: 'account',
  help: 'Rename an account: its token is signed again, its users and their creds move',
  args: {
    name: { type: 'string', required: true, help: 'Name of the account' },
    'new-name': { type: 'string', required: true, help: 'Its new name' },
  },
  flags: { OK: { type: 'bool', hidden: true, help: 'The directories were backed up' } },
  examples: ['nsc rename account ORDERS SALES --OK'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags }, runtime) {
    await change(runtime, async (nsc) => {
      if (!flags.OK && !runtime.contract.plan) {
        const places = [nsc.config.store_root, nsc.dirs.keys].map((dir) => shortPath(runtime, dir));
        throw fail('usage', 'required flag "OK" not set', {
          hint: `renaming moves tokens and creds: back up ${places.join(' and ')}, then add --OK`,
        });
      }
      const to = args['new-name'];
      checkName(to, 'account');
      await nsc.lock();
      return renameAccount(nsc, args.name, to);
    });
  },
});

async function renameAccount(nsc: Nsc, from: string, to: string): Promise<Outcome> {
  const { disk, keys } = nsc;
  const store = await nsc.store();
  const account = await store.account(from);
  if (await store.hasAccount(to)) throw fail('conflict', `account ${quote(to)} already exists`);
  const credsDir = (name: string) => join(nsc.dirs.keys, 'creds', store.info.name, name);
  if (await disk.has(credsDir(to))) throw fail('conflict', `creds dir ${quote(credsDir(to))} already exists`);
  const operator = await store.operator();
  const signer = await findSigner(nsc, signersOfAccounts(store.info.managed, operator, account));
  account.name = to;
  const copied = await storeAccount(nsc, store, to, await encode(account, signer, nsc.now()));
  const users: Entry[] = [];
  for (const user of await store.users(from)) {
    store.putUser(to, user, await store.userToken(from, user));
    const report = newReport();
    report.ok('copied user');
    report.ok('removed user from the old account');
    users.push(group(`move user ${quote(user)}`, report.entries));
  }
  const creds = newReport();
  if (await disk.has(credsDir(from))) {
    for (const file of await disk.list(credsDir(from))) {
      const user = file.replace(/\.creds$/, '');
      keys.putCreds(store.info.name, to, user, (await disk.read(join(credsDir(from), file))) ?? '');
    }
    disk.removeTree(credsDir(from));
    creds.ok('moved creds');
  } else creds.ok('skipping... no creds directory found');
  disk.removeTree(store.accountDir(from));
  const cleanup = newReport();
  cleanup.ok('deleted old users directory');
  cleanup.ok('deleted old account jwt');
  cleanup.ok('deleted old account directory');
  const current = nsc.config.account === from;
  await settleConfig(disk, nsc.config);
  if (current) await nsc.useAccount(to);
  const entries = [
    group(`copy account ${quote(from)} to ${quote(to)}`, copied),
    group('move users', users),
    group('move creds directory', creds.entries),
    group('cleanup', cleanup.entries),
  ];
  const data = { account: to, public_key: account.sub };
  return { entries: [group(`rename account ${quote(from)} to ${quote(to)}`, entries)], data };
}
