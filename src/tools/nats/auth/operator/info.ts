import { defineCommand } from '#runtime/command.ts';
import { operatorDocument } from '../document.ts';
import { pickOperator } from '../pick.ts';
import { openAuth } from '../session.ts';
import { operatorInfoOutput, operatorModel, operatorText } from './show.ts';

/** `nats auth operator info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i', 'show', 'view'],
  help: 'Show an operator',
  args: { name: { type: 'string', help: 'Name of the operator' } },
  flags: {
    json: { type: 'bool', short: 'j', help: 'Print the operator with all its accounts, users and seeds as JSON' },
  },
  tags: { scope: 'system', impact: 'ro' },
  output: operatorInfoOutput,
  async run({ args, flags }, runtime) {
    const auth = await openAuth(runtime);
    const operator = await pickOperator(auth, args.name);
    const model = await operatorModel(operator);
    const data = flags.json ? await operatorDocument(auth, operator) : model;
    await runtime.show({ data, text: () => operatorText(runtime, model) }, { json: flags.json });
  },
});
