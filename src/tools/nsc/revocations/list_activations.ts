import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { accountFlag } from '../account-flag.ts';
import { wantsData } from '../finish.ts';
import { openNsc } from '../nsc.ts';
import { coveringExport } from '../sharing.ts';
import { activationFlags, revocationsOutput, showRevocations } from './shared.ts';

/** `nsc revocations list_activations` */
export const command = defineCommand({
  name: 'list_activations',
  aliases: ['list-activations'],
  help: 'List the accounts that may no longer import an export',
  flags: { ...activationFlags, ...accountFlag },
  tags: { scope: 'local', impact: 'ro' },
  output: revocationsOutput,
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    const { chosenAccount } = await import('../ask/choose.ts');
    const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
    const kind = flags.service ? 'service' : 'stream';
    const held = coveringExport(await (await nsc.store()).account(name), name, kind, flags.subject);
    if (held.revocations.size === 0 && !wantsData(runtime)) {
      throw fail('not-found', `${kind} ${held.name} has no revocations`);
    }
    const title = `Revoked Accounts for ${kind} ${held.name || held.subject}`;
    await showRevocations(runtime, title, held.revocations, '* [All Accounts]');
  },
});
