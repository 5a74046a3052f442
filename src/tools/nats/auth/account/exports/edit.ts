import { fail } from '#base/errors.ts';
import { int64 } from '#crypto/shape.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkedUrl } from '../../urls.ts';
import { changeAccount } from '../change.ts';
import { exportFlags } from './flags.ts';
import { exportData, exportOutput, exportText, findExport } from './show.ts';

/** `nats auth account exports edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['update'],
  help: 'Change an export\n\nOnly what is given changes.',
  args: {
    subject: { type: 'string', required: true, help: 'Subject that is exported' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: {
    ...exportFlags,
    advertise: { type: 'bool', negatable: true, help: 'Let others know of the export' },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: exportOutput,
  async run({ args, flags, isSet }, runtime) {
    const url = flags.url ? checkedUrl(flags.url) : '';
    await changeAccount(runtime, { operator: flags.operator, account: args.account }, ({ claims, name }) => {
      const one = findExport(claims, args.subject);
      if (!one) {
        throw fail('not-found', `export for subject ${JSON.stringify(args.subject)} not found`, {
          hint: `nats auth account exports ls ${name}`,
        });
      }
      if (isSet('url')) one.info_url = url;
      if (isSet('description')) one.description = flags.description ?? '';
      if (isSet('token-position')) one.account_token_position = int64(flags['token-position'] ?? 0n);
      if (isSet('advertise')) one.advertise = flags.advertise;
      return () => ({ data: exportData(one), text: () => exportText(runtime, one) });
    });
  },
});
