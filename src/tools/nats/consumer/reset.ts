import { consumerInfo, resetConsumer } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed } from '../jetstream/pick.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { consumerInfoOutput, showConsumer } from './show.ts';

/** `nats consumer reset` */
export const command = defineCommand({
  name: 'reset',
  help: 'Let a consumer start again, from the start of what it acknowledged or from a sequence',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
  },
  flags: {
    sequence: { type: 'uint', help: 'Sequence in the stream to start from' },
    force: { type: 'bool', short: 'f', help: 'Reset without asking' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: consumerInfoOutput,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const options = { all: flags.all, noSelect: flags.force };
    const { stream, name, info } = await pickConsumer(runtime, js, args.stream, args.consumer, options);
    const seq = flags.sequence ?? 0n;
    if (runtime.contract.plan) {
      const where = seq > 0n ? ` to sequence ${seq}` : '';
      return showConsumer(runtime, info, {
        stateOnly: true,
        lead: `would reset consumer ${stream} > ${name}${where}\n\n`,
      });
    }
    if (!(await confirmed(runtime, flags.force, 'Really reset the consumer'))) return;
    await resetConsumer(js, stream, name, seq > 0n ? seq : undefined);
    await showConsumer(runtime, await consumerInfo(js, stream, name), { stateOnly: true });
  },
});
