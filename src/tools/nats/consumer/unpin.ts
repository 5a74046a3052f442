import { fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { unpinConsumer } from '#client/jetstream/consumers.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed } from '../jetstream/pick.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';

/** `nats consumer unpin` */
export const command = defineCommand({
  name: 'unpin',
  help: 'Take the pinned client of a priority group off',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
    group: { type: 'string', help: 'Priority group' },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Unpin without asking' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const options = { all: flags.all, noSelect: flags.force };
    const { stream, name, info } = await pickConsumer(runtime, js, args.stream, args.consumer, options);
    if (info.config.priority_policy !== 'pinned_client')
      throw fail('usage', 'consumer is not a pinned priority consumer');
    const pinned = new Map<string, string>();
    for (const g of info.priority_groups ?? []) if (g.pinned_client_id) pinned.set(g.group, g.pinned_client_id);
    if (pinned.size === 0) throw fail('not-found', 'no priority groups have pinned clients');
    let which = args.group ?? '';
    if (which === '') {
      const choices = [...pinned.keys()].map((value) => ({ label: value, value }));
      const prompts = await runtime.prompts();
      which = await prompts.select({ message: 'Select a Group', choices, flag: 'the group argument' });
    }
    const client = pinned.get(which);
    if (client === undefined) throw fail('not-found', `no client is pinned in priority group ${which}`);
    const place = `${stream} > ${name} > ${which}`;
    const data = { done: !runtime.contract.plan, stream, name, group: which, client };
    if (runtime.contract.plan) {
      return runtime.show({ data, text: () => `would unpin client ${client} from ${place}\n` });
    }
    if (!(await confirmed(runtime, flags.force, `Really unpin client from group ${place}`))) return;
    await unpinConsumer(js, stream, name, which);
    await runtime.show({ data, text: () => `Unpinned client ${client} from Priority Group ${place}\n` });
  },
});
