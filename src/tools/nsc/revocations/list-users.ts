import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { wantsData } from '../finish.ts';
import { openNsc } from '../nsc.ts';
import { revocationsOutput, showRevocations } from './shared.ts';

/** `nsc revocations list-users` */
export const command = defineCommand({
  name: 'list-users',
  aliases: ['list_users'],
  help: 'List the revoked users of an account',
  flags: accountFlag,
  tags: { scope: 'local', impact: 'ro' },
  output: revocationsOutput,
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    const { chosenAccount } = await import('../ask/choose.ts');
    const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
    const account = await (await nsc.store()).account(name);
    if (account.nats.revocations.size === 0 && !wantsData(runtime)) {
      throw fail('not-found', `account ${account.name} does not have revoked users`);
    }
    await showRevocations(runtime, `Revoked Users for ${account.name}`, account.nats.revocations, '* [All Users]');
  },
});
