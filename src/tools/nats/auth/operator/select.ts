import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { pickOperator } from '../pick.ts';
import { change } from '../session.ts';

/** `nats auth operator select` */
export const command = defineCommand({
  name: 'select',
  help: 'Choose the operator to work on when none is named',
  args: { name: { type: 'string', help: 'Name of the operator' } },
  tags: { scope: 'system', impact: 'ro' },
  output: record({ operator: str }),
  async run({ args }, runtime) {
    await change(runtime, async (auth) => {
      const { name } = await pickOperator(auth, args.name, { selected: false });
      await auth.select(name);
      return { data: { operator: name }, text: () => `Selected operator ${JSON.stringify(name)} as default` };
    });
  },
});
