import { fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed, operatorFlag } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { findImport } from './show.ts';

/** `nats auth account imports rm` */
export const command = defineCommand({
  name: 'rm',
  help: 'Remove an import',
  args: {
    subject: { type: 'string', required: true, help: 'Local subject of the import' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: { ...operatorFlag, force: { type: 'bool', short: 'f', help: 'Do not ask' } },
  tags: { scope: 'system', impact: 'rw' },
  output: done,
  async run({ args, flags }, runtime) {
    const { subject } = args;
    const local = JSON.stringify(subject);
    await changeAccount(runtime, { operator: flags.operator, account: args.account }, async ({ claims, name }) => {
      const one = findImport(claims, subject);
      if (!one) {
        throw fail('not-found', `subject ${local} is not imported`, { hint: `nats auth account imports ls ${name}` });
      }
      if (!(await confirmed(runtime, flags.force, `Really remove the ${subject} import`))) return undefined;
      const { imports } = claims.nats;
      imports.splice(imports.indexOf(one), 1);
      const what = one.type === 'service' ? 'service Import for local subject' : 'stream Import for local Subject';
      return () => ({
        data: { done: !runtime.contract.plan, subject, name: one.name },
        text: () => `Removing ${what} ${local} imported from Account ${JSON.stringify(one.account)}`,
      });
    });
  },
});
