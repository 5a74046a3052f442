import { fail } from '#base/errors.ts';
import { type AccountClaims, newAccount, weightOf } from '#crypto/account.ts';
import { validate } from '#crypto/validate.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';

/** `nsc add mapping` */
export const command = defineCommand({
  name: 'mapping',
  help: 'Map a subject of an account to another one, or change the weight of such a mapping',
  flags: {
    from: { type: 'string', short: 'f', help: 'Subject messages are published to' },
    to: { type: 'string', short: 't', help: 'Subject they go to instead' },
    weight: { type: 'uint8', help: 'Percent of the messages, 1 to 100; 100 if not given' },
    cluster: { type: 'string', help: 'Cluster the mapping is for; all if not given' },
    ...accountFlag,
  },
  examples: [
    'nsc add mapping --from orders --to orders.v1 --weight 90',
    'nsc add mapping --from orders --to orders.v2 --weight 10',
  ],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const { from, to } = flags;
      if (!from) throw fail('usage', 'from subject is required', { hint: 'give --from SUBJECT' });
      if (!to) throw fail('usage', 'to subject is required', { hint: 'give --to SUBJECT' });
      const target = { subject: to, weight: flags.weight ?? 0, cluster: flags.cluster ?? '' };
      return editAccount(nsc, await accountName(nsc, flags.account), async ({ account }) => {
        const { mappings } = account.nats;
        const list = mappings.get(from) ?? [];
        const at = list.findIndex((held) => held.subject === to && held.cluster === target.cluster);
        if (at < 0) list.push(target);
        else list[at] = target;
        mappings.set(from, list);
        await refuseBadMappings(account, nsc.now());
        return `added mapping ${from} -> ${to}, weight ${weightOf(target)}%`;
      });
    });
  },
});

/** Only what is wrong with the mappings counts: an account with other faults may still be mended. */
async function refuseBadMappings(account: AccountClaims, now: number): Promise<void> {
  const bare = newAccount(account.sub);
  bare.nats.mappings = account.nats.mappings;
  const texts = (await validate(bare, now)).filter(({ blocking }) => blocking).map(({ text }) => text);
  if (texts.length > 0) throw fail('usage', `mapping validation failed: [${texts.join(' ')}]`);
}
