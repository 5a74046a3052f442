import { fail } from '#base/errors.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import { pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { changeConfig, createNamed } from './change.ts';
import { newFlags, shapeFlags } from './flags.ts';
import { group } from './group.ts';
import { showStream, streamInfoOutput } from './info.ts';
import { userMetadata } from './show.ts';

/** `nats stream copy` */
export const command = defineCommand({
  name: 'copy',
  aliases: ['cp'],
  help: 'Make a stream with the configuration of another; its messages stay where they are',
  args: {
    source: { type: 'string', required: true, help: 'Stream to take the configuration of', complete: 'streams' },
    destination: { type: 'string', required: true, help: 'Name of the new stream' },
  },
  flags: { ...shapeFlags, ...newFlags },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const { args, flags } = input;
    if (args.source === args.destination) throw fail('usage', 'source and destination Stream names cannot be the same');
    const js = await setupJetStream(runtime);
    const { info } = await pickStream(runtime, js, args.source, { all: flags.all });
    const metadata = userMetadata(info.config.metadata);
    const changed = changeConfig({ ...info.config, metadata }, flags, (n) => input.isSet(n as never));
    const config = { ...changed, name: args.destination };
    const lead = `Stream ${config.name} was created\n\n`;
    if (runtime.contract.plan)
      return showStream(runtime, { ...info, config }, { lead: `would create stream ${config.name}:\n\n` });
    await createNamed(js, config);
    await showStream(runtime, await streamInfo(js, config.name), { json: flags.json, lead });
  },
});
