import { done } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorFlag } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { pickSource } from './pick.ts';

/** `nats auth account mappings rm` */
export const command = defineCommand({
  name: 'rm',
  help: 'Remove the mappings of a subject',
  args: {
    account: { type: 'string', help: 'Name of the account' },
    source: { type: 'string', help: 'Subject that is published to' },
  },
  flags: operatorFlag,
  tags: { scope: 'system', impact: 'rw' },
  output: done,
  async run({ args, flags }, runtime) {
    await changeAccount(
      runtime,
      { operator: flags.operator, account: args.account },
      async ({ claims }, { runtime }) => {
        const { mappings } = claims.nats;
        if (mappings.size === 0) {
          await runtime.show({ data: { done: false }, text: () => 'No mappings defined' });
          return undefined;
        }
        const subject = await pickSource(runtime, mappings, args.source, 'Select a mapping to delete');
        mappings.delete(subject);
        return () => ({ data: { done: !runtime.contract.plan, subject }, text: () => `Deleted mapping {${subject}}` });
      },
    );
  },
});
