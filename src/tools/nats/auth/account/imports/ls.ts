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
    const rows = imports.map((i) => ({
      name: i.name,
      kind: kindName(i),
      source: names.get(i.account) ?? i.account,
      local_subject: localSubject(i),
      remote_subject: i.subject,
      allows_tracing: i.type === 'stream' ? i.allow_trace : '',
      shares: i.share,
    }));
    const table = async () =>
      `${await tableText(runtime, {
        title: `Imports for account ${name}`,
        headers,
        rows: rows.map((row) => Object.values(row)),
      })}\n`;
    const text = () => (imports.length === 0 ? 'No Imports defined' : table());
    await runtime.show({ data: imports.map(importData), text, rows: () => rows });
  },
});
