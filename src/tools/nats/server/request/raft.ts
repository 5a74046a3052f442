import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers } from './ask.ts';
import { group } from './group.ts';

/** `nats server request raft` */
export const command = defineCommand({
  name: 'raft',
  aliases: ['raftz'],
  help: 'State of the RAFT groups',
  flags: {
    account: { type: 'string', help: 'Only groups of this account' },
    group: { type: 'string', help: 'Only this group' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(runtime, 'RAFTZ', flags, undefined, {
      ...(flags.account ? { account: flags.account } : {}),
      ...(flags.group ? { group: flags.group } : {}),
    });
    await showAnswers(runtime, asked);
  },
});
