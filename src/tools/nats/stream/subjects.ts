import { comma } from '#base/size.ts';
import { int, map, recordOf } from '#cli/schema.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { group } from './group.ts';

type Counted = readonly [string, bigint];

/** `nats stream subjects` */
export const command = defineCommand({
  name: 'subjects',
  aliases: ['subj'],
  help: 'Count the messages of each subject in a stream',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    filter: { type: 'string', default: '>', help: 'Only subjects that match' },
  },
  flags: {
    json: { type: 'bool', short: 'j', help: 'Print subject and count as a JSON object' },
    sort: {
      type: 'enum',
      enum: ['name', 'subjects', 'messages', 'count'],
      default: 'messages',
      help: 'Order by name or by number of messages',
    },
    reverse: { type: 'bool', short: 'R', help: 'The other way round' },
    names: { type: 'bool', negatable: true, help: 'Subjects alone, one a line' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: recordOf(map(int)),
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const { name } = await pickStream(runtime, js, args.stream, { all: flags.all });
    const { state } = await streamInfo(js, name, { subjectsFilter: args.filter });
    const byName = flags.sort === 'name' || flags.sort === 'subjects';
    const sorted = sortCounts(state.subjects ?? {}, byName, flags.reverse);
    const text = async () => {
      if (sorted.length === 0) return `No subjects found matching ${args.filter}\n`;
      if (flags.names) return sorted.map(([subject]) => `${subject}\n`).join('');
      return `${await subjectsTable(runtime, name, sorted)}\n`;
    };
    const rows = () => sorted.map(([subject, count]) => ({ subject, count }));
    await runtime.show({ data: Object.fromEntries(sorted), text, rows }, { json: flags.json });
  },
});

function sortCounts(subjects: Readonly<Record<string, number | bigint>>, byName: boolean, reverse: boolean): Counted[] {
  const all = Object.entries(subjects).map(([subject, count]) => [subject, BigInt(count)] as const);
  const names = (a: Counted, b: Counted) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
  const counts = (a: Counted, b: Counted) => (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : names(a, b));
  const order = byName ? names : counts;
  return all.sort((a, b) => (reverse ? -order(a, b) : order(a, b)));
}

/** One, two or three pairs a row, filled column by column. */
function subjectsTable(runtime: Runtime, stream: string, sorted: readonly Counted[]): Promise<string> {
  const longest = Math.max(...sorted.map(([s]) => s.length));
  const width = longest + Math.max(...sorted.map(([, n]) => comma(n).length));
  const columns = width < 20 ? 3 : width < 30 ? 2 : 1;
  const height = Math.ceil(sorted.length / columns);
  const rows = Array.from({ length: height }, (_, r) =>
    Array.from({ length: columns }, (_, c) => sorted[c * height + r]).flatMap((pair) =>
      pair ? [pair[0], comma(pair[1])] : ['', ''],
    ),
  );
  const headers = Array.from({ length: columns }, () => ['Subject', 'Count']).flat();
  return tableText(runtime, { title: `${sorted.length} Subjects in stream ${stream}`, headers, rows });
}
