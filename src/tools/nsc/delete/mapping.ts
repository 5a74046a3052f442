import { fail } from '#base/errors.ts';
import type { Account } from '#crypto/account.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import type { Report } from '../report.ts';

/** `nsc delete mapping` */
export const command = defineCommand({
  name: 'mapping',
  help: 'Delete the mappings of a subject, or one of them',
  flags: {
    from: { type: 'string', short: 'f', help: 'Subject that is mapped' },
    to: { type: 'string', short: 't', help: 'Delete the mapping to this subject alone' },
    cluster: { type: 'string', help: 'Cluster that mapping is for' },
    ...accountFlag,
  },
  examples: ['nsc delete mapping --from orders', 'nsc delete mapping --from orders --to orders.v2'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const { chosenAccount } = await import('../ask/choose.ts');
      const { from } = flags;
      if (!from) throw fail('usage', 'from subject is required', { hint: 'give --from SUBJECT' });
      const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
      return editAccount(
        nsc,
        name,
        ({ account, report }) => {
          deleteMappings(account.nats.mappings, from, flags.to, flags.cluster, report);
          return undefined;
        },
        { sum: true },
      );
    });
  },
});

function deleteMappings(
  mappings: Account['mappings'],
  from: string,
  to: string | undefined,
  cluster: string | undefined,
  report: Report,
): void {
  const held = mappings.get(from) ?? [];
  const gone = held.filter((one) => {
    if (to) return one.subject === to && one.cluster === (cluster ?? '');
    return cluster ? one.cluster === cluster : true;
  });
  const rest = held.filter((one) => !gone.includes(one));
  if (rest.length > 0) mappings.set(from, rest);
  else mappings.delete(from);
  const where = cluster ? ` in cluster ${cluster}` : '';
  if (gone.length === 0) report.warn(`there is no mapping of ${from}${to ? ` to ${to}` : ''}${where}`);
  if (to) report.ok(`deleted mapping ${from} -> ${to}${where}`);
  else report.ok(`deleted all mapping${where} for ${from}`);
}
