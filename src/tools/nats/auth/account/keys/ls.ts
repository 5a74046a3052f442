import { list } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { operatorFlag, pickOperatorAccount, scopesOf } from '../../pick.ts';
import { openAuth } from '../../session.ts';
import { scopeModel, scopeSchema } from './show.ts';

/** `nats auth account keys ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list'],
  help: 'List the signing keys of an account that stand for a role',
  args: { account: { type: 'string', help: 'Name of the account' } },
  flags: operatorFlag,
  tags: { scope: 'system', impact: 'ro' },
  output: list(scopeSchema),
  async run({ args, flags }, runtime) {
    const { claims } = await pickOperatorAccount(await openAuth(runtime), flags.operator, args.account);
    const models = scopesOf(claims).map(scopeModel);
    const count = ({ allow, deny }: { readonly allow: readonly string[]; readonly deny: readonly string[] }) =>
      allow.length + deny.length;
    const table = async () =>
      `${await tableText(runtime, {
        title: 'Scoped Signing Keys',
        headers: ['Role', 'Key', 'Description', 'Max Subscriptions', 'Pub Perms', 'Sub Perms'],
        rows: models.map((m) => [
          m.role,
          m.key,
          m.description,
          m.max_subscriptions,
          count(m.publish),
          count(m.subscribe),
        ]),
      })}\n\n`;
    const text = () => (models.length === 0 ? 'No Scoped Signing Keys or Roles defined' : table());
    await runtime.show({ data: models, text });
  },
});
