import { list, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { pickOperator } from '../pick.ts';
import { openAuth } from '../session.ts';
import { type AccountModel, accountSchema, storedModel } from './show.ts';

/** `nats auth account ls` */
export const command = defineCommand({
  name: 'ls',
  help: 'List the accounts of an operator',
  args: { operator: { type: 'string', help: 'Name of the operator' } },
  flags: { names: { type: 'bool', help: 'Names alone, one a line' } },
  tags: { scope: 'system', impact: 'ro' },
  output: list({ anyOf: [accountSchema, str] }),
  async run({ args, flags }, runtime) {
    const operator = await pickOperator(await openAuth(runtime), args.operator);
    const names = await operator.store.accounts();
    const none = 'No Accounts found';
    if (flags.names) return runtime.show({ data: names, text: () => (names.length === 0 ? none : names.join('\n')) });
    const models: AccountModel[] = [];
    for (const name of names) {
      models.push(await storedModel({ operator, name, claims: await operator.store.account(name) }));
    }
    const mark = (yes: boolean | undefined) => (yes ? 'true' : '');
    const table = async () =>
      `${await tableText(runtime, {
        title: 'Accounts',
        headers: ['Name', 'Subject', 'Users', 'JetStream', 'System'],
        rows: models.map((m) => [m.name, m.subject, m.users, mark(m.jetstream), mark(m.system_account)]),
      })}\n`;
    await runtime.show({ data: models, text: () => (models.length === 0 ? none : table()) });
  },
});
