import { any, recordOf } from '#cli/schema.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { streamInfoDocument } from '../jetstream/document.ts';
import { pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { streamReport } from './show.ts';

/** Shape of what info, state, add and others give: the API's document. */
export const streamInfoOutput = recordOf({
  type: 'object',
  properties: { config: { type: 'object' }, created: { type: 'string' }, state: { type: 'object' }, ts: any },
  required: ['config', 'created', 'state'],
});

/** Prints a stream's information as text or data. `lead` and `tail` stand around the text alone. */
export async function showStream(
  runtime: Runtime,
  info: StreamInfo,
  options: { json?: boolean; stateOnly?: boolean; lead?: string; tail?: string } = {},
): Promise<void> {
  const text = async () =>
    (options.lead ?? '') +
    (await columnsText(runtime, streamReport(info, runtime.clock.now(), options.stateOnly))) +
    (options.tail ?? '');
  await runtime.show({ data: streamInfoDocument(info), text }, { json: options.json === true });
}

/** `nats stream info` */
export const command = defineCommand({
  name: 'info',
  aliases: ['nfo', 'i'],
  help: 'Show the configuration and the state of a stream',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    json: { type: 'bool', short: 'j', help: "Print the server's answer as JSON" },
    state: { type: 'bool', help: 'Show the state alone' },
    'no-select': { type: 'bool', help: 'Fail rather than offer a list when the stream is not there' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const js = await setupJetStream(runtime);
    const { flags } = input;
    const { info } = await pickStream(runtime, js, input.args.stream, { all: flags.all, noSelect: flags['no-select'] });
    await showStream(runtime, info, { json: flags.json, stateOnly: flags.state, tail: '\n' });
  },
});
