import { list } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { tableText } from '#runtime/text.ts';
import { pickOperatorAccount } from '../../pick.ts';
import { openAuth } from '../../session.ts';
import { kindName, sortedBySubject } from '../exports/show.ts';
import { accountNamesByKey, importData, importSchema, localSubject } from './show.ts';

/** `nats auth account imports ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list'],
  help: 'List the imports of an account',
  args: {
    account: { type: 'string', help: 'Name of the account' },
    operator: { type: 'string', help: 'Name of the operator' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: list(importSchema),
  async run({ args }, runtime) {
    const { name, claims, operator } = await pickOperatorAccount(await openAuth(runtime), args.operator, args.account);
    const imports = sortedBySubject(claims.nats.imports);
    const names = await accountNamesByKey(operator.store);
    const headers = [
      'Name',
      'Kind',
      'Source',
      'Local Subject',
      'Remote Subject',
      'Allows Tracing',
      'Sharing Connection Info',
    ];
    const table = async () =>
      `${await tableText(runtime, {
        title: `Imports for account ${name}`,
        headers,
        rows: imports.map((i) => [
          i.name,
          kindName(i),
          names.get(i.account) ?? i.account,
          localSubject(i),
          i.subject,
          i.type === 'stream' ? i.allow_trace : '',
          i.share,
        ]),
      })}\n`;
    const text = () => (imports.length === 0 ? 'No Imports defined' : table());
    await runtime.show({ data: imports.map(importData), text });
  },
});
