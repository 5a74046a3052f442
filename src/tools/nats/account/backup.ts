import { BoxError, during, fail, messageOf } from '#base/errors.ts';
import { humanBytes } from '#base/size.ts';
import { arr, bool, int, nanos, obj, record, str } from '#cli/schema.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { isName, listStreams } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { columns } from '#view/columns.ts';
import { agreed } from '../jetstream/bucket.ts';
import { backupStream, resultText } from '../stream/backup.ts';

/** `nats account backup` */
export const command = defineCommand({
  name: 'backup',
  aliases: ['snapshot'],
  help: 'Save all streams in a folder, each in one of its own\n\nStreams that cannot be saved do not stop the others. Streams in memory cannot be saved; they are warnings.',
  args: { target: { type: 'string', required: true, help: 'Folder for the backup; it is made when needed' } },
  flags: {
    check: { type: 'bool', help: 'Let the servers check the streams first' },
    consumers: { type: 'bool', default: 'true', negatable: true, help: 'Save the consumers too' },
    force: { type: 'bool', short: 'f', help: 'Save without asking' },
    'critical-warnings': { type: 'bool', short: 'w', help: 'Fail when there are warnings' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: record({
    done: bool,
    streams: arr(obj({ name: str, bytes: int, chunks: int, uncompressed: int, duration: nanos })),
    warnings: arr(str),
    failures: arr(str),
  }),
  async run(input, runtime) {
    const { check, consumers, force } = input.flags;
    const target = input.args.target.replace(/\/+$/, '') || input.args.target;
    const js = await openJetStream(runtime).catch(during('setup failed'));
    const streams = await fetchStreams(js);
    const quiet = runtime.globals.isSet('as') || runtime.contract.jq !== undefined;
    if (!quiet) runtime.out.write(await columnsText(runtime, overview(target, streams)));
    if (runtime.contract.plan) {
      const names = streams.map((s) => s.config.name);
      const data = { done: false, streams: [], warnings: [], failures: [] };
      return runtime.show({
        data,
        text: () => names.map((name) => `would save stream ${name} in ${target}/${name}\n`),
      });
    }
    if (!(await agreed(runtime, force, 'Perform backup'))) return;
    await runtime.files.mkdir(target, 0o700);
    const outcome = await saveAll(runtime, js, streams, target, { check, consumers, quiet });
    const { warnings, failures } = outcome;
    await runtime.show({
      data: { done: failures.length === 0, ...outcome },
      text: () => problemText('Backup Warnings', warnings) + problemText('Backup failures', failures),
    });
    if (failures.length === 0 && (warnings.length === 0 || !input.flags['critical-warnings'])) return;
    throw fail(outcome.streams.length > 0 ? 'partial' : 'error', 'backup failed', {
      hint: 'the streams above that were received are saved; --as json lists both',
    });
  },
});

async function fetchStreams(js: JetStream): Promise<StreamInfo[]> {
  const missing: string[] = [];
  const streams: StreamInfo[] = [];
  for await (const info of listStreams(js, undefined, missing)) streams.push(info);
  if (missing.length > 0) {
    throw fail('partial', `could not obtain stream information for ${missing.length} streams`, {
      hint: `not known: ${missing.join(', ')}; are their servers up?`,
      retryable: true,
    });
  }
  if (streams.length === 0)
    throw fail('not-found', 'no streams found', { hint: 'nats context info shows which account this is' });
  const odd = streams.find((s) => !isName(s.config.name));
  if (odd) throw fail('error', `${JSON.stringify(odd.config.name)} is not a valid stream name`);
  return streams.sort((a, b) => (a.config.name < b.config.name ? -1 : 1));
}

function overview(target: string, streams: readonly StreamInfo[]) {
  const bytes = streams.reduce((n, s) => n + BigInt(s.state.bytes), 0n);
  const consumers = streams.reduce((n, s) => n + s.state.consumer_count, 0);
  return columns(`Performing backup of all streams to ${target}`)
    .row('Streams', streams.length)
    .row('Size', humanBytes(bytes))
    .row('Consumers', consumers)
    .line();
}

interface Saved {
  readonly name: string;
  readonly bytes: number;
  readonly chunks: number;
  readonly uncompressed: number;
  readonly duration: bigint;
}

interface Outcome {
  readonly streams: Saved[];
  readonly warnings: string[];
  readonly failures: string[];
}

interface SaveOptions {
  readonly check: boolean;
  readonly consumers: boolean;
  readonly quiet: boolean;
}

/** Saves one stream after the other; only an interrupt stops it. */
async function saveAll(
  runtime: Runtime,
  js: JetStream,
  streams: readonly StreamInfo[],
  target: string,
  { check, consumers, quiet }: SaveOptions,
): Promise<Outcome> {
  const outcome: Outcome = { streams: [], warnings: [], failures: [] };
  const say = (text: string) => {
    if (!quiet) runtime.out.write(text);
  };
  for (const info of streams) {
    const { name, storage } = info.config;
    try {
      const options = { progress: false, check, consumers };
      const result = await backupStream(runtime, js, info, `${target}/${name}`, options, quiet);
      outcome.streams.push({ name, ...result });
      say(resultText(name, result));
    } catch (error) {
      if (!(error instanceof BoxError)) throw error;
      const list = storage === 'memory' ? outcome.warnings : outcome.failures;
      list.push(`${name}: ${messageOf(error)}`);
      say(`Backup of ${name} failed: ${messageOf(error)}\n`);
    }
    say('\n');
    await runtime.out.flush();
  }
  return outcome;
}

function problemText(title: string, problems: readonly string[]): string {
  if (problems.length === 0) return '';
  return `${title}:\n${problems.map((p) => `  ${p}\n`).join('')}\n`;
}
