import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

/** `nats server request gateways` */
export const command = defineCommand({
  name: 'gateways',
  aliases: ['gateway', 'gwy', 'gatewayz'],
  help: 'Gateways between clusters',
  args: { ...waitArg, 'filter-name': { type: 'string', placeholder: 'NAME', help: 'Only gateways to this cluster' } },
  flags: {
    'filter-account': { type: 'string', placeholder: 'ACCOUNT', help: 'Only this account in the details' },
    accounts: { type: 'bool', help: 'Include the accounts' },
    subscriptions: { type: 'bool', default: 'true', negatable: true, help: 'Include the subscriptions of the account' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(runtime, 'GATEWAYZ', flags, input.args.wait, {
      ...(input.args['filter-name'] ? { name: input.args['filter-name'] } : {}),
      accounts: flags.accounts || Boolean(flags['filter-account']),
      ...(flags['filter-account']
        ? {
            account_name: flags['filter-account'],
            subscriptions: flags.subscriptions,
            subscriptions_detail: flags.subscriptions,
          }
        : {}),
    });
    await showAnswers(runtime, asked);
  },
});
