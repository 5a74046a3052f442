import { fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed, operatorFlag } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { findExport, kindName } from './show.ts';

/** `nats auth account exports rm` */
export const command = defineCommand({
  name: 'rm',
  help: 'Remove an export',
  args: {
    subject: { type: 'string', required: true, help: 'Subject that is exported' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: { ...operatorFlag, force: { type: 'bool', short: 'f', help: 'Do not ask' } },
  tags: { scope: 'system', impact: 'rw' },
  output: done,
  async run({ args, flags }, runtime) {
    const { subject } = args;
    await changeAccount(
      runtime,
      { operator: flags.operator, account: args.account },
      async ({ claims, name }, { runtime }) => {
        const one = findExport(claims, subject);
        if (!one) {
          throw fail('not-found', `subject ${JSON.stringify(subject)} is not exported`, {
            hint: `nats auth account exports ls ${name}`,
          });
        }
        if (!(await confirmed(runtime, flags.force, `Really remove the ${subject} Export`))) return undefined;
        const { exports } = claims.nats;
        exports.splice(exports.indexOf(one), 1);
        return () => ({
          data: { done: !runtime.contract.plan, subject, name: one.name },
          text: () => `Removing ${kindName(one)} Export for subject ${JSON.stringify(subject)}`,
        });
      },
    );
  },
});
