import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { openNsc } from '../nsc.ts';
import { chooseOperator, operatorFlag } from './accounts.ts';
import { listed, listedOutput, showListed } from './entries.ts';
import { listFlags } from './group.ts';

/** `nsc list users` */
export const command = defineCommand({
  name: 'users',
  aliases: ['user'],
  help: 'List the users of the current account, or of another one, which becomes the current one',
  flags: { ...operatorFlag, account: { type: 'string', short: 'a', help: 'Make this account the current one first' } },
  inherits: listFlags,
  tags: { scope: 'local', impact: 'ro' },
  output: listedOutput,
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    await chooseOperator(nsc, flags.operator, 'nsc env');
    if (flags.account) {
      await nsc.useAccount(flags.account);
      await nsc.commit();
    }
    const { account } = nsc.config;
    if (account === '') {
      throw fail('not-found', 'no account set - `nsc env --account <name>`', { hint: 'nsc list accounts' });
    }
    const store = await nsc.store();
    const entries = await listed(await store.users(account), (name) => store.userToken(account, name));
    await showListed(runtime, 'Users', entries, { current: account, json: flags.json });
  },
});
