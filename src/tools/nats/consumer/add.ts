import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import type { ConsumerConfig } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { consumerConfigDocument } from '../jetstream/document.ts';
import { pickConsumerStream } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { checkLevel, consumerProblems, putConsumer } from './change.ts';
import { createFlags } from './flags.ts';
import { group } from './group.ts';
import { prepareConsumer } from './prepare.ts';
import { consumerInfoOutput, showConsumer } from './show.ts';

/** `nats consumer add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['create', 'new'],
  help: 'Make a consumer, or update the one of that name\n\nWhat flags do not say is asked on a terminal, or taken as usual with --defaults.',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer' },
  },
  flags: {
    config: { type: 'existing-file', help: 'Read the configuration from this JSON file' },
    validate: { type: 'bool', help: 'Check and print the configuration, make nothing' },
    output: { type: 'string', placeholder: 'FILE', help: 'Write the configuration to this file, make nothing' },
    ...createFlags,
    defaults: { type: 'bool', help: 'Ask nothing, take the usual values' },
  },
  inherits: group.flags,
  examples: ['nats consumer add ORDERS WORKER --pull --defaults'],
  tags: { scope: 'user', impact: 'rw' },
  output: consumerInfoOutput,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const stream = await pickConsumerStream(runtime, js, args.stream, { all: flags.all });
    const config = await prepareConsumer(runtime, args.consumer, flags, (n) => input.isSet(n as never));
    const problems = consumerProblems(config);
    if (flags.validate) return validate(runtime, config, problems);
    if (flags.output) {
      if (problems.length > 0) throw invalid(problems);
      await runtime.files.write(flags.output, stringifyJson(consumerConfigDocument(config), { indent: 2 }), 0o600);
      return;
    }
    await checkLevel(js, config);
    if (runtime.contract.plan) {
      const data = consumerConfigDocument(config);
      const name = config.durable_name || config.name || '(generated)';
      const text = () => `would create consumer ${stream} > ${name}:\n${stringifyJson(data, { indent: 2 })}`;
      return runtime.show({ data, text });
    }
    await showConsumer(runtime, await putConsumer(js, stream, config, 'Consumer creation failed'));
  },
});

function invalid(problems: readonly string[]) {
  return fail('usage', `Validation Failed: ${problems.join('\n\t')}`);
}

async function validate(runtime: Runtime, config: ConsumerConfig, problems: readonly string[]): Promise<void> {
  const data = consumerConfigDocument(config);
  const verdict = problems.length === 0 ? 'Configuration is a valid Consumer\n' : '';
  await runtime.show({ data, text: () => `${stringifyJson(data, { indent: 2 })}\n\n${verdict}` });
  if (problems.length > 0) throw invalid(problems);
}
