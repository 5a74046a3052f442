import { humanDuration } from '#base/duration.ts';
import { comma, humanBytes } from '#base/size.ts';
import { formatDateTime, isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import { int, list, obj, str, time } from '#cli/schema.ts';
import { listStreams, streamNames } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { since } from '../jetstream/cluster.ts';
import { isInternal } from '../jetstream/pick.ts';
import { group } from './group.ts';

/** `nats stream ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list', 'l'],
  help: 'List the streams',
  flags: {
    subject: { type: 'string', help: 'Only streams that carry this subject' },
    names: { type: 'bool', short: 'n', help: 'Names alone, one a line' },
    json: { type: 'bool', short: 'j', help: 'Print the names as a JSON array' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: list(
    obj({
      name: str,
      'description?': str,
      created: time,
      messages: int,
      bytes: int,
      'last_message?': time,
      consumers: int,
    }),
  ),
  async run(input, runtime) {
    const { flags } = input;
    const js = await openJetStream(runtime);
    if (flags.names) {
      const names = await collect(streamNames(js, flags.subject));
      await runtime.show({ data: names, text: () => names.map((n) => `${n}\n`).join('') }, { json: flags.json });
      return;
    }
    const missing: string[] = [];
    const all = await collect(listStreams(js, flags.subject, missing));
    const shown = all.filter((s) => flags.all || !isInternal(s.config.name));
    if (flags.json && !runtime.globals.isSet('as')) {
      const names = shown.map((s) => s.config.name);
      await runtime.show({ data: names, text: () => '' }, { json: true });
      return;
    }
    await runtime.show({
      data: shown.map(row),
      text: () => listText(runtime, shown, missing, all.length > shown.length, flags.subject),
    });
  },
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

function row(info: StreamInfo) {
  const { config, state } = info;
  const last = tryParseRfc3339(state.last_ts) ?? 0n;
  return {
    name: config.name,
    ...(config.description ? { description: config.description } : {}),
    created: info.created,
    messages: state.messages,
    bytes: state.bytes,
    ...(isZeroTime(last) ? {} : { last_message: state.last_ts }),
    consumers: state.consumer_count,
  };
}

async function listText(
  runtime: Runtime,
  streams: readonly StreamInfo[],
  missing: readonly string[],
  hidden: boolean,
  subject: string | undefined,
): Promise<string> {
  if (streams.length === 0 && missing.length === 0) {
    return hidden ? 'No Streams defined, pass -a to include system streams\n' : 'No Streams defined\n';
  }
  const now = runtime.clock.now();
  const sorted = [...streams].sort((a, b) => Number(BigInt(a.state.bytes) - BigInt(b.state.bytes)));
  const out = await tableText(runtime, {
    title: subject ? `Streams matching ${subject}` : 'Streams',
    headers: ['Name', 'Description', 'Created', 'Messages', 'Size', 'Last Message'],
    rows: sorted.map((s) => [
      s.config.name,
      s.config.description ?? '',
      formatDateTime(tryParseRfc3339(s.created) ?? 0n),
      comma(s.state.messages),
      humanBytes(s.state.bytes),
      lastText(s, now),
    ]),
  });
  if (missing.length === 0) return out + '\n';
  const rows = groups([...missing].sort(), 4);
  return `${out}\n${await tableText(runtime, { title: 'Inaccessible Streams', rows })}\n`;
}

function lastText(info: StreamInfo, now: bigint): string {
  const last = tryParseRfc3339(info.state.last_ts) ?? 0n;
  return isZeroTime(last) ? 'never' : humanDuration(since(info.state.last_ts, info.ts, now));
}

/** Rows of at most `size` items, filled up with empty ones. */
function groups(items: readonly string[], size: number): string[][] {
  const rows: string[][] = [];
  for (let i = 0; i < items.length; i += size) {
    rows.push(Array.from({ length: size }, (_, k) => items[i + k] ?? ''));
  }
  return rows;
}
