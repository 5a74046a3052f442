import { fail } from '#base/errors.ts';
import type { AccountClaims } from '#crypto/account.ts';
import { encode } from '#crypto/jwt.ts';
import { addTags } from '#crypto/lists.ts';
import { createKeyPair, type KeyPair } from '#crypto/nkeys.ts';
import { scopedSignerProblem } from '#crypto/scope.ts';
import { newUser, setScoped, type UserClaims } from '#crypto/user.ts';
import { defineCommand } from '#runtime/command.ts';
import { type Key, resolveKey } from '#store/keystore.ts';
import { signersOfUsers } from '#store/signers.ts';
import { accountName } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { writeCreds } from '../creds.ts';
import { change, changed } from '../finish.ts';
import { newName } from '../names.ts';
import type { Nsc } from '../nsc.ts';
import { editPermissions, permissionFlags, readPermissions } from '../permissions.ts';
import { newReport } from '../report.ts';
import { findSigner, refuseForeignSigner } from '../signer.ts';
import { readTimes, setTimes, timeFlags } from '../times.ts';

/** `nsc add user` */
export const command = defineCommand({
  name: 'user',
  help:
    'Add a user to an account and write its creds file\n\n' +
    'A key is made and kept in the keystore unless --public-key names one; such a seed is used but not kept. ' +
    '-K ROLE makes a user of a scoped signing key: its permissions and limits are those of the role, and it may have ' +
    'none of its own.',
  args: { name: { type: 'string', help: 'Name of the user; * makes one up' } },
  flags: {
    name: { type: 'string', short: 'n', help: 'Name of the user; * makes one up' },
    'public-key': { type: 'string', short: 'k', help: 'Key of the user: a public key, a seed, or the file of one' },
    ...accountFlag,
    bearer: { type: 'bool', help: 'Let the token alone connect, without proof of the key' },
    tag: { type: 'strings', help: 'Tags of the user' },
    'source-network': { type: 'strings', help: 'Networks the user may connect from, such as 10.0.0.0/8' },
    ...timeFlags,
    ...permissionFlags,
  },
  examples: [
    'nsc add user clerk --allow-pub "orders.>" --allow-sub "_INBOX.>"',
    'nsc add user worker --allow-sub "jobs.* workers" --allow-pub-response',
    'nsc add user temp -K guest --expiry 8h',
  ],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      if (nsc.interactive) {
        const { askUser } = await import('../ask/user.ts');
        flags = { ...flags, ...(await askUser(nsc, args.name, flags)) };
      }
      const times = readTimes(flags, runtime.clock.now());
      const permissions = readPermissions(flags, isSet);
      const name = await newName(runtime, flags.name, args.name, 'user');
      const account = await accountName(nsc, flags.account);
      await nsc.lock();
      const store = await nsc.store();
      const owner = await store.account(account);
      const signer = await signerOf(nsc, owner);
      if (await store.hasUser(account, name)) {
        throw fail('conflict', `the user ${JSON.stringify(name)} already exists`, { hint: `nsc edit user ${name}` });
      }
      if (owner.nats.limits.disallow_bearer && flags.bearer) {
        throw fail('usage', `account ${JSON.stringify(account)} forbids the use of bearer token`);
      }
      const key = await userKey(nsc, flags['public-key']);
      const report = newReport();
      const claims = newUser(key.publicKey);
      claims.name = name;
      const scope = owner.nats.signing_keys.get(signer.publicKey);
      setScoped(claims, Boolean(scope));
      if (signer.publicKey !== owner.sub) claims.nats.issuer_account = owner.sub;
      setTimes(claims, times);
      editPermissions(claims.nats, permissions, report);
      addTags(claims.nats.src, ...flags['source-network']);
      addTags(claims.nats.tags, ...flags.tag);
      claims.nats.tags.sort();
      claims.nats.bearer_token = flags.bearer;
      const problem = scope && scopedSignerProblem(scope, { ...claims, iss: signer.publicKey } as UserClaims);
      if (problem) {
        report.error(problem);
        report.warn('user was NOT added: its settings conflict with the scope of the signing key');
        return { entries: report.entries, discard: true };
      }
      const token = await encode(claims, signer, nsc.now());
      if (!flags['public-key']) {
        // Before the token: where the keystore cannot be written there is no user without a key.
        await nsc.keys.put(key.pair as KeyPair);
        report.ok(`generated and stored user key "${key.publicKey}"`);
      }
      store.putUser(account, name, token);
      const operator = store.info.name;
      const creds = await writeCreds(nsc, report, { operator, account, user: name, token, publicKey: key.publicKey });
      report.ok(`added user ${JSON.stringify(name)} to account ${JSON.stringify(account)}`);
      const data = { user: name, account, public_key: key.publicKey, ...(creds ? { creds } : {}) };
      return { entries: report.entries, data };
    });
  },
});

async function signerOf(nsc: Nsc, owner: AccountClaims): Promise<KeyPair> {
  const operator = await (await nsc.store()).operator();
  const { strict_signing_key_usage: strict } = operator.nats;
  if (strict && owner.nats.signing_keys.size === 0) {
    throw fail('usage', 'unable to issue users when operator requires signing keys and the account has none', {
      hint: `nsc edit account ${owner.name} --sk generate`,
    });
  }
  const signer = await findSigner(nsc, signersOfUsers(operator, owner), { account: owner, what: 'user' });
  refuseForeignSigner(signer, owner, strict);
  return signer;
}

async function userKey(nsc: Nsc, given: string | undefined): Promise<Key> {
  if (!given) {
    const pair = await createKeyPair('user', nsc.runtime.random(32));
    return { kind: 'user', publicKey: pair.publicKey, pair };
  }
  const key = await resolveKey(nsc.runtime, nsc.disk, given);
  if (!key) throw fail('not-found', 'the value of --public-key is no nkey and no file that holds one');
  if (key.kind !== 'user') throw fail('usage', 'invalid user key');
  return key;
}
