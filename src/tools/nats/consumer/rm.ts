import { fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { consumerInfo, deleteConsumer } from '#client/jetstream/consumers.ts';
import { isName } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed } from '../jetstream/pick.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';

/** `nats consumer rm` */
export const command = defineCommand({
  name: 'rm',
  aliases: ['delete', 'del'],
  help: 'Remove a consumer',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Remove without asking' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { force, all } = input.flags;
    let { stream, consumer: name } = input.args;
    if (force && (!stream || !name)) throw fail('usage', '--force requires a stream and consumer name');
    const js = await setupJetStream(runtime);
    if (!force) ({ stream, name } = await pickConsumer(runtime, js, stream, name, { all }));
    for (const word of [stream, name]) {
      if (!word || !isName(word)) throw fail('usage', `${JSON.stringify(word)} is not a valid name`);
    }
    const [from, target] = [stream as string, name as string];
    const data = { done: !runtime.contract.plan, stream: from, name: target };
    if (runtime.contract.plan) {
      await consumerInfo(js, from, target);
      return runtime.show({ data, text: () => `would remove consumer ${from} > ${target}\n` });
    }
    if (!(await confirmed(runtime, force, `Really delete Consumer ${from} > ${target}`))) return;
    await deleteConsumer(js, from, target);
    await runtime.show({ data, text: () => '' });
  },
});
