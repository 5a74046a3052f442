import { defineCommand } from '#runtime/command.ts';
import { operatorFlag, pickOperatorAccount } from '../../pick.ts';
import { openAuth } from '../../session.ts';
import { pickSource } from './pick.ts';
import { mappingsData, mappingsOutput, mappingsText } from './show.ts';

/** `nats auth account mappings info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i', 'show', 'view'],
  help: 'Show the mappings of a subject',
  args: {
    account: { type: 'string', help: 'Name of the account' },
    source: { type: 'string', help: 'Subject that is published to' },
  },
  flags: { ...operatorFlag, json: { type: 'bool', short: 'j', help: 'Print the mappings as JSON' } },
  tags: { scope: 'system', impact: 'ro' },
  output: mappingsOutput,
  async run({ args, flags }, runtime) {
    const { claims } = await pickOperatorAccount(await openAuth(runtime), flags.operator, args.account);
    const { mappings } = claims.nats;
    if (mappings.size === 0) return runtime.show({ data: {}, text: () => 'No mappings defined' });
    const source = await pickSource(runtime, mappings, args.source, 'Select a mapping to inspect');
    const one = new Map([[source, mappings.get(source) ?? []]]);
    await runtime.show({ data: mappingsData(one), text: () => mappingsText(runtime, one) }, { json: flags.json });
  },
});
