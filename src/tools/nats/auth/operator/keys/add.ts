import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { pickOperator } from '../../pick.ts';
import { change } from '../../session.ts';
import { putOperator } from '../../sign.ts';
import { addSigningKey } from '../add.ts';

/** `nats auth operator keys add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['new', 'create'],
  help: 'Make a signing key for an operator, and print its public key',
  args: { name: { type: 'string', help: 'Name of the operator' } },
  tags: { scope: 'system', impact: 'rw' },
  output: record({ operator: str, key: str }),
  async run({ args }, runtime) {
    await change(runtime, async (auth) => {
      const operator = await pickOperator(auth, args.name);
      const key = await addSigningKey(auth, operator.claims.nats.signing_keys);
      await putOperator(auth, operator);
      return { data: { operator: operator.name, key }, text: () => key };
    });
  },
});
