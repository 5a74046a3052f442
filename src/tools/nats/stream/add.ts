import { during, fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import { accountInfo } from '#client/jetstream/api.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import type { StreamConfig } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { streamConfigDocument } from '../jetstream/document.ts';
import { configProblems, createNamed } from './change.ts';
import { newFlags, shapeFlags } from './flags.ts';
import { group } from './group.ts';
import { showStream, streamInfoOutput } from './info.ts';
import { prepareConfig } from './prepare.ts';

/** Name of the schema a stream configuration follows. */
const SCHEMA = 'io.nats.jetstream.api.v1.stream_configuration';

/** `nats stream add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['create', 'new'],
  help: 'Make a stream\n\nWhat flags do not say is asked on a terminal, or taken as usual with --defaults.',
  args: { stream: { type: 'string', help: 'Name of the stream' } },
  flags: {
    config: { type: 'existing-file', help: 'Read the configuration from this JSON file; flags win' },
    validate: { type: 'bool', help: 'Check and print the configuration, make nothing' },
    output: { type: 'string', placeholder: 'FILE', help: 'Write the configuration to this file, make nothing' },
    ...shapeFlags,
    ...newFlags,
    defaults: { type: 'bool', help: 'Ask nothing, take the usual values' },
  },
  inherits: group.flags,
  examples: ["nats stream add ORDERS --subjects 'orders.>' --defaults"],
  tags: { scope: 'user', impact: 'rw' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const { flags } = input;
    const js = await openJetStream(runtime).catch(during('could not create Stream'));
    const account = await accountInfo(js).catch(() => undefined);
    const requireSize = account?.limits?.max_bytes_required === true;
    const config = await prepareConfig(runtime, input.args.stream, flags, (n) => input.isSet(n as never), requireSize);
    const problems = configProblems(config);
    if (flags.validate) return validate(runtime, config, problems);
    if (flags.output) {
      if (problems.length > 0) throw invalid(problems);
      await runtime.files.write(flags.output, stringifyJson(streamConfigDocument(config), { indent: 2 }), 0o600);
      return;
    }
    if (runtime.contract.plan) {
      const data = streamConfigDocument(config);
      return runtime.show({
        data,
        text: () => `would create stream ${config.name}:\n${stringifyJson(data, { indent: 2 })}`,
      });
    }
    await createNamed(js, config);
    const json = flags.json;
    if (json) runtime.err.line(`Stream ${config.name} was created`);
    await showStream(runtime, await streamInfo(js, config.name), {
      json,
      lead: `Stream ${config.name} was created\n\n`,
    });
  },
});

function invalid(problems: readonly string[]) {
  return fail('usage', `Validation Failed: ${problems.join('\n\t')}`);
}

async function validate(runtime: Runtime, config: StreamConfig, problems: readonly string[]): Promise<void> {
  const data = streamConfigDocument(config);
  const verdict = problems.length === 0 ? `Configuration is a valid Stream matching ${SCHEMA}\n` : '';
  await runtime.show({ data, text: () => `${stringifyJson(data, { indent: 2 })}\n\n${verdict}` });
  if (problems.length > 0) throw invalid(problems);
}
