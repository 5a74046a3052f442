import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { newExport } from '#crypto/exports.ts';
import { int64 } from '#crypto/shape.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { change, changed } from '../finish.ts';
import { refuseBadExports } from '../sharing.ts';
import { checkResponseType, exportFlags, readSampling } from './export-flags.ts';

/** `nsc add export` */
export const command = defineCommand({
  name: 'export',
  help: 'Let other accounts import a stream or service of an account',
  flags: {
    ...exportFlags,
    'account-token-position': {
      type: 'uint',
      help: 'Place, from 1, of the * that stands for the importing account (public exports)',
    },
    advertise: { type: 'bool', hidden: true, help: 'Let others find the export' },
    ...accountFlag,
  },
  examples: [
    'nsc add export --subject "orders.>"',
    'nsc add export --service --subject quotes.get --name quotes --private',
    'nsc add export --service --subject "in.*" --account-token-position 2',
  ],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      let { account } = flags;
      if (nsc.interactive) {
        const { askExport } = await import('../ask/export.ts');
        const asked = await askExport(nsc, flags);
        flags = { ...flags, ...asked };
        account = asked.account;
      }
      if (!flags.subject) throw fail('usage', 'a subject is required', { hint: 'give --subject SUBJECT' });
      const position = flags['account-token-position'] ?? 0n;
      if (flags.private && position !== 0n) {
        throw fail('usage', 'account token position is only valid for public exports');
      }
      if (flags.service) checkResponseType(flags['response-type']);
      else if (isSet('response-type')) {
        throw fail('usage', 'response type can only be specified in conjunction with service');
      }
      const added = newExport({
        name: flags.name || flags.subject,
        subject: flags.subject,
        type: flags.service ? 'service' : 'stream',
        token_req: flags.private,
        account_token_position: int64(position),
        advertise: flags.advertise,
        allow_trace: flags['allow-trace'],
        response_type: flags.service ? flags['response-type'] : '',
        response_threshold: flags.service ? (flags['response-threshold'] ?? 0n) : 0n,
        ...(flags.latency
          ? { service_latency: { results: flags.latency, sampling: readSampling(flags.sampling) } }
          : {}),
      });
      return editAccount(nsc, await accountName(nsc, account), ({ account: claims, report }) => {
        refuseBadExports(claims.nats.exports);
        if (!flags.service && flags['response-threshold']) {
          report.warn('a response threshold is only applicable to services, so it was left out');
        }
        claims.nats.exports.push(added);
        refuseBadExports(claims.nats.exports);
        return `added ${flags.private ? 'private' : 'public'} ${added.type} export ${quote(added.name)}`;
      });
    });
  },
});
