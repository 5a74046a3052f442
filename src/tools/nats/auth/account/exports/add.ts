import { newExport } from '#crypto/exports.ts';
import { int64 } from '#crypto/shape.ts';
import { defineCommand } from '#runtime/command.ts';
import { checkedUrl } from '../../urls.ts';
import { changeAccount } from '../change.ts';
import { exportFlags } from './flags.ts';
import { exportData, exportOutput, exportText } from './show.ts';

/** `nats auth account exports add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['new', 'a', 'n'],
  help: 'Offer the messages of a subject, or a service that answers on it, to other accounts',
  args: {
    name: { type: 'string', required: true, help: 'Name of the export' },
    subject: { type: 'string', required: true, help: 'Subject to export' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: {
    ...exportFlags,
    advertise: { type: 'bool', help: 'Let others know of the export' },
    service: { type: 'bool', help: 'A service, not a stream of messages' },
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: [
    'nats auth account exports add ORDERS "orders.>" APP',
    'nats auth account exports add TIME time APP --service',
  ],
  output: exportOutput,
  async run({ args, flags }, runtime) {
    const url = flags.url ? checkedUrl(flags.url) : '';
    await changeAccount(runtime, { operator: flags.operator, account: args.account }, ({ claims }) => {
      const added = newExport({
        name: args.name,
        subject: args.subject,
        type: flags.service ? 'service' : 'stream',
        description: flags.description ?? '',
        info_url: url,
        account_token_position: int64(flags['token-position'] ?? 0n),
        advertise: flags.advertise,
      });
      claims.nats.exports.push(added);
      return (after) => {
        const one =
          after.claims.nats.exports.find((e) => e.subject === added.subject && e.type === added.type) ?? added;
        return { data: exportData(one), text: () => exportText(runtime, one) };
      };
    });
  },
});
