import { during } from '#base/errors.ts';
import { streamInfo, updateStream } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { confirmed, pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { showStream, streamInfoOutput } from './info.ts';

/** `nats stream seal` */
export const command = defineCommand({
  name: 'seal',
  help: 'Close a stream for good: nothing can be added, removed or changed afterwards',
  args: { stream: { type: 'string', required: true, help: 'Name of the stream', complete: 'streams' } },
  flags: { force: { type: 'bool', short: 'f', help: 'Seal without asking' } },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const { flags } = input;
    const js = await setupJetStream(runtime);
    const { name, info } = await pickStream(runtime, js, input.args.stream, { all: flags.all });
    if (runtime.contract.plan) {
      await showStream(runtime, { ...info, config: { ...info.config, sealed: true } }, { lead: 'would seal:\n\n' });
      return;
    }
    const question = `Really seal Stream ${name}, sealed streams can not be unsealed or modified`;
    if (!(await confirmed(runtime, flags.force, question))) return;
    await updateStream(js, { ...info.config, sealed: true }).catch(during('could not seal Stream'));
    await showStream(runtime, await streamInfo(js, name));
  },
});
