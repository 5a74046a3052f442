import { comma, humanBytes } from '#base/size.ts';
import { arr, int, list } from '#cli/schema.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { readStream } from '#client/jetstream/read.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { tableText } from '#runtime/text.ts';
import { confirmed, pickStream } from '../jetstream/pick.ts';
import { setupJetStream } from '../jetstream/setup.ts';
import { deletedGaps, type Gap, messageGaps } from './gap-list.ts';
import { group } from './group.ts';

/** Up to so many deleted messages the server is asked for a list of them; beyond, the stream is read. */
const MOST_LISTED = 500_000n;

/** `nats stream gaps` */
export const command = defineCommand({
  name: 'gaps',
  help: 'Find where messages are missing in a stream',
  args: { stream: { type: 'string', help: 'Name of the stream', complete: 'streams' } },
  flags: {
    force: { type: 'bool', short: 'f', help: 'Look without asking' },
    progress: { type: 'bool', default: 'true', negatable: true, help: 'Show a progress bar on a terminal' },
    json: { type: 'bool', help: 'Print first and last sequences as JSON' },
  },
  inherits: group.flags,
  tags: { scope: 'user', impact: 'ro' },
  output: list(arr(int)),
  async run(input, runtime) {
    const { flags, args } = input;
    const js = await setupJetStream(runtime);
    const { name, info } = await pickStream(runtime, js, args.stream, { all: flags.all });
    const nothing = () => `No deleted messages in ${name}\n`;
    const rows = (data: unknown) => (data as Gap[]).map(([first, last]) => ({ first, last }));
    const deleted = BigInt(info.state.num_deleted ?? 0);
    if (deleted === 0n) {
      // The original's answer for nothing is an object.
      const classic = flags.json && !runtime.globals.isSet('as');
      return runtime.show({ data: classic ? {} : [], text: nothing, rows }, { json: flags.json });
    }
    if (deleted > MOST_LISTED && !flags.force) {
      const size = `${comma(info.state.messages)} messages and ${humanBytes(info.state.bytes)} bytes`;
      runtime.err.line('WARNING: so many messages are missing that the whole stream has to be read.');
      if (!(await confirmed(runtime, false, `Really detect gaps in stream ${name} with ${size}`))) return;
    }
    const gaps =
      deleted > MOST_LISTED ? await readGaps(runtime, js, info, flags.progress && !flags.json) : await listed(js, name);
    await runtime.show({ data: gaps, text: () => gapsText(runtime, name, gaps), rows }, { json: flags.json });
  },
});

async function listed(js: JetStream, name: string): Promise<Gap[]> {
  const { state } = await streamInfo(js, name, { deletedDetails: true });
  return deletedGaps((state.deleted ?? []).map(BigInt));
}

async function readGaps(runtime: Runtime, js: JetStream, info: StreamInfo, progress: boolean): Promise<Gap[]> {
  const { openProgress } = await import('#runtime/progress.ts');
  const bar = await openProgress(runtime, { wanted: progress, total: Number(info.state.messages) });
  const first = BigInt(info.state.first_seq);
  async function* sequences() {
    for await (const { seq } of readStream(js, info, { signal: runtime.signal })) {
      bar?.add(1);
      yield seq;
    }
  }
  const gaps = await messageGaps(sequences(), first, BigInt(info.state.last_seq));
  bar?.done();
  return gaps;
}

async function gapsText(runtime: Runtime, name: string, gaps: readonly Gap[]): Promise<string> {
  if (gaps.length === 0) return `No deleted messages in ${name}\n`;
  const title = `${gaps.length === 1 ? '1 gap' : `${comma(gaps.length)} gaps`} found in Stream ${name}`;
  const rows = gaps.map(([first, last]) => [comma(first), comma(last)]);
  return `${await tableText(runtime, { title, headers: ['First Message', 'Last Message'], rows })}\n`;
}
