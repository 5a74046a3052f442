import { defineCommand } from '#runtime/command.ts';
import { pickOperator } from '../pick.ts';
import { change } from '../session.ts';
import { putOperator } from '../sign.ts';
import { editTags, tagFlags, untagFlags } from '../tags.ts';
import { checkedUrl } from '../urls.ts';
import { operatorOutcome, operatorOutput } from './show.ts';

/** `nats auth operator edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['update'],
  help: 'Change an operator\n\nOnly what is given changes; an empty URL removes the one that was.',
  args: { name: { type: 'string', help: 'Name of the operator' } },
  flags: {
    'account-server': { type: 'string', placeholder: 'URL', help: 'URL accounts are pushed to' },
    service: {
      type: 'string',
      cumulative: true,
      placeholder: 'URL',
      help: 'URL of its servers, for clients; all of them are replaced',
    },
    ...tagFlags,
    ...untagFlags,
  },
  tags: { scope: 'system', impact: 'rw' },
  output: operatorOutput,
  async run({ args, flags, isSet }, runtime) {
    const service = flags.service.filter((url) => url !== '').map(checkedUrl);
    const server = checkedUrl(flags['account-server'] ?? '');
    await change(runtime, async (auth, runtime) => {
      const operator = await pickOperator(auth, args.name);
      const { nats } = operator.claims;
      if (isSet('account-server')) nats.account_server_url = server;
      if (isSet('service')) nats.operator_service_urls = service;
      editTags(nats.tags, flags.tags, flags['no-tags']);
      return operatorOutcome(runtime, { ...operator, claims: await putOperator(auth, operator) });
    });
  },
});
