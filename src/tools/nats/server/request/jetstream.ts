import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

/** `nats server request jetstream` */
export const command = defineCommand({
  name: 'jetstream',
  aliases: ['jsz', 'js'],
  help: 'JetStream of the servers: usage, accounts, streams, consumers',
  args: waitArg,
  flags: {
    account: { type: 'string', help: 'Only this account' },
    accounts: { type: 'bool', help: 'Include the accounts' },
    streams: { type: 'bool', help: 'Include the streams' },
    consumer: { type: 'bool', help: 'Include the consumers' },
    config: { type: 'bool', help: 'Include the configurations' },
    raft: { type: 'bool', help: 'Include the RAFT groups' },
    leader: { type: 'bool', help: 'Ask the leader of the meta group alone' },
    'stream-leader': { type: 'bool', help: 'Only streams the server leads' },
    all: { type: 'bool', help: 'Accounts, streams, consumers, configurations and groups' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(runtime, 'JSZ', flags, flags.leader ? 1n : input.args.wait, {
      ...(flags.account ? { account: flags.account } : {}),
      accounts: flags.accounts || flags.all,
      streams: flags.streams || flags.all,
      consumer: flags.consumer || flags.all,
      config: flags.config || flags.all,
      raft: flags.raft || flags.all,
      leader_only: flags.leader,
      stream_leader_only: flags['stream-leader'],
      offset: flags.offset,
      limit: flags.limit,
    });
    await showAnswers(runtime, asked);
  },
});
