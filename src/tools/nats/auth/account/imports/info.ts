import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorFlag, pickOperatorAccount } from '../../pick.ts';
import { openAuth } from '../../session.ts';
import { askSubject } from '../ask-subject.ts';
import { accountNamesByKey, findImport, importData, importOutput, importText, localSubject } from './show.ts';

/** `nats auth account imports info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i', 'show', 'view'],
  help: 'Show an import',
  args: {
    subject: { type: 'string', help: 'Local subject of the import' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: { ...operatorFlag, json: { type: 'bool', short: 'j', help: 'Print the import as JSON' } },
  tags: { scope: 'system', impact: 'ro' },
  output: importOutput,
  async run({ args, flags }, runtime) {
    const { name, claims, operator } = await pickOperatorAccount(await openAuth(runtime), flags.operator, args.account);
    const subject = args.subject || (await askSubject(runtime, 'Import', claims.nats.imports.map(localSubject)));
    const one = findImport(claims, subject);
    if (!one) {
      throw fail('not-found', 'unknown import', {
        hint: `${JSON.stringify(subject)} is not imported; nats auth account imports ls ${name} shows what is`,
      });
    }
    const names = await accountNamesByKey(operator.store);
    await runtime.show({ data: importData(one), text: () => importText(runtime, one, names) }, { json: flags.json });
  },
});
