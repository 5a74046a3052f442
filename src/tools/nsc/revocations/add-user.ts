import { quote } from '#base/quote.ts';
import { isRevoked, revoke } from '#crypto/revocations.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import { atFlag, readAt, revokedUser, shownTime, userFlags } from './shared.ts';

/** `nsc revocations add-user` */
export const command = defineCommand({
  name: 'add-user',
  aliases: ['add_user'],
  help:
    'Revoke a user: servers refuse its tokens that were issued before\n\n' +
    'The user gets in again with a token issued later ("nsc edit user"). Servers learn of it with "nsc push".',
  flags: { ...userFlags, ...atFlag, ...accountFlag },
  examples: ['nsc revocations add-user --name clerk', 'nsc revocations add-user --user-public-key "*"'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      let at = readAt(nsc, flags.at);
      const { chosenAccount } = await import('../ask/choose.ts');
      const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
      if (nsc.interactive && !flags.name && !flags['user-public-key']) {
        const { askRevokedUser } = await import('../ask/revocation.ts');
        flags = { ...flags, ...(await askRevokedUser(nsc, name)) };
      }
      if (nsc.interactive) at = readAt(nsc, await (await import('../ask/revocation.ts')).askAt(nsc, flags.at));
      if (!flags.name && !flags['user-public-key']) {
        const { confirmOnlyUser } = await import('../ask/revocation.ts');
        flags = { ...flags, name: await confirmOnlyUser(nsc, name) };
      }
      const key = await revokedUser(nsc, name, flags);
      return editAccount(
        nsc,
        name,
        ({ account, report }) => {
          const { revocations } = account.nats;
          if (isRevoked(revocations, key, at + 1)) report.warn(`${key} is revoked already, up to a later time`);
          revoke(revocations, key, at);
          if (key !== '*') return `revoked user ${quote(key)}`;
          return `revoked all users issued before ${shownTime(at)}`;
        },
        { sum: true },
      );
    });
  },
});
