import { formatDuration, roundDuration, SECOND } from '#base/duration.ts';
import { BoxError, during, fail } from '#base/errors.ts';
import { comma } from '#base/size.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { restoreSnapshot } from '#client/jetstream/snapshot.ts';
import { isName, streamInfo } from '#client/jetstream/streams.ts';
import type { StreamConfig } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { openProgress } from '#runtime/progress.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { steadily } from '../jetstream/steady.ts';
import { readConfigFile } from './change.ts';
import { group } from './group.ts';
import { showStream, streamInfoOutput } from './info.ts';
import { type Backup, openBackup } from './snapshot-files.ts';

/** `nats stream restore` */
export const command = defineCommand({
  name: 'restore',
  help: 'Bring a stream back from a backup',
  args: { file: { type: 'existing-dir', required: true, help: 'Folder with the backup' } },
  flags: {
    progress: { type: 'bool', default: 'true', negatable: true, help: 'Show a progress bar on a terminal' },
    config: { type: 'existing-file', help: 'Restore with the configuration of this JSON file' },
    cluster: { type: 'string', help: 'Place the stream in this cluster' },
    tag: { type: 'string', cumulative: true, help: 'Place the stream on servers with this tag; may be repeated' },
    replicas: { type: 'int64', help: 'Keep so many copies of the data' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'rw' },
  output: streamInfoOutput,
  async run(input, runtime) {
    const { flags, args } = input;
    const backup = await openBackup(runtime, args.file);
    const config = await configOf(runtime, backup, flags);
    const js = await setupJetStream(runtime);
    if (runtime.contract.plan) {
      await refuseExisting(js, config.name);
      const { state } = backup.facts;
      const text = () =>
        `would restore stream ${config.name} with ${comma(state.messages)} messages from ${args.file}\n`;
      return runtime.show({ data: { config, created: '', state, ts: '' }, text });
    }
    const quiet = runtime.globals.isSet('as') || runtime.contract.jq !== undefined;
    await restoreStream(
      runtime,
      js,
      { ...backup, facts: { ...backup.facts, config } },
      args.file,
      flags.progress,
      quiet,
    );
    await showStream(runtime, await steadily(runtime, () => streamInfo(js, config.name)));
  },
});

async function configOf(
  runtime: Runtime,
  backup: Backup,
  flags: {
    readonly config: string | undefined;
    readonly cluster: string | undefined;
    readonly tag: readonly string[];
    readonly replicas: bigint | undefined;
  },
): Promise<StreamConfig> {
  const { name } = backup.facts.config;
  let config = backup.facts.config;
  if (flags.config) {
    config = await readConfigFile(runtime, flags.config, undefined);
    if (config.name !== name) throw fail('usage', 'stream names may not be changed during restore');
  }
  if (!isName(config.name)) throw fail('usage', `restore failed: invalid stream name ${JSON.stringify(config.name)}`);
  const replicas = (flags.replicas ?? 0n) > 0n ? { num_replicas: Number(flags.replicas) } : {};
  return { ...placed(config, flags), ...replicas };
}

/** A configuration for the servers of a cluster, or with tags, where one of these is given. */
export function placed(
  config: StreamConfig,
  wanted: { readonly cluster: string | undefined; readonly tag: readonly string[] },
): StreamConfig {
  const placement = {
    ...(wanted.cluster ? { cluster: wanted.cluster } : {}),
    ...(wanted.tag.length > 0 ? { tags: [...wanted.tag] } : {}),
  };
  return Object.keys(placement).length > 0 ? { ...config, placement } : config;
}

async function refuseExisting(js: JetStream, name: string): Promise<void> {
  const known = await streamInfo(js, name).catch((error: unknown) => {
    if (error instanceof BoxError && error.kind === 'not-found') return undefined;
    return during('Could not check if the stream already exist')(error);
  });
  if (known) {
    throw fail('conflict', `Stream ${JSON.stringify(name)} already exist`, {
      hint: `nats stream rm ${name} removes it, with all its messages`,
    });
  }
}

/** A server that goes in the middle can leave the stream with a part of its messages: say what to do before it is tried again. */
function interrupted(name: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof BoxError)) throw error;
    const { kind, message, facts } = error;
    const part = kind === 'timeout' || kind === 'unreachable' || kind === 'no-responders';
    const hint = `stream ${name} may be there in part: look with nats stream info ${name}, and remove it before trying again`;
    throw new BoxError(kind, `restore failed: ${message}`, part ? { ...facts, hint } : facts);
  };
}

/** Sends one backup to the server. Fails when the stream exists. */
export async function restoreStream(
  runtime: Runtime,
  js: JetStream,
  backup: Backup,
  folder: string,
  progress: boolean,
  quiet: boolean,
): Promise<void> {
  const { name } = backup.facts.config;
  await refuseExisting(js, name);
  if (!quiet) {
    runtime.out.write(`Starting restore of Stream ${JSON.stringify(name)} from file ${JSON.stringify(folder)}\n\n`);
  }
  const start = runtime.clock.mono();
  const bar = await openProgress(runtime, {
    wanted: progress && !quiet,
    total: backup.size,
    unit: 'bytes',
    piped: 'end',
  });
  try {
    await restoreSnapshot(js, backup.facts, await runtime.files.open(backup.archive, { here: true }), {
      idle: Math.max(30_000, js.timeout ?? 0),
      signal: runtime.signal,
      onAccepted: (chunk) => {
        if (quiet || progress) return;
        const chunks = 1 + Math.floor(backup.size / chunk);
        runtime.log(`Starting restore of ${JSON.stringify(name)} from ${backup.archive} using ${chunks} chunks`);
      },
      onProgress: (p) => bar?.set(p.bytes),
      onSent: (p) => {
        if (quiet || (bar && runtime.out.isTTY)) return;
        runtime.log(`Sent ${p.chunks} chunks, the server now restores the stream, which can take long`);
      },
    }).catch(interrupted(name));
    bar?.done();
  } catch (error) {
    bar?.clear();
    runtime.signal.throwIfAborted();
    throw error;
  }
  const took = formatDuration(roundDuration(runtime.clock.mono() - start, SECOND));
  if (!quiet) runtime.out.write(`\nRestored stream ${JSON.stringify(name)} in ${took}\n\n`);
}
