import { none } from '#cli/schema.ts';
import { consumerInfo } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { requireTerminal, watchGraph } from '../jetstream/watch-graph.ts';
import { group } from './group.ts';

/** `nats consumer graph` */
export const command = defineCommand({
  name: 'graph',
  help: 'Plot what a consumer does, until interrupted',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: none,
  async run(input, runtime) {
    requireTerminal(runtime);
    const js = await openJetStream(runtime);
    const { stream, name } = await pickConsumer(runtime, js, input.args.stream, input.args.consumer, {
      all: input.flags.all,
    });
    await watchGraph(
      runtime,
      `Consumer Statistics for ${stream} > ${name}`,
      [
        { caption: 'Messages Pending', kind: 'value' },
        { caption: 'Messages Waiting for Ack', kind: 'value' },
        { caption: 'Messages Acknowledged / second', kind: 'rate' },
        { caption: 'Messages Delivered / second', kind: 'rate' },
      ],
      async () => {
        const info = await consumerInfo(js, stream, name);
        const { num_pending, num_ack_pending, ack_floor, delivered } = info;
        return [num_pending, num_ack_pending, ack_floor.consumer_seq, delivered.consumer_seq].map(BigInt);
      },
    );
  },
});
