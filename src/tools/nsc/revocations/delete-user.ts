import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import { revokedUser, userFlags } from './shared.ts';

/** `nsc revocations delete-user` */
export const command = defineCommand({
  name: 'delete-user',
  aliases: ['delete_user'],
  help: 'Take the revocation of a user back',
  flags: { ...userFlags, ...accountFlag },
  examples: ['nsc revocations delete-user --name clerk'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const { chosenAccount } = await import('../ask/choose.ts');
      const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
      if (nsc.interactive && !flags.name && !flags['user-public-key']) {
        const { askUserRevocation } = await import('../ask/revocation.ts');
        flags = { ...flags, 'user-public-key': await askUserRevocation(nsc, name) };
      }
      const key = await revokedUser(nsc, name, flags);
      return editAccount(
        nsc,
        name,
        ({ account }) => {
          const { revocations } = account.nats;
          if (revocations.size === 0) throw fail('not-found', `no user revocations set in account ${name}`);
          if (!revocations.delete(key)) throw fail('not-found', `user with public key ${key} is not revoked`);
          return key === '*' ? 'deleted all user revocation' : `deleted user revocation for ${quote(key)}`;
        },
        { sum: true },
      );
    });
  },
});
