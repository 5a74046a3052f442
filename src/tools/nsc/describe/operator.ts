import { fail } from '#base/errors.ts';
import { decodeAs } from '#crypto/jwt.ts';
import { isPublicKey } from '#crypto/nkeys.ts';
import { defineCommand } from '#runtime/command.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { claimsOutput, describeToken, outputFlag } from './describe.ts';
import { describeFlags } from './group.ts';
import { operatorTable } from './operator-table.ts';

/** `nsc describe operator` */
export const command = defineCommand({
  name: 'operator',
  help: 'Show an operator',
  args: { name: { type: 'string', help: 'Name or public key of the operator, the current one if not given' } },
  flags: { name: { type: 'string', short: 'n', help: 'Name or public key of the operator' }, ...outputFlag },
  inherits: describeFlags,
  examples: ['nsc describe operator', 'nsc describe operator ACME --field nats.signing_keys'],
  tags: { scope: 'local', impact: 'ro' },
  output: claimsOutput,
  async run({ args, flags }, runtime) {
    const nsc = await openNsc(runtime);
    const store = await nsc.store(await operatorName(nsc, flags.name || args.name));
    nsc.config.operator = store.info.name;
    const token = (await store.operatorToken()).trim();
    const operator = await decodeAs(token, 'operator');
    await describeToken(runtime, flags, token, 'operator', async () => {
      if (operator.nats.system_account === '') return [operatorTable(operator, undefined)];
      const { accountNames } = await import('../account-names.ts');
      return [operatorTable(operator, (await accountNames(nsc)).get(operator.nats.system_account))];
    });
  },
});

async function operatorName(nsc: Nsc, given: string | undefined): Promise<string | undefined> {
  if (!given) return undefined;
  if (!isPublicKey(given, 'operator')) return given;
  for (const name of await nsc.operators()) {
    const operator = await nsc
      .store(name)
      .then((store) => store.operator())
      .catch(() => undefined);
    if (operator?.sub === given) return name;
  }
  throw fail('not-found', `no operator found with public key ${given}`, { hint: 'nsc list operators' });
}
