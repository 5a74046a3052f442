import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { answersOutput, askServers, showAnswers, waitArg } from './ask.ts';
import { group } from './group.ts';

/** `nats server request jetstream-health` */
export const command = defineCommand({
  name: 'jetstream-health',
  aliases: ['healthz'],
  help: 'Health of the servers, their streams and consumers',
  args: waitArg,
  flags: {
    'js-enabled': { type: 'bool', short: 'J', negatable: true, help: 'JetStream must be on' },
    'server-only': { type: 'bool', short: 'S', negatable: true, help: 'Leave streams and consumers out' },
    account: { type: 'string', help: 'Check only this account' },
    stream: { type: 'string', help: 'Check only this stream' },
    consumer: { type: 'string', help: 'Check only this consumer' },
    details: { type: 'bool', default: 'true', negatable: true, help: 'Name all that fails' },
    ...archiveFlag,
  },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: answersOutput,
  async run(input, runtime) {
    const { flags } = input;
    const asked = await askServers(runtime, 'HEALTHZ', flags, input.args.wait, {
      ...(flags['js-enabled'] ? { 'js-enabled-only': true } : {}),
      ...(flags['server-only'] ? { 'js-server-only': true } : {}),
      ...(flags.account ? { account: flags.account } : {}),
      ...(flags.stream ? { stream: flags.stream } : {}),
      ...(flags.consumer ? { consumer: flags.consumer } : {}),
      ...(flags.details ? { details: true } : {}),
    });
    await showAnswers(runtime, asked);
  },
});
