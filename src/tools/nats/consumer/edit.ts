import { during, fail, messageOf } from '#base/errors.ts';
import { emitYaml } from '#base/yaml-emit.ts';
import type { ConsumerConfig } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { configDifference } from '../jetstream/difference.ts';
import { consumerConfigDocument } from '../jetstream/document.ts';
import { confirmed } from '../jetstream/pick.ts';
import { pickConsumer } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { applyChanges, checkLevel, ownConfig, putConsumer, readConsumerFile } from './change.ts';
import { consumerFields } from './fields.ts';
import { changeFlags } from './flags.ts';
import { group } from './group.ts';
import { consumerInfoOutput, showConsumer } from './show.ts';

/** `nats consumer edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['update'],
  help: 'Change the configuration of a consumer\n\nShows the differences first; --dry-run shows them and exits 1 when there are any.',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    consumer: { type: 'string', help: 'Name of the consumer', complete: 'consumers' },
  },
  flags: {
    config: { type: 'existing-file', help: 'Take the configuration of this JSON file' },
    force: { type: 'bool', short: 'f', help: 'Change without asking' },
    interactive: { type: 'bool', short: 'i', negatable: true, help: 'Change it as YAML in your editor' },
    'dry-run': { type: 'bool', help: 'Show the differences, change nothing' },
    ...changeFlags,
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: consumerInfoOutput,
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const options = { all: flags.all, noSelect: flags.force };
    const { stream, name, info } = await pickConsumer(runtime, js, args.stream, args.consumer, options);
    if (!info.config.durable_name) throw fail('usage', 'only durable consumers can be edited');
    const before = ownConfig(info.config);
    const after = await edited(runtime, before).catch(
      during(`could not create new configuration for Consumer ${name}`),
    );
    if ((after.backoff?.length ?? 0) > 0 && BigInt(after.ack_wait ?? 0) !== BigInt(before.ack_wait ?? 0)) {
      throw fail('usage', 'consumers with backoff policies do not support editing Ack Wait');
    }
    const difference = configDifference('api.ConsumerConfig', consumerFields, { ...before }, { ...after });
    const dry = flags['dry-run'] || runtime.contract.plan;
    if (difference === '') {
      if (!dry) runtime.out.line('No difference in configuration');
      return;
    }
    const note = `Differences (-old +new):\n${difference}`;
    if (runtime.globals.isSet('as')) runtime.err.write(note);
    else runtime.out.write(note);
    if (dry) runtime.exit(flags['dry-run'] ? 1 : 0);
    if (!(await confirmed(runtime, flags.force, `Really edit Consumer ${stream} > ${name}`))) return;
    await checkLevel(js, after);
    await showConsumer(runtime, await putConsumer(js, stream, after));

    async function edited(world: Runtime, config: ConsumerConfig): Promise<ConsumerConfig> {
      if (flags.interactive) return inEditor(world, config);
      if (flags.config) return readConsumerFile(world, flags.config);
      const changed = applyChanges(config, flags, (n) => input.isSet(n as never));
      if (input.isSet('wait')) changed.ack_wait = flags.wait;
      return changed;
    }
  },
});

async function inEditor(runtime: Runtime, config: ConsumerConfig): Promise<ConsumerConfig> {
  const { editText } = await import('#runtime/prompts.ts');
  const { parse } = await import('yaml');
  const text = await editText(runtime, emitYaml(consumerConfigDocument(config)), '.yaml');
  let changed: ConsumerConfig | null;
  try {
    changed = parse(text, { version: '1.1', intAsBigInt: true }) as ConsumerConfig | null;
  } catch (error) {
    throw fail('usage', messageOf(error));
  }
  if (changed === null || typeof changed !== 'object') throw fail('usage', 'the document is empty');
  return changed;
}
