import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { encode } from '#crypto/jwt.ts';
import { hasNoPermissions } from '#crypto/permissions.ts';
import { scopedSignerProblem } from '#crypto/scope.ts';
import { setScoped, type UserClaims } from '#crypto/user.ts';
import { defineCommand } from '#runtime/command.ts';
import { signersOfUsers } from '#store/signers.ts';
import { accountName, onlyUser } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { writeCreds } from '../creds.ts';
import { change, changed, type Outcome } from '../finish.ts';
import type { Nsc } from '../nsc.ts';
import { editPermissions, readPermissions } from '../permissions.ts';
import { newReport, type Report } from '../report.ts';
import { findSigner, refuseForeignSigner } from '../signer.ts';
import { editTags, tagFlags } from '../tags.ts';
import { editTimes, readTimes, timeFlags } from '../times.ts';
import { editUserLimits, readUserLimits, userLimitFlags } from './user-limits.ts';

const ownFlags = { ...tagFlags, ...timeFlags, ...userLimitFlags } as const;

/** `nsc edit user` */
export const command = defineCommand({
  name: 'user',
  help:
    'Change a user and write its creds file again\n\n' +
    'The key that issued the user signs again, if it is stored. Users of a scoped key have no permissions or limits ' +
    'of their own: change the role with "nsc edit signing-key".',
  args: { name: { type: 'string', help: 'Name of the user; not needed when the account has one user' } },
  flags: { name: { type: 'string', short: 'n', help: 'Name of the user' }, ...accountFlag, ...ownFlags },
  examples: ['nsc edit user clerk --allow-pub "orders.>" --rm old.subject', 'nsc edit user clerk --expiry 30d'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ args, flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      let given = flags.name || args.name;
      if (nsc.interactive) {
        const { askEditUser } = await import('../ask/edit-user.ts');
        const asked = await askEditUser(nsc, given, flags);
        given = asked.flags.name as string;
        flags = { ...flags, ...asked.flags };
        const known = isSet;
        isSet = (name) => asked.set.has(name) || known(name);
      } else if (!Object.keys(ownFlags).some((name) => isSet(name as keyof typeof ownFlags))) {
        throw fail('usage', 'specify an edit option', { hint: 'nsc edit user --help shows them' });
      }
      const times = readTimes(flags, runtime.clock.now());
      const permissions = readPermissions(flags, isSet);
      const limits = readUserLimits(flags, isSet);
      const account = await accountName(nsc, flags.account);
      const name = given || (await onlyUser(nsc, account));
      if (!name) throw fail('usage', 'user name is required', { hint: `nsc list users --account ${account}` });
      return editUser(nsc, account, name, (user, report) => {
        editTimes(user, times, report, nsc.now());
        editTags(user.nats.tags, flags, report);
        editUserLimits(user.nats, limits, report);
        editPermissions(user.nats, permissions, report);
      });
    });
  },
});

async function editUser(
  nsc: Nsc,
  account: string,
  name: string,
  apply: (user: UserClaims, report: Report) => void,
): Promise<Outcome> {
  await nsc.lock();
  const store = await nsc.store();
  if (!(await store.hasUser(account, name))) {
    throw fail('not-found', `user ${quote(name)} not found`, { hint: `nsc list users --account ${account}` });
  }
  // Together: while one is verified, in another thread, the next is read.
  const [operator, owner, user] = await Promise.all([
    store.operator(),
    store.account(account),
    store.user(account, name),
  ]);
  const signer = await findSigner(nsc, signersOfUsers(operator, owner), {
    account: owner,
    prefer: user.iss,
    what: 'user',
  });
  refuseForeignSigner(signer, owner, operator.nats.strict_signing_key_usage);
  const report = newReport();
  const scope = owner.nats.signing_keys.get(signer.publicKey);
  // null: a plain signing key; undefined: the account itself, or a key it no longer has.
  const had = owner.nats.signing_keys.get(user.iss);
  if (!scope && had !== null && user.iss !== owner.sub && hasNoPermissions(user.nats)) {
    // What a role leaves empty would mean "nothing" in a user of its own.
    setScoped(user, false);
    report.warn('the user no longer has a role: it may do everything that its own permissions do not deny');
  }
  apply(user, report);
  if (signer.publicKey !== owner.sub) user.nats.issuer_account = owner.sub;
  if (owner.nats.limits.disallow_bearer && user.nats.bearer_token)
    throw fail('usage', 'account disallows bearer token');
  const problem = scope && scopedSignerProblem(scope, { ...user, iss: signer.publicKey } as UserClaims);
  if (problem) {
    report.error(problem);
    report.warn('user was NOT edited as the edits conflict with signing key scope');
    return { entries: report.entries, discard: true };
  }
  const token = await encode(user, signer, nsc.now());
  store.putUser(account, name, token);
  const creds = await writeCreds(nsc, report, {
    operator: store.info.name,
    account,
    user: name,
    token,
    publicKey: user.sub,
  });
  report.ok(`edited user ${quote(name)}`);
  const data = { user: name, account, public_key: user.sub, ...(creds ? { creds } : {}) };
  return { entries: report.entries, data };
}
