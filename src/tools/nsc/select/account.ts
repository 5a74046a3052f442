import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { openNsc } from '../nsc.ts';

/** `nsc select account` */
export const command = defineCommand({
  name: 'account',
  help: 'Make an account the current one',
  args: { name: { type: 'string', required: true, help: 'Name of the account' } },
  examples: ['nsc select account ORDERS'],
  tags: { scope: 'local', impact: 'rw' },
  output: record({ operator: str, account: str }),
  async run({ args }, runtime) {
    const nsc = await openNsc(runtime);
    await nsc.lock({ look: true });
    await nsc.useAccount(args.name);
    await nsc.commit();
    const { operator, account } = nsc.config;
    await runtime.show({ data: { operator, account }, text: () => '' });
  },
});
