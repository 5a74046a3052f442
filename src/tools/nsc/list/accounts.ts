import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { type Nsc, openNsc } from '../nsc.ts';
import { listed, listedOutput, showListed } from './entries.ts';
import { listFlags } from './group.ts';

export const operatorFlag = {
  operator: { type: 'string', short: 'o', help: 'Make this operator the current one first' },
} as const;

/** Makes an operator current when a list names one; fails when there is none then. */
export async function chooseOperator(nsc: Nsc, operator: string | undefined, how = 'env'): Promise<void> {
  if (operator) {
    await nsc.useOperator(operator);
    await nsc.commit();
  }
  if (nsc.config.operator !== '') return;
  throw fail('not-found', `no operator set - \`${how} --operator <name>\``, { hint: 'nsc list operators' });
}

/** `nsc list accounts` */
export const command = defineCommand({
  name: 'accounts',
  aliases: ['account'],
  help: 'List the accounts of the current operator, or of another one, which becomes the current one',
  flags: operatorFlag,
  inherits: listFlags,
  tags: { scope: 'local', impact: 'ro' },
  output: listedOutput,
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    await chooseOperator(nsc, flags.operator);
    const store = await nsc.store();
    const entries = await listed(await store.accounts(), (name) => store.accountToken(name));
    await showListed(runtime, 'Accounts', entries, { current: nsc.config.account, json: flags.json });
  },
});
