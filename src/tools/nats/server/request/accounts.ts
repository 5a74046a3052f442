import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

/** `nats server request accounts` */
export const command = defineCommand({
  name: 'accounts',
  aliases: ['accountz', 'acct'],
  help: 'Accounts of the servers, or one account in detail',
  args: waitArg,
  flags: {
    account: { type: 'string', help: 'Account to show in detail' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(
      runtime,
      'ACCOUNTZ',
      flags,
      input.args.wait,
      flags.account ? { account: flags.account } : {},
    );
    await showAnswers(runtime, asked);
  },
});
