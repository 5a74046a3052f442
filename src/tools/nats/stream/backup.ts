import { formatDuration, MILLISECOND, roundDuration } from '#base/duration.ts';
import { during, fail } from '#base/errors.ts';
import { comma, humanBytes, parseBytes } from '#base/size.ts';
import { bool, int, nanos, record, str } from '#cli/schema.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { type SnapshotFacts, type Transferred, takeSnapshot } from '#client/jetstream/snapshot.ts';
import { isName, streamInfo } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { openProgress } from '#runtime/progress.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { createBackup } from './snapshot-files.ts';

/** `nats stream backup` */
export const command = defineCommand({
  name: 'backup',
  aliases: ['snapshot'],
  help: 'Save a stream with its messages and consumers in a folder\n\nA backup that was interrupted has no backup.json.',
  args: {
    stream: { type: 'string', required: true, help: 'Name of the stream', complete: 'streams' },
    target: { type: 'string', required: true, help: 'Folder for the backup; it is made when needed' },
  },
  flags: {
    progress: { type: 'bool', default: 'true', negatable: true, help: 'Show a progress bar on a terminal' },
    check: { type: 'bool', help: 'Let the server check the stream first' },
    consumers: { type: 'bool', default: 'true', negatable: true, help: 'Save the consumers too' },
    'chunk-size': { type: 'string', help: 'Size of the pieces the server sends, such as 256KB' },
    'window-size': { type: 'string', help: 'Most bytes on the way at once, such as 8MB' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: record({ done: bool, name: str, bytes: int, chunks: int, uncompressed: int, duration: nanos }),
  async run(input, runtime) {
    const { flags, args } = input;
    const options: BackupOptions = {
      progress: flags.progress,
      check: flags.check,
      consumers: flags.consumers,
      ...(flags['chunk-size'] ? { chunkSize: Number(parseBytes(flags['chunk-size'], 32)) } : {}),
      ...(flags['window-size'] ? { windowSize: Number(parseBytes(flags['window-size'], 32)) } : {}),
    };
    if (!isName(args.stream)) throw fail('usage', `${JSON.stringify(args.stream)} is not a valid stream name`);
    const js = await setupJetStream(runtime);
    const info = await streamInfo(js, args.stream);
    const { name } = info.config;
    if (runtime.contract.plan) {
      const size = humanBytes(info.state.bytes);
      const data = { done: false, name, bytes: info.state.bytes, chunks: 0, uncompressed: 0, duration: 0 };
      return runtime.show({ data, text: () => `would save stream ${name} with ${size} in ${args.target}\n` });
    }
    const quiet = runtime.globals.isSet('as') || runtime.contract.jq !== undefined;
    const result = await backupStream(runtime, js, info, args.target, options, quiet).catch(during('snapshot failed'));
    const data = { done: true, name, ...result };
    await runtime.show({ data, text: () => resultText(name, result) });
  },
});

export interface BackupOptions {
  readonly progress: boolean;
  readonly check: boolean;
  readonly consumers: boolean;
  readonly chunkSize?: number;
  readonly windowSize?: number;
}

export type BackupResult = Transferred & { readonly duration: bigint };

/** Saves one stream in a folder; nothing that looks like a backup is left when it fails. */
export async function backupStream(
  runtime: Runtime,
  js: JetStream,
  info: StreamInfo,
  target: string,
  options: BackupOptions,
  quiet: boolean,
): Promise<BackupResult> {
  const { name } = info.config;
  if (info.config.storage === 'memory') {
    throw fail('usage', 'memory streams do not support snapshots', {
      hint: `a mirror of ${name} on file storage can be saved`,
    });
  }
  const start = runtime.clock.mono();
  const file = await createBackup(runtime, target);
  const bar = await openProgress(runtime, {
    wanted: options.progress && !quiet,
    total: Number(info.state.bytes),
    unit: 'bytes',
    piped: 'end',
  });
  let facts: SnapshotFacts | undefined;
  try {
    const result = await takeSnapshot(js, name, file.write, {
      ...options,
      idle: Math.max(5000, js.timeout ?? 5000),
      signal: runtime.signal,
      onStart: (f) => {
        facts = f;
        if (!quiet) runtime.out.write(startText(name, f, options.check));
      },
      onProgress: (p) => {
        // The first chunks can come before the answer that says what is coming.
        if (facts) bar?.set(p.uncompressed);
        if (runtime.globals['trace'] === true) runtime.log(`Received chunk ${p.chunks}, ${comma(p.bytes)} bytes`);
      },
    });
    await file.finish(facts as SnapshotFacts);
    bar?.set(result.uncompressed);
    bar?.done();
    if (bar) runtime.out.line();
    const { bytes, chunks, uncompressed } = result;
    return { bytes, chunks, uncompressed, duration: runtime.clock.mono() - start };
  } catch (error) {
    bar?.clear();
    await file.abort().catch(() => undefined);
    runtime.signal.throwIfAborted();
    throw error;
  }
}

function startText(name: string, facts: SnapshotFacts, check: boolean): string {
  const note = check ? 'The server checks the stream first, which can take long without a sign of progress\n\n' : '';
  return `Starting backup of Stream ${JSON.stringify(name)} with ${humanBytes(facts.state.bytes)}\n\n${note}`;
}

/** `Received 569 B compressed data in 1 chunks for stream "ORDERS" in 9ms, 765 B uncompressed` */
export function resultText(name: string, result: BackupResult): string {
  const took = formatDuration(roundDuration(result.duration, MILLISECOND));
  const chunks = `${humanBytes(result.bytes)} compressed data in ${comma(result.chunks)} chunks`;
  return `Received ${chunks} for stream ${JSON.stringify(name)} in ${took}, ${humanBytes(result.uncompressed)} uncompressed\n`;
}
