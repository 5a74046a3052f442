import { during } from '#base/errors.ts';
import { list } from '#cli/schema.ts';
import { listStreams, streamNames } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { nameRows } from '../jetstream/leaders.ts';
import { isInternal } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';
import { streamRow, streamRowSchema, streamsTable } from './list.ts';

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
  output: list(streamRowSchema),
  async run(input, runtime) {
    const { flags } = input;
    const js = await setupJetStream(runtime);
    const classic = flags.json && !runtime.globals.isSet('as') && runtime.contract.jq === undefined;
    // The original's list of nothing is null.
    const listed = (names: readonly string[]) => (classic && names.length === 0 ? null : names);
    if (flags.names) {
      const names = await collect(streamNames(js, flags.subject));
      await runtime.show(
        { data: listed(names), text: () => names.map((n) => `${n}\n`).join('') },
        { json: flags.json },
      );
      return;
    }
    const missing: string[] = [];
    const all = await collect(listStreams(js, flags.subject, missing)).catch(during('could not list streams'));
    const shown = all.filter((s) => flags.all || !isInternal(s.config.name));
    if (flags.json && !runtime.globals.isSet('as')) {
      const names = shown.map((s) => s.config.name);
      await runtime.show({ data: listed(names), text: () => '' }, { json: true });
      return;
    }
    await runtime.show({
      data: shown.map(streamRow),
      text: () => listText(runtime, shown, missing, all.length > shown.length, flags.subject),
    });
  },
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
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
  const out = await streamsTable(runtime, subject ? `Streams matching ${subject}` : 'Streams', streams);
  if (missing.length === 0) return out;
  const rows = nameRows([...missing].sort());
  return `${out}${await tableText(runtime, { title: 'Inaccessible Streams', rows })}\n`;
}
