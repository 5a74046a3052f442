import { humanDuration } from '#base/duration.ts';
import { formatDateTime, tryParseRfc3339 } from '#base/time.ts';
import { int, list, obj, str, time } from '#cli/schema.ts';
import { consumerNames, listConsumers } from '#client/jetstream/consumers.ts';
import type { ConsumerInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { since } from '../jetstream/cluster.ts';
import { nameRows } from '../jetstream/leaders.ts';
import { pickConsumerStream } from '../jetstream/pick-consumer.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';

/** `nats consumer ls` */
export const command = defineCommand({
  name: 'ls',
  aliases: ['list'],
  help: 'List the consumers of a stream',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    json: { type: 'bool', short: 'j', help: 'Print the names as a JSON array' },
    names: { type: 'bool', short: 'n', help: 'Names alone, one a line' },
    'no-select': { type: 'bool', help: 'Fail rather than offer a list when the stream is not there' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: list(
    obj({
      name: str,
      'description?': str,
      created: time,
      ack_pending: int,
      unprocessed: int,
      'last_delivery?': time,
    }),
  ),
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const stream = await pickConsumerStream(runtime, js, args.stream, { all: flags.all, noSelect: flags['no-select'] });
    const asData = runtime.globals.isSet('as') || runtime.contract.jq !== undefined;
    if (flags.names || (flags.json && !asData)) {
      const names: string[] = [];
      for await (const name of consumerNames(js, stream)) names.push(name);
      // The original's list of nothing is null.
      const data = flags.json && !asData && names.length === 0 ? null : names;
      return runtime.show({ data, text: () => names.map((n) => `${n}\n`).join('') }, { json: flags.json });
    }
    const missing: string[] = [];
    const all: ConsumerInfo[] = [];
    for await (const info of listConsumers(js, stream, missing)) all.push(info);
    await runtime.show({ data: all.map(row), text: () => listText(runtime, all, missing) });
  },
});

function row(info: ConsumerInfo) {
  const { last_active: last } = info.delivered;
  return {
    name: info.name,
    ...(info.config.description ? { description: info.config.description } : {}),
    created: info.created,
    ack_pending: info.num_ack_pending,
    unprocessed: info.num_pending,
    ...(last ? { last_delivery: last } : {}),
  };
}

async function listText(runtime: Runtime, all: readonly ConsumerInfo[], missing: readonly string[]): Promise<string> {
  if (all.length === 0 && missing.length === 0) return 'No Consumers defined\n';
  const now = runtime.clock.now();
  const out = await tableText(runtime, {
    title: 'Consumers',
    headers: ['Name', 'Description', 'Created', 'Ack Pending', 'Unprocessed', 'Last Delivery'],
    rows: all.map((c) => [
      c.name,
      c.config.description ?? '',
      formatDateTime(tryParseRfc3339(c.created) ?? 0n),
      c.num_ack_pending,
      c.num_pending,
      c.delivered.last_active ? humanDuration(since(c.delivered.last_active, c.ts, now)) : 'never',
    ]),
  });
  return `${out}\n${await missingText(runtime, missing)}\n`;
}

/** The consumers that did not answer in time; empty when all did. */
export async function missingText(runtime: Runtime, missing: readonly string[]): Promise<string> {
  if (missing.length === 0) return '';
  const rows = nameRows([...missing].sort());
  return `\n${await tableText(runtime, { title: 'Inaccessible Consumers', rows })}`;
}
