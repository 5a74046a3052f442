import { list, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { pickOperator } from '../pick.ts';
import { openAuth } from '../session.ts';
import { type OperatorModel, operatorModel, operatorSchema } from './show.ts';

/** `nats auth operator list` */
export const command = defineCommand({
  name: 'list',
  aliases: ['ls'],
  help: 'List the operators',
  flags: { names: { type: 'bool', help: 'Names alone, one a line' } },
  tags: { scope: 'system', impact: 'ro' },
  output: list({ anyOf: [operatorSchema, str] }),
  async run({ flags }, runtime) {
    const auth = await openAuth(runtime);
    const names = await auth.operators();
    const none = 'No Operators found';
    if (flags.names) return runtime.show({ data: names, text: () => (names.length === 0 ? none : names.join('\n')) });
    const models: OperatorModel[] = [];
    for (const name of names) models.push(await operatorModel(await pickOperator(auth, name)));
    const table = async () =>
      `${await tableText(runtime, {
        title: 'Operators',
        headers: ['Name', 'Subject', 'Accounts', 'Account Server', 'Signing Keys'],
        rows: models.map((m) => [m.name, m.subject, m.accounts, m.account_server, m.signing_keys.length]),
      })}\n`;
    await runtime.show({ data: models, text: () => (models.length === 0 ? none : table()) });
  },
});
