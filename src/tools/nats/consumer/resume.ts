import { fail } from '#base/errors.ts';
import { formatDateTime, tryParseRfc3339 } from '#base/time.ts';
import { done } from '#cli/schema.ts';
import { pauseConsumer } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { requireLevel } from '../jetstream/level.ts';
import { confirmed } from '../jetstream/pick.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';

/** `nats consumer resume` */
export const command = defineCommand({
  name: 'resume',
  help: 'Let a paused consumer deliver again',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Resume without asking' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const options = { all: flags.all, noSelect: flags.force };
    const { stream, name, info } = await pickConsumer(runtime, js, args.stream, args.consumer, options);
    await requireLevel(js, 1, 'resuming Consumers requires NATS Server 2.11');
    if (!info.paused) throw fail('error', 'consumer is not paused');
    const at = tryParseRfc3339(info.ts ?? '') ?? runtime.clock.now();
    const until = formatDateTime(at + BigInt(info.pause_remaining ?? 0));
    const data = { done: !runtime.contract.plan, stream, name };
    if (runtime.contract.plan) {
      return runtime.show({ data, text: () => `would resume consumer ${stream} > ${name}, paused until ${until}\n` });
    }
    if (!(await confirmed(runtime, flags.force, `Really resume Consumer ${stream} > ${name}`))) return;
    await pauseConsumer(js, stream, name);
    const text = () => `Consumer ${stream} > ${name} was resumed while previously paused until ${until}\n`;
    await runtime.show({ data, text });
  },
});
