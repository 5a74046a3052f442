import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorFlag, pickOperatorAccount } from '../../pick.ts';
import { openAuth } from '../../session.ts';
import { askSubject } from '../ask-subject.ts';
import { exportData, exportOutput, exportText, findExport } from './show.ts';

/** `nats auth account exports info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i', 'show', 'view'],
  help: 'Show an export',
  args: {
    subject: { type: 'string', help: 'Subject that is exported' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: { ...operatorFlag, json: { type: 'bool', short: 'j', help: 'Print the export as JSON' } },
  tags: { scope: 'system', impact: 'ro' },
  output: exportOutput,
  async run({ args, flags }, runtime) {
    const { name, claims } = await pickOperatorAccount(await openAuth(runtime), flags.operator, args.account);
    const subjects = claims.nats.exports.map((one) => one.subject);
    const subject = args.subject || (await askSubject(runtime, 'Export', subjects));
    const one = findExport(claims, subject);
    if (!one) {
      throw fail('not-found', 'unknown export', {
        hint: `${JSON.stringify(subject)} is not exported; nats auth account exports ls ${name} shows what is`,
      });
    }
    await runtime.show({ data: exportData(one), text: () => exportText(runtime, one) }, { json: flags.json });
  },
});
