import { list, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { pickOperator } from '../../pick.ts';
import { openAuth } from '../../session.ts';

/** `nats auth operator keys list` */
export const command = defineCommand({
  name: 'list',
  aliases: ['ls'],
  help: 'List the signing keys of an operator, one a line',
  args: { name: { type: 'string', help: 'Name of the operator' } },
  tags: { scope: 'system', impact: 'ro' },
  output: list(str),
  async run({ args }, runtime) {
    const { claims } = await pickOperator(await openAuth(runtime), args.name);
    const keys = claims.nats.signing_keys;
    await runtime.show({ data: keys, text: () => keys.map((key) => `${key}\n`).join('') });
  },
});
