import { defineCommand } from '#runtime/command.ts';
import { operatorFlag } from '../pick.ts';
import { editTags, tagFlags, untagFlags } from '../tags.ts';
import { changeAccount } from './change.ts';
import { applyLimits, limitFlags } from './limits.ts';
import { accountOutcome, accountOutput } from './show.ts';

/** `nats auth account edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['update'],
  help: 'Change an account\n\nOnly what is given changes.',
  args: { account: { type: 'string', help: 'Name of the account' } },
  flags: {
    ...operatorFlag,
    ...limitFlags,
    ...tagFlags,
    'no-tags': { ...untagFlags['no-tags'], ours: true },
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth account edit APP --connections 1000'],
  output: accountOutput,
  async run({ args, flags, isSet }, runtime) {
    await changeAccount(
      runtime,
      { operator: flags.operator, account: args.account },
      async ({ claims }, { runtime }) => {
        editTags(claims.nats.tags, flags.tags, flags['no-tags']);
        await applyLimits(runtime, claims, flags, isSet, false);
        return (account) => accountOutcome(runtime, account);
      },
    );
  },
});
