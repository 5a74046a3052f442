import { during, fail, messageOf } from '#base/errors.ts';
import { emitYaml } from '#base/yaml-emit.ts';
import { streamInfo, updateStream } from '#client/jetstream/streams.ts';
import type { StreamConfig } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { configDifference } from '../jetstream/difference.ts';
import { streamConfigDocument } from '../jetstream/document.ts';
import { confirmBucket, confirmed, pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { changeConfig, readConfigFile } from './change.ts';
import { streamFields } from './fields.ts';
import { shapeFlags } from './flags.ts';
import { group } from './group.ts';
import { showStream, streamInfoOutput } from './info.ts';
import { userMetadata } from './show.ts';

/** `nats stream edit` */
export const command = defineCommand({
  name: 'edit',
  aliases: ['update'],
  help: 'Change the configuration of a stream\n\nShows the differences first; --dry-run shows them and exits 1 when there are any.',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    config: { type: 'existing-file', help: 'Take the configuration of this JSON file' },
    force: { type: 'bool', short: 'f', help: 'Change without asking' },
    interactive: { type: 'bool', short: 'i', negatable: true, help: 'Change it as YAML in your editor' },
    'dry-run': { type: 'bool', help: 'Show the differences, change nothing' },
    ...shapeFlags,
    'no-mirror': { type: 'bool', help: 'Stop mirroring' },
    'no-transform': { type: 'bool', help: 'Stop renaming subjects' },
    'no-republish': { type: 'bool', help: 'Stop publishing again' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const { flags } = input;
    const js = await setupJetStream(runtime);
    const { name, info } = await pickStream(runtime, js, input.args.stream, { all: flags.all });
    const before: StreamConfig = { ...info.config, metadata: userMetadata(info.config.metadata) };
    const after = await edited(runtime, before, input.flags, (n) => input.isSet(n as never)).catch((error: unknown) => {
      throw fail('usage', `could not create new configuration for Stream ${name}: ${messageOf(error)}`);
    });
    // The original passes the configuration through JSON, which loses an empty map: it then shows as a difference, and
    // scripts know that an edit without a change still updates.
    if (Object.keys(after.metadata ?? {}).length === 0) delete after.metadata;
    const difference = configDifference('api.StreamConfig', streamFields, { ...before }, { ...after });
    const dry = flags['dry-run'] || runtime.contract.plan;
    if (difference === '') {
      if (!dry) runtime.out.line('No difference in configuration');
      return;
    }
    const note = `Differences (-old +new):\n${difference}`;
    if (flags.json || runtime.globals.isSet('as')) runtime.err.write(note);
    else runtime.out.write(note);
    if (dry) runtime.exit(flags['dry-run'] ? 1 : 0);
    await confirmBucket(runtime, name);
    if (!(await confirmed(runtime, flags.force, `Really edit Stream ${name}`))) return;
    await updateStream(js, after).catch(during(`could not edit Stream ${name}`));
    await showStream(runtime, await streamInfo(js, name), { json: flags.json, lead: `Stream ${name} was updated\n\n` });
  },
});

type EditValues = Parameters<typeof changeConfig>[1] & {
  readonly config: string | undefined;
  readonly interactive: boolean;
  readonly 'no-mirror': boolean;
  readonly 'no-transform': boolean;
  readonly 'no-republish': boolean;
};

async function edited(
  runtime: Runtime,
  before: StreamConfig,
  flags: EditValues,
  isSet: Parameters<typeof changeConfig>[2],
): Promise<StreamConfig> {
  if (flags.interactive) return inEditor(runtime, before);
  if (flags.config) return readConfigFile(runtime, flags.config, before.name);
  const config = changeConfig(before, flags, isSet);
  if (flags['no-mirror']) delete config.mirror;
  if (flags['no-transform']) delete config.subject_transform;
  if (flags['no-republish']) delete config.republish;
  return config;
}

async function inEditor(runtime: Runtime, config: StreamConfig): Promise<StreamConfig> {
  const { editText } = await import('#runtime/prompts.ts');
  const { parse } = await import('yaml');
  const text = await editText(runtime, emitYaml(streamConfigDocument(config)), '.yaml');
  const changed = parse(text, { version: '1.1', intAsBigInt: true }) as StreamConfig | null;
  if (changed === null || typeof changed !== 'object') throw fail('usage', 'the document is empty');
  return changed;
}
