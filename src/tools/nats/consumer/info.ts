import { defineCommand } from '#runtime/command.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { consumerInfoOutput, showConsumer } from './show.ts';

/** `nats consumer info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['nfo'],
  help: 'Show the configuration and the state of a consumer',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
  },
  flags: {
    json: { type: 'bool', short: 'j', help: "Print the server's answer as JSON" },
    'no-select': { type: 'bool', help: 'Fail rather than offer a list when the consumer is not there' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: consumerInfoOutput,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const options = { all: flags.all, noSelect: flags['no-select'] };
    const { info } = await pickConsumer(runtime, js, args.stream, args.consumer, options);
    await showConsumer(runtime, info, { json: flags.json });
  },
});
