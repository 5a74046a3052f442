import { quote } from '#base/quote.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import { exportOf } from '../sharing.ts';

/** `nsc delete export` */
export const command = defineCommand({
  name: 'export',
  help: 'Delete an export of an account',
  flags: {
    subject: { type: 'string', short: 's', help: 'Subject of the export; not needed when there is one' },
    ...accountFlag,
  },
  examples: ['nsc delete export --subject "orders.>"'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const { chosenAccount, choose } = await import('../ask/choose.ts');
      const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
      let { subject } = flags;
      if (nsc.interactive) {
        const { exports } = (await (await nsc.store()).account(name)).nats;
        if (exports.length > 0) {
          const subjects = exports.map((e) => e.subject);
          subject = await choose(nsc, 'select export to delete', subjects, subject, '--subject');
        }
      }
      return editAccount(
        nsc,
        name,
        ({ account, report }) => {
          const held = exportOf(account, name, subject, 'matching');
          account.nats.exports = account.nats.exports.filter((e) => e !== held);
          report.ok(`deleted ${held.type} export ${quote(held.subject)}`);
          return undefined;
        },
        { sum: true },
      );
    });
  },
});
