import { defineCommand } from '#runtime/command.ts';
import { pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { showStream, streamInfoOutput } from './info.ts';

/** `nats stream state` */
export const command = defineCommand({
  name: 'state',
  help: 'Show the state of a stream',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    json: { type: 'bool', short: 'j', help: "Print the server's answer as JSON, configuration included" },
    'no-select': { type: 'bool', help: 'Fail rather than offer a list when the stream is not there' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const js = await setupJetStream(runtime);
    const { flags } = input;
    const { info } = await pickStream(runtime, js, input.args.stream, { all: flags.all, noSelect: flags['no-select'] });
    await showStream(runtime, info, { json: flags.json, stateOnly: true, tail: '\n' });
  },
});
