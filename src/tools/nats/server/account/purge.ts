import { fail } from '#base/errors.ts';
import { bool, record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { metaApi } from '../meta-api.ts';
import { group } from './group.ts';

/** `nats server account purge` */
export const command = defineCommand({
  name: 'purge',
  help: 'Delete all JetStream data of an account',
  args: { account: { type: 'string', placeholder: 'NAME', required: true, help: 'Name of the account' } },
  flags: { force: { type: 'bool', short: 'f', help: 'Do not ask' } },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'rw' },
  output: record({ account: str, initiated: bool }),
  async run(input, runtime) {
    const { account } = input.args;
    const js = await metaApi(runtime, 'account purge');
    if (runtime.contract.plan) {
      const text = () => `Would delete all JetStream data of account ${account}\n`;
      await runtime.show({ data: { account, initiated: false }, text });
      return;
    }
    if (!input.flags.force) {
      runtime.out.line(`All JetStream data of account ${account} will be deleted for good.\n`);
      await runtime.out.flush();
      const prompts = await runtime.prompts();
      if (!(await prompts.confirm({ message: `Really purge account ${account}`, flag: '--force' }))) return;
    }
    const answer = await js.request<{ initiated?: boolean }>(`ACCOUNT.PURGE.${account}`);
    if (!answer.initiated) throw fail('error', 'unknown error while purging the account');
    const text = () => `Purge operation on account ${account} initiated\n`;
    await runtime.show({ data: { account, initiated: true }, text }, { json: input.flags.json });
  },
});
