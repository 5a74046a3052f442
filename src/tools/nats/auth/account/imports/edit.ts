import { fail } from '#base/errors.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorFlag } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { accountNamesByKey, findImport, importData, importOutput, importText } from './show.ts';

/** `nats auth account imports edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['update'],
  help: 'Change an import\n\nOnly what is given changes.',
  args: {
    subject: { type: 'string', required: true, help: 'Local subject of the import' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: {
    local: { type: 'string', help: 'Subject it gets here' },
    share: { type: 'bool', help: 'Let the exporter of a service see who asks' },
    traceable: { type: 'bool', help: 'Let messages of a stream be traced across the import' },
    ...operatorFlag,
  },
  tags: { scope: 'system', impact: 'rw' },
  output: importOutput,
  async run({ args, flags, isSet }, runtime) {
    await changeAccount(
      runtime,
      { operator: flags.operator, account: args.account },
      async ({ claims, name, operator }) => {
        const one = findImport(claims, args.subject);
        if (!one) {
          throw fail('not-found', `import for local subject ${JSON.stringify(args.subject)} not found`, {
            hint: `nats auth account imports ls ${name}`,
          });
        }
        if (isSet('traceable')) {
          if (one.type === 'service') throw fail('usage', 'service imports cannot allow tracing');
          one.allow_trace = flags.traceable;
        }
        if (isSet('share')) one.share = flags.share;
        if (flags.local) one.local_subject = flags.local;
        const names = await accountNamesByKey(operator.store);
        return () => ({ data: importData(one), text: () => importText(runtime, one, names) });
      },
    );
  },
});
