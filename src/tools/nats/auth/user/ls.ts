import { list, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import type { Permits } from '../permits.ts';
import { operatorFlag, pickOperatorAccount } from '../pick.ts';
import { openAuth } from '../session.ts';
import { type UserModel, userModel, userSchema } from './show.ts';

/** `nats auth user ls` */
export const command = defineCommand({
  name: 'ls',
  help: 'List the users of an account',
  args: { account: { type: 'string', help: 'Name of the account' } },
  flags: { ...operatorFlag, names: { type: 'bool', help: 'Names alone, one a line' } },
  tags: { scope: 'system', impact: 'ro' },
  output: list({ anyOf: [userSchema, str] }),
  async run({ args, flags }, runtime) {
    const account = await pickOperatorAccount(await openAuth(runtime), flags.operator, args.account);
    const { store } = account.operator;
    const models: UserModel[] = [];
    for (const name of await store.users(account.name)) {
      models.push(userModel(account, { name, claims: await store.user(account.name, name) }));
    }
    const none = 'No users found';
    if (flags.names) {
      const names = models.map(({ name }) => name);
      return runtime.show({ data: names, text: () => (names.length === 0 ? none : names.join('\n')) });
    }
    const table = async () =>
      `${await tableText(runtime, {
        title: `Users in account ${account.name}`,
        headers: ['Name', 'Subject', 'Scoped', 'Sub Perms', 'Pub Perms', 'Max Subscriptions'],
        rows: models.map((m) => [m.name, m.subject, m.scoped, mark(m.subscribe), mark(m.publish), most(m)]),
      })}\n`;
    await runtime.show({ data: models, text: () => (models.length === 0 ? none : table()) });
  },
});

function mark({ allow, deny }: Permits['publish']): string {
  return allow.length + deny.length > 0 ? '✓' : '';
}

function most({ max_subscriptions: count }: UserModel): string {
  return count === -1 ? 'Unlimited' : String(count);
}
