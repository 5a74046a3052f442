import { fail } from '#base/errors.ts';
import { bool, record, str } from '#cli/schema.ts';
import { revoke } from '#crypto/revocations.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed, findUser, operatorFlag, pickOperatorAccount, userName } from '../pick.ts';
import { change } from '../session.ts';
import { putAccount } from '../sign.ts';

/** `nats auth user rm` */
export const command = defineCommand({
  name: 'rm',
  help: 'Remove a user and its seed\n\nIts credentials stay valid until they expire, unless --revoke notes in the account that they are not; push the account then.',
  args: {
    name: { type: 'string', help: 'Name of the user' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: {
    ...operatorFlag,
    revoke: { type: 'bool', help: 'Revoke its credentials too' },
    force: { type: 'bool', short: 'f', help: 'Do not ask' },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: record({ user: str, account: str, subject: str, revoked: bool }),
  async run({ args, flags }, runtime) {
    await change(runtime, async (auth, runtime) => {
      const account = await pickOperatorAccount(auth, flags.operator, args.account);
      const name = await userName(auth, account, args.name);
      if (!(await confirmed(runtime, flags.force, `Really remove the User ${name}`))) return undefined;
      const user = await findUser(account, name);
      if (!user) throw fail('not-found', 'user does not exist', { hint: `nats auth user ls ${account.name}` });
      const subject = user.claims.sub;
      if (flags.revoke) {
        revoke(account.claims.nats.revocations, subject, auth.now());
        await putAccount(auth, account);
      }
      auth.disk.remove(account.operator.store.userPath(account.name, user.name));
      await auth.keys.remove(subject);
      const data = { user: user.name, account: account.name, subject, revoked: flags.revoke };
      return { data, text: () => `Removed user ${name}` };
    });
  },
});
