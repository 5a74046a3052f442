import { none } from '#cli/schema.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import { pickStream } from '../jetstream/pick.ts';
import { requireTerminal, watchGraph } from '../jetstream/watch-graph.ts';
import { group } from './group.ts';

/** `nats stream graph` */
export const command = defineCommand({
  name: 'graph',
  help: 'Plot what comes into and goes out of a stream, until interrupted',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: none,
  async run(input, runtime) {
    requireTerminal(runtime);
    const js = await openJetStream(runtime);
    const { name } = await pickStream(runtime, js, input.args.stream, { all: input.flags.all });
    await watchGraph(
      runtime,
      `Stream Statistics for ${name}`,
      [
        { caption: 'Messages Stored', kind: 'value' },
        { caption: 'Messages Removed / second', kind: 'rate' },
        { caption: 'Messages Stored / second', kind: 'rate' },
      ],
      async () => {
        const { state } = await streamInfo(js, name);
        const [messages, last] = [BigInt(state.messages), BigInt(state.last_seq)];
        // What was stored once and is not there any more was removed.
        return [messages, last - messages, last];
      },
    );
  },
});
