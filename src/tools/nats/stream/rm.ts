import { during, fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { deleteStream } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed, pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';

/** `nats stream rm` */
export const command = defineCommand({
  name: 'rm',
  aliases: ['delete', 'del'],
  help: 'Remove a stream with everything in it',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: { force: { type: 'bool', short: 'f', help: 'Remove without asking' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { force, all } = input.flags;
    let name = input.args.stream;
    if (force && !name) throw fail('usage', '--force requires a stream name');
    const js = await setupJetStream(runtime);
    if (!force || runtime.contract.plan) name = (await pickStream(runtime, js, name, { all })).name;
    const target = name as string;
    const data = { done: !runtime.contract.plan, name: target };
    if (runtime.contract.plan) {
      await runtime.show({ data, text: () => `would remove stream ${target}\n` });
      return;
    }
    if (!(await confirmed(runtime, force, `Really delete Stream ${target}`))) return;
    const removed = deleteStream(js, target);
    // With --force the original says what the server says, and nothing else.
    await (force ? removed : removed.catch(during('could not remove Stream')));
    await runtime.show({ data, text: () => '' });
  },
});
