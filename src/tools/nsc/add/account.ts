import { fail } from '#base/errors.ts';
import { type AccountClaims, newAccount } from '#crypto/account.ts';
import { encode } from '#crypto/jwt.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { type Key, resolveKey } from '#store/keystore.ts';
import { signersOfAccounts } from '#store/signers.ts';
import type { Store } from '#store/store.ts';
import { change, changed } from '../finish.ts';
import { storeAccount } from '../managed.ts';
import { newName } from '../names.ts';
import type { Nsc } from '../nsc.ts';
import { editPermissions, permissionFlags, readPermissions } from '../permissions.ts';
import { newReport } from '../report.ts';
import { findSigner } from '../signer.ts';
import { readTimes, setTimes, timeFlags } from '../times.ts';

/** `nsc add account` */
export const command = defineCommand({
  name: 'account',
  help:
    'Add an account and make it the current one\n\n' +
    'A key is made and kept in the keystore unless --public-key names one. The permission flags are the defaults of ' +
    'users that have no permissions of their own.',
  args: { name: { type: 'string', help: 'Name of the account; * makes one up' } },
  flags: {
    name: { type: 'string', short: 'n', help: 'Name of the account; * makes one up' },
    'public-key': { type: 'string', short: 'k', help: 'Key of the account: a public key, a seed, or the file of one' },
    ...timeFlags,
    ...permissionFlags,
  },
  examples: ['nsc add account ORDERS', 'nsc add account ORDERS --expiry 1y --deny-pub "admin.>"'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      if (nsc.interactive) {
        const { askAccount } = await import('../ask/account.ts');
        flags = { ...flags, ...(await askAccount(nsc, args.name, flags)) };
      }
      const times = readTimes(flags, runtime.clock.now());
      const permissions = readPermissions(flags, isSet);
      const name = await newName(runtime, flags.name, args.name, 'account');
      await nsc.lock();
      const store = await nsc.store();
      await refuseTaken(store, name);
      const report = newReport();
      const key = await accountKey(nsc, flags['public-key']);
      const claims = newAccount(key.publicKey);
      claims.name = name;
      setTimes(claims, times);
      editPermissions(claims.nats.default_permissions, permissions, report);
      const signer = await signerOf(nsc, store, key, claims);
      const token = await encode(claims, signer, nsc.now());
      if (!flags['public-key']) {
        await nsc.keys.put(key.pair as KeyPair);
        report.ok(`generated and stored account key "${key.publicKey}"`);
      }
      report.add(...(await storeAccount(nsc, store, name, token)));
      if (report.level !== 'error') {
        report.ok(`added account ${JSON.stringify(name)}`);
        await nsc.useAccount(name);
      }
      return { entries: report.entries, data: { account: name, public_key: key.publicKey } };
    });
  },
});

async function refuseTaken(store: Store, name: string): Promise<void> {
  const lower = name.toLowerCase();
  if ((await store.accounts()).some((held) => held.toLowerCase() === lower)) {
    throw fail('conflict', `the account ${JSON.stringify(name)} already exists`, { hint: `nsc edit account ${name}` });
  }
}

async function accountKey(nsc: Nsc, given: string | undefined): Promise<Key> {
  if (!given) {
    const pair = await createKeyPair('account', nsc.runtime.random(32));
    return { kind: 'account', publicKey: pair.publicKey, pair };
  }
  const key = await resolveKey(nsc.runtime, nsc.disk, given);
  if (!key) throw fail('not-found', 'the value of --public-key is no nkey and no file that holds one');
  if (key.kind !== 'account') throw fail('usage', 'specified key is not a valid account nkey');
  return key;
}

/** In a managed store without an operator key at hand the account signs itself. */
async function signerOf(nsc: Nsc, store: Store, key: Key, claims: AccountClaims) {
  const operator = await store.operator();
  const signers = signersOfAccounts(store.info.managed, operator, store.info.managed ? claims : undefined);
  const own = key.pair ?? (store.info.managed ? await nsc.keys.pair(key.publicKey) : undefined);
  if (store.info.managed && nsc.keyFlag === '' && own && !(await anyStored(nsc, signers.keys))) return own;
  const signer = await findSigner(nsc, signers, { what: 'account' });
  const known = signers.keys.includes(signer.publicKey) || (store.info.managed && signer.publicKey === key.publicKey);
  if (!known) throw fail('denied', 'invalid account signer');
  return signer;
}

async function anyStored(nsc: Nsc, keys: readonly string[]): Promise<boolean> {
  for (const key of keys) if (await nsc.keys.has(key)) return true;
  return false;
}
