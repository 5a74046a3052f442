import { list, obj, str } from '#cli/schema.ts';
import { listConsumers } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { pickConsumerStream } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { consumerMatcher, matchFlags } from './match.ts';

/** `nats consumer find` */
export const command = defineCommand({
  name: 'find',
  aliases: ['query'],
  help: 'Find the consumers of a stream that meet conditions',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    ...matchFlags,
    'api-level': { type: 'int', help: 'Only those that need at least this level of the API' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: list(obj({ name: str, stream: str })),
  async run(input, runtime) {
    const { flags, args } = input;
    const matches = consumerMatcher(flags, runtime.clock.now());
    const js = await setupJetStream(runtime);
    const stream = await pickConsumerStream(runtime, js, args.stream, { all: flags.all });
    const found: string[] = [];
    for await (const info of listConsumers(js, stream)) if (matches(info)) found.push(info.name);
    const data = found.map((name) => ({ name, stream }));
    await runtime.show({ data, text: () => found.map((name) => `${name}\n`).join('') });
  },
});
