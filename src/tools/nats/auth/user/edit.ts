import { defineCommand } from '#runtime/command.ts';
import { operatorFlag, pickOperatorAccount } from '../pick.ts';
import { change, writeFile } from '../session.ts';
import { editTags, tagFlags, untagFlags } from '../tags.ts';
import { credsOf, pickUser, putUser, userOutcome } from './change.ts';
import { applyLimits, givenLimits, limitFlags } from './limits.ts';
import { scopeOf, userOutput } from './show.ts';

/** `nats auth user edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['update'],
  help: 'Change a user\n\nOnly what is given changes. Subjects that are given replace those that were.',
  args: {
    name: { type: 'string', help: 'Name of the user' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: {
    ...operatorFlag,
    ...limitFlags,
    ...tagFlags,
    ...untagFlags,
    credential: { type: 'string', help: 'Write the credentials to this file' },
  },
  tags: { scope: 'system', impact: 'rw' },
  output: userOutput,
  async run({ args, flags, isSet }, runtime) {
    await change(runtime, async (auth, runtime) => {
      const account = await pickOperatorAccount(auth, flags.operator, args.account);
      const user = await pickUser(auth, account, args.name);
      const { claims } = user;
      const scope = scopeOf(account.claims, claims);
      const given = givenLimits(isSet);
      if (!scope) applyLimits(claims, flags, isSet, false);
      else if (given.length > 0) {
        runtime.err.line(`Role ${scope.role} decides what the user may do: --${given.join(', --')} ignored`);
      }
      editTags(claims.nats.tags, flags.tags, flags['no-tags']);
      const token = await putUser(auth, account, user);
      if (flags.credential) await writeFile(auth, flags.credential, await credsOf(auth, claims, token));
      return userOutcome(runtime, account, user.name, token);
    });
  },
});
