import { plural } from '#base/human.ts';
import { arr, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { type AccountAt, confirmed, operatorFlag, pickScope } from '../../pick.ts';
import { changeAccount } from '../change.ts';

/** `nats auth account keys rm` */
export const command = defineCommand({
  name: 'rm',
  help: 'Remove a signing key of an account\n\nUsers it signed can no longer log in once servers know the account without it.',
  args: { account: { type: 'string', help: 'Name of the account' } },
  flags: {
    key: { type: 'string', help: 'Role or public key' },
    ...operatorFlag,
    force: { type: 'bool', short: 'f', help: 'Do not ask' },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: record({ account: str, key: str, role: str, users: arr(str) }),
  async run({ args, flags }, runtime) {
    await changeAccount(runtime, { operator: flags.operator, account: args.account }, async (account, auth) => {
      const { key, role } = await pickScope(auth, account, flags.key);
      const question = `Really remove the Scoped Signing Key ${key} with role ${role}`;
      if (!(await confirmed(auth.runtime, flags.force, question))) return undefined;
      account.claims.nats.signing_keys.delete(key);
      await auth.keys.remove(key);
      const users = await usersOf(account, key);
      if (users.length > 0) {
        runtime.err.line(
          `${plural(users.length, 'user')} signed by this key can no longer log in: ${users.join(', ')}`,
        );
      }
      const data = { account: account.name, key, role, users };
      return () => ({ data, text: () => `key ${JSON.stringify(key)} removed` });
    });
  },
});

async function usersOf({ operator, name }: AccountAt, key: string): Promise<string[]> {
  const found: string[] = [];
  for (const user of await operator.store.users(name)) {
    if ((await operator.store.user(name, user)).iss === key) found.push(user);
  }
  return found;
}
