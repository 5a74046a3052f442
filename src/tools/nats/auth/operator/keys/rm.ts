import { fail } from '#base/errors.ts';
import { plural } from '#base/human.ts';
import { arr, record, str } from '#cli/schema.ts';
import { removeFrom } from '#crypto/lists.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed, type OperatorAt, pickOperator } from '../../pick.ts';
import { type Auth, change } from '../../session.ts';
import { putAccount, putOperator } from '../../sign.ts';

/** `nats auth operator keys rm` */
export const command = defineCommand({
  name: 'rm',
  aliases: ['delete'],
  help: 'Remove a signing key of an operator\n\nAccounts it signed are signed again with another key of the operator, and must be pushed again.',
  args: {
    name: { type: 'string', help: 'Name of the operator' },
    key: { type: 'string', help: 'Public key to remove' },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Do not ask' } },
  tags: { scope: 'system', impact: 'rw' },
  output: record({ operator: str, key: str, resigned: arr(str) }),
  async run({ args, flags }, runtime) {
    const { key } = args;
    if (!key) throw fail('usage', 'public key is required', { hint: 'nats auth operator keys ls shows the keys' });
    await change(runtime, async (auth, runtime) => {
      const operator = await pickOperator(auth, args.name);
      if (!(await confirmed(runtime, flags.force, `Really remove the signing key ${key}`))) return undefined;
      if (!removeFrom(operator.claims.nats.signing_keys, key)) {
        throw fail('not-found', 'signing key was not found', { hint: 'nats auth operator keys ls shows the keys' });
      }
      const resigned = await signAgain(auth, operator, key);
      await putOperator(auth, operator);
      await auth.keys.remove(key);
      if (resigned.length > 0) {
        runtime.err.line(`Signed ${plural(resigned.length, 'account')} again: ${resigned.join(', ')}`);
      }
      return { data: { operator: operator.name, key, resigned }, text: () => 'Signing key removed' };
    });
  },
});

/** Signs the accounts of a key that goes with another one, so that servers go on accepting them; gives their names. */
async function signAgain(auth: Auth, operator: OperatorAt, key: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await operator.store.accounts()) {
    const claims = await operator.store.account(name);
    if (claims.iss !== key) continue;
    await putAccount(auth, { operator, name, claims });
    names.push(name);
  }
  return names;
}
