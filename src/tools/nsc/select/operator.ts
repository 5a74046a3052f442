import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { openNsc } from '../nsc.ts';

/** `nsc select operator` */
export const command = defineCommand({
  name: 'operator',
  help: 'Make an operator the current one',
  args: { name: { type: 'string', required: true, help: 'Name of the operator' } },
  examples: ['nsc select operator ACME'],
  tags: { scope: 'local', impact: 'rw' },
  output: record({ operator: str, account: str }),
  async run({ args }, runtime) {
    const nsc = await openNsc(runtime);
    await nsc.lock({ look: true });
    await nsc.useOperator(args.name);
    await nsc.commit();
    const { operator, account } = nsc.config;
    await runtime.show({ data: { operator, account }, text: () => '' });
  },
});
