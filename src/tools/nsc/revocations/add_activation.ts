import { quote } from '#base/quote.ts';
import { isRevoked, revoke } from '#crypto/revocations.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import { accountKey } from '../public-key.ts';
import { coveringExport } from '../sharing.ts';
import { activationFlags, atFlag, readAt, shownTime, targetFlag } from './shared.ts';

/** `nsc revocations add_activation` */
export const command = defineCommand({
  name: 'add_activation',
  aliases: ['add-activation'],
  help: 'Revoke an account: it may no longer import an export with the tokens it has',
  flags: { ...activationFlags, ...targetFlag, ...atFlag, ...accountFlag },
  examples: ['nsc revocations add-activation --subject "quotes.>" --target-account ACME'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      let at = readAt(nsc, flags.at);
      const { chosenAccount } = await import('../ask/choose.ts');
      const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
      if (nsc.interactive) {
        const { askActivationExport, askAt } = await import('../ask/revocation.ts');
        flags = { ...flags, ...(await askActivationExport(nsc, name, flags)) };
        at = readAt(nsc, await askAt(nsc, flags.at));
      }
      const key = await accountKey(nsc, flags['target-account'], { flag: '--target-account', wildcard: true });
      return editAccount(
        nsc,
        name,
        ({ account, report }) => {
          const held = coveringExport(account, name, flags.service ? 'service' : 'stream', flags.subject);
          if (isRevoked(held.revocations, key, at + 1)) report.warn(`${key} is revoked already, up to a later time`);
          revoke(held.revocations, key, at);
          if (key !== '*') return `revoked activation ${quote(held.name)} for account ${key}`;
          return `revoked all activations for ${quote(held.name)} issued before ${shownTime(at)}`;
        },
        { sum: true },
      );
    });
  },
});
