import { decodeAs } from '#crypto/jwt.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { openNsc } from '../nsc.ts';
import { claimsOutput, describeToken, outputFlag } from './describe.ts';
import { describeFlags } from './group.ts';

/** `nsc describe account` */
export const command = defineCommand({
  name: 'account',
  help: 'Show an account with its limits, exports, imports, mappings and scoped keys',
  args: { name: { type: 'string', help: 'Name or public key of the account, the current one if not given' } },
  flags: { name: { type: 'string', short: 'n', help: 'Name or public key of the account' }, ...outputFlag },
  inherits: describeFlags,
  examples: ['nsc describe account ORDERS', 'nsc describe account ORDERS --field nats.limits.conn'],
  tags: { scope: 'local', impact: 'ro' },
  output: claimsOutput,
  async run({ args, flags }, runtime) {
    const nsc = await openNsc(runtime);
    const { chosenAccount } = await import('../ask/choose.ts');
    const name = await accountName(nsc, await chosenAccount(nsc, flags.name || args.name));
    const token = (await (await nsc.store()).accountToken(name)).trim();
    const account = await decodeAs(token, 'account');
    await describeToken(runtime, flags, token, 'account', async () => {
      const { accountTables } = await import('./account-table.ts');
      const { importNames } = await import('../account-names.ts');
      return accountTables(account, await importNames(nsc, account.nats.imports, flags['long-ids']));
    });
  },
});
