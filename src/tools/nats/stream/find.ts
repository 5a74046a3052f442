import { list } from '#cli/schema.ts';
import { listStreams } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { streamRow, streamRowSchema, streamsTable } from './list.ts';
import { matchFlags, streamMatcher } from './match.ts';

/** `nats stream find` */
export const command = defineCommand({
  name: 'find',
  aliases: ['query'],
  help: 'Find streams that meet conditions',
  flags: {
    ...matchFlags,
    names: { type: 'bool', short: 'n', help: 'Names alone, one a line' },
    'api-level': { type: 'int', help: 'Only those that need at least this level of the API' },
  },
  inherits: group.flags,
  examples: ['nats stream find --empty --names', "nats stream find --expression 'state.messages > 1000'"],
  tags: { scope: 'user', impact: 'ro' },
  output: list(streamRowSchema),
  async run(input, runtime) {
    const { flags } = input;
    const matches = streamMatcher(flags, (n) => input.isSet(n as never), runtime.clock.now());
    const js = await setupJetStream(runtime);
    const found: StreamInfo[] = [];
    for await (const info of listStreams(js)) if (matches(info)) found.push(info);
    const names = () => found.map((s) => `${s.config.name}\n`).join('');
    const text = () =>
      flags.names
        ? names()
        : streamsTable(runtime, flags.subject ? `Streams matching ${flags.subject}` : 'Streams', found);
    await runtime.show({ data: found.map(streamRow), text });
  },
});
