import { comma, humanBytes } from '#base/size.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import { int, obj, stream, time } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { openRedraw } from '#runtime/redraw.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import type { Table } from '#view/table-model.ts';

/** What is counted: by the beginning of the subject, or else by whether an answer is wanted. */
const prefixes = [
  ['$SYS.', 'system'],
  ['$JSC.ARU.', 'account_updates'],
  ['$JSC.CI.', 'consumer_infos'],
  ['$JSC.SI.', 'stream_infos'],
  ['$JSC.ACK.', 'cluster_replies'],
  ['$JSC.R.', 'cluster_replies'],
  ['$JSC.SYNC', 'stream_syncs'],
  ['$NRG.V.', 'votes'],
  ['$NRG.AE.', 'appends'],
  ['$NRG.P.', 'proposals'],
  ['$NRG.RP.', 'peer_removals'],
  ['$NRG.R.', 'raft_replies'],
  ['$JS.ACK.', 'js_acks'],
  ['$JS.API.', 'js_api'],
] as const;

type Kind = (typeof prefixes)[number][1] | 'requests' | 'rest' | 'bytes';
type Counts = Record<Kind, number>;

const zero: Counts = {
  ...{ system: 0, account_updates: 0, consumer_infos: 0, stream_infos: 0, cluster_replies: 0, stream_syncs: 0 },
  ...{ votes: 0, appends: 0, proposals: 0, peer_removals: 0, raft_replies: 0, js_acks: 0, js_api: 0 },
  ...{ requests: 0, rest: 0, bytes: 0 },
};

/** The groups, each with its columns and the sum of them. */
const groups: readonly {
  readonly title: string;
  readonly always?: true;
  readonly columns: readonly [string, Kind][];
}[] = [
  {
    title: 'Raft Traffic',
    columns: [
      ['Vote', 'votes'],
      ['Append', 'appends'],
      ['Reply', 'raft_replies'],
      ['Remove Peer', 'peer_removals'],
      ['Proposal', 'proposals'],
    ],
  },
  {
    title: 'Cluster Traffic',
    columns: [
      ['JSA Update', 'account_updates'],
      ['Stream Info', 'stream_infos'],
      ['Consumer Info', 'consumer_infos'],
      ['Stream Sync', 'stream_syncs'],
      ['Reply', 'cluster_replies'],
    ],
  },
  {
    title: 'General Traffic',
    always: true,
    columns: [
      ['Requests', 'requests'],
      ['JS API', 'js_api'],
      ['JS ACK', 'js_acks'],
      ['System', 'system'],
      ['Rest', 'rest'],
      ['Total Bytes', 'bytes'],
    ],
  },
];

/** Seconds that stay on the screen. */
const history = 11;

/** `nats traffic` */
export const command = defineCommand({
  name: 'traffic',
  hidden: true,
  help: 'Watch what kinds of messages a network carries, second by second\n\nA login of the system account sees what servers say to each other.',
  args: { subjects: { type: 'string', default: '>', help: 'Subjects to watch' } },
  tags: { scope: 'user', impact: 'ro' },
  output: stream(obj({ time, ...Object.fromEntries(Object.keys(zero).map((kind) => [kind, int])) })),
  async run(input, runtime) {
    const connection = await runtime.connect();
    let counts = { ...zero };
    connection.subscribeRaw(input.args.subjects, {}, (frame) => {
      counts.bytes += frame.end - frame.body;
      counts[kindOf(frame.subject, frame.hasReply)] += 1;
    });
    const out = runtime.stream<Counts & { time: string }>();
    await out.ready;
    const redraw = out.isText ? await openRedraw(runtime) : undefined;
    const seconds: Counts[] = [];
    const seen = new Set<string>();
    while (!runtime.signal.aborted) {
      await runtime.clock.sleep(1000, runtime.signal).catch(() => undefined);
      if (runtime.signal.aborted) break;
      const last = counts;
      counts = { ...zero };
      seconds.push(last);
      if (seconds.length > history) seconds.shift();
      for (const { title, columns } of groups) if (columns.some(([, kind]) => last[kind] > 0)) seen.add(title);
      if (!out.isText) out.emit({ time: formatRfc3339Nano(runtime.clock.now()), ...last }, () => '');
      else {
        const text = await tables(runtime, seconds, seen);
        if (redraw) redraw(text);
        else runtime.out.write(text);
      }
      await runtime.out.flush();
    }
    await out.end();
    runtime.signal.throwIfAborted();
  },
});

/** What a message counts as. */
export function kindOf(subject: string, hasReply: boolean): Kind {
  if (subject.charCodeAt(0) === 36) {
    for (const [prefix, kind] of prefixes) if (subject.startsWith(prefix)) return kind;
  }
  return hasReply ? 'requests' : 'rest';
}

async function tables(runtime: Runtime, seconds: readonly Counts[], seen: ReadonlySet<string>): Promise<string> {
  let text = '';
  for (const group of groups) {
    if (!group.always && !seen.has(group.title)) continue;
    const rows = seconds.map((counts) => {
      const cells = group.columns.map(([, kind]) => (kind === 'bytes' ? humanBytes(counts[kind]) : counts[kind]));
      const total = group.columns.reduce((sum, [, kind]) => sum + (kind === 'bytes' ? 0 : counts[kind]), 0);
      return [...cells, total].map((cell) => (typeof cell === 'number' ? comma(cell) : cell));
    });
    const table: Table = {
      title: group.title,
      headers: [...group.columns.map(([name]) => name), 'Total Messages'],
      rows,
    };
    text += `${await tableText(runtime, table)}\n`;
  }
  return text;
}
