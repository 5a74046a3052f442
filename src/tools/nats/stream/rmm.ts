import { during, fail } from '#base/errors.ts';
import { done } from '#cli/schema.ts';
import { deleteMessage } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmBucket, confirmed, pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';

/** `nats stream rmm` */
export const command = defineCommand({
  name: 'rmm',
  help: 'Remove one message from a stream and overwrite it on disk',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    id: { type: 'int64', help: 'Sequence of the message' },
  },
  flags: { force: { type: 'bool', short: 'f', help: 'Remove without asking' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: done,
  async run(input, runtime) {
    const { flags } = input;
    const js = await setupJetStream(runtime);
    const { name } = await pickStream(runtime, js, input.args.stream, { all: flags.all });
    let { id } = input.args;
    if (id === undefined || id < 0n) {
      const prompts = await runtime.prompts();
      const question = {
        message: 'Message Sequence to remove',
        flag: 'the id argument',
        validate: (text: string) => (/^[1-9]\d*$/.test(text) ? undefined : 'a positive number is needed'),
      };
      id = BigInt(await prompts.input(question).catch(during('invalid input')));
    }
    if (id === 0n) throw fail('usage', 'sequence number is required');
    const data = { done: !runtime.contract.plan, name, seq: id };
    if (runtime.contract.plan) {
      await runtime.show({ data, text: () => `would remove message ${id} from stream ${name}\n` });
      return;
    }
    await confirmBucket(runtime, name);
    if (!(await confirmed(runtime, flags.force, `Really remove message ${id} from Stream ${name}`))) return;
    await deleteMessage(js, name, id);
    await runtime.show({ data, text: () => '' });
  },
});
