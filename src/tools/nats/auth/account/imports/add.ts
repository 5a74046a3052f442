import { newImport } from '#crypto/imports.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorFlag, pickAccountKey } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { accountNamesByKey, importData, importOutput, importText } from './show.ts';

/** `nats auth account imports add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['new', 'a', 'n'],
  help: 'Take the messages of another account, or use a service of it',
  args: {
    name: { type: 'string', required: true, help: 'Name of the import' },
    subject: { type: 'string', required: true, help: 'Subject of the other account' },
    account: { type: 'string', help: 'Name of the account that imports' },
  },
  flags: {
    source: { type: 'string', help: 'Name or public key of the account that exports' },
    local: { type: 'string', help: 'Subject it gets here; without it the same' },
    share: { type: 'bool', help: 'Let the exporter of a service see who asks' },
    traceable: { type: 'bool', help: 'Let messages of a stream be traced across the import' },
    service: { type: 'bool', help: 'A service, not a stream of messages' },
    ...operatorFlag,
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth account imports add ORDERS "orders.>" REPORTS --source APP --local "app.orders.>"'],
  output: importOutput,
  async run({ args, flags }, runtime) {
    await changeAccount(
      runtime,
      { operator: flags.operator, account: args.account },
      async ({ claims, operator }, auth) => {
        const message = 'Select the Source account';
        const added = newImport({
          name: args.name,
          subject: args.subject,
          account: await pickAccountKey(auth, operator, flags.source, { message, flag: '--source' }),
          local_subject: flags.local || args.subject,
          type: flags.service ? 'service' : 'stream',
          share: flags.share,
          allow_trace: flags.traceable && !flags.service,
        });
        claims.nats.imports.push(added);
        const names = await accountNamesByKey(operator.store);
        return () => ({ data: importData(added), text: () => importText(runtime, added, names) });
      },
    );
  },
});
