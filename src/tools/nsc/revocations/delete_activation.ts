import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import { accountKey } from '../public-key.ts';
import { coveringExport } from '../sharing.ts';
import { activationFlags, targetFlag } from './shared.ts';

/** `nsc revocations delete_activation` */
export const command = defineCommand({
  name: 'delete_activation',
  aliases: ['delete-activation'],
  help: 'Take the revocation of an importing account back',
  flags: { ...activationFlags, ...targetFlag, ...accountFlag },
  examples: ['nsc revocations delete-activation --subject "quotes.>" --target-account ACME'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const { chosenAccount } = await import('../ask/choose.ts');
      const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
      if (nsc.interactive) {
        const { askActivationRevocation } = await import('../ask/revocation.ts');
        flags = { ...flags, ...(await askActivationRevocation(nsc, name, flags)) };
      }
      const key = await accountKey(nsc, flags['target-account'], { flag: '--target-account', wildcard: true });
      return editAccount(
        nsc,
        name,
        ({ account, report }) => {
          const held = coveringExport(account, name, flags.service ? 'service' : 'stream', flags.subject);
          if (!held.revocations.delete(key)) report.warn(`${key} was not revoked for ${held.name}`);
          const who = key === '*' ? 'all accounts' : `account ${key}`;
          return `deleted ${held.type} ${held.name} revocation for ${who}`;
        },
        { sum: true },
      );
    });
  },
});
