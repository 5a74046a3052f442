import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { AccountClaims } from '#crypto/account.ts';
import type { Import } from '#crypto/imports.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import type { Nsc } from '../nsc.ts';

/** `nsc delete import` */
export const command = defineCommand({
  name: 'import',
  help: 'Delete an import of an account',
  flags: {
    subject: { type: 'string', short: 's', help: 'Remote subject of the import; not needed when there is one' },
    'src-account': { type: 'string', help: 'Public key of the exporting account, when several export the subject' },
    ...accountFlag,
  },
  examples: ['nsc delete import --subject "orders.>"'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags }, runtime) {
    await change(runtime, async (nsc) => {
      const { chosenAccount } = await import('../ask/choose.ts');
      const name = await accountName(nsc, await chosenAccount(nsc, flags.account));
      const picked = nsc.interactive ? await pick(nsc, name) : undefined;
      const subject = picked?.subject ?? flags.subject;
      const from = picked?.account ?? flags['src-account'];
      return editAccount(
        nsc,
        name,
        ({ account, report }) => {
          const held = importOf(account, name, subject, from);
          account.nats.imports = account.nats.imports.filter((i) => i !== held);
          report.ok(`deleted ${held.type} import ${quote(held.subject)}`);
          return undefined;
        },
        { sum: true },
      );
    });
  },
});

async function pick(nsc: Nsc, name: string): Promise<Import | undefined> {
  const { imports } = (await (await nsc.store()).account(name)).nats;
  if (imports.length < 2) return imports[0];
  const choices = imports.map((i) => ({ label: `[${i.type}] ${i.subject}`, note: i.account, value: i }));
  return (await nsc.runtime.prompts()).select({ message: 'select import to delete', choices, flag: '--subject' });
}

function importOf(account: AccountClaims, name: string, subject: string | undefined, from: string | undefined): Import {
  const { imports } = account.nats;
  if (imports.length === 0) throw fail('not-found', `account ${quote(name)} doesn't have imports`);
  const wanted = subject || (imports.length === 1 ? imports[0]?.subject : undefined);
  if (!wanted) throw fail('usage', 'subject is required', { hint: 'give --subject SUBJECT' });
  const found = imports.filter((i) => i.subject === wanted);
  if (found.length === 1) return found[0] as Import;
  if (found.length > 1 && !from) {
    const accounts = found.map((i) => i.account).join(', ');
    throw fail('usage', `more than one import ${quote(wanted)} found - specify --src-account with one of ${accounts}`);
  }
  const held = found.find((i) => i.account === from);
  if (!held) {
    const where = from ? ` from account ${from}` : '';
    throw fail('not-found', `no import matching ${quote(wanted)} found${where}`);
  }
  return held;
}
