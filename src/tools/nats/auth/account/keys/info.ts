import { defineCommand } from '#runtime/command.ts';
import { operatorFlag, pickOperatorAccount, pickScope } from '../../pick.ts';
import { openAuth } from '../../session.ts';
import { scopeModel, scopeOutput, scopeText } from './show.ts';

/** `nats auth account keys info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['i', 'show', 'view'],
  help: 'Show a signing key and what its users may do',
  args: {
    account: { type: 'string', help: 'Name of the account' },
    key: { type: 'string', help: 'Role or public key' },
  },
  flags: { ...operatorFlag, json: { type: 'bool', short: 'j', help: 'Print the key as JSON' } },
  tags: { scope: 'system', impact: 'ro' },
  output: scopeOutput,
  async run({ args, flags }, runtime) {
    const auth = await openAuth(runtime);
    const account = await pickOperatorAccount(auth, flags.operator, args.account);
    const data = scopeModel(await pickScope(auth, account, args.key));
    await runtime.show({ data, text: () => scopeText(runtime, data) }, { json: flags.json });
  },
});
