// nats-top and `nats top`: one engine behind two sets of flags.
import { fail, messageOf } from '#base/errors.ts';
import { visibleLine } from '#base/visible.ts';
import { arr, int, num, obj, recordOf, str } from '#cli/schema.ts';
import { topData, topRows } from '#view/top/data.ts';
import { joinSamples, type Sample, type Snapshot, withRates } from '#view/top/model.ts';
import { gridText, separatedText } from '#view/top/text.ts';
import type { Runtime } from '../runtime.ts';
import { createHosts } from './hosts.ts';
import type { TopQuery, TopSource } from './source.ts';

/** What nats-top and `nats top` were asked for. */
export interface TopOptions {
  readonly query: TopQuery;
  readonly raw: boolean;
  readonly lookup: boolean;
  /** Seconds between two polls. */
  readonly delay: number;
  /** Polls until the end; 0 or less: no end. */
  readonly refreshes: number;
  /** File for one snapshot, `-` for stdout; undefined: the full screen. */
  readonly output: string | undefined;
  /** Permission bits of that file. */
  readonly mode: number;
  /** Between values; empty: the grid. */
  readonly delimiter: string;
}

/** What sort takes. The empty word leaves the order to the server. */
export const sortFields = [
  'cid',
  'start',
  'subs',
  'pending',
  'msgs_to',
  'msgs_from',
  'bytes_to',
  'bytes_from',
  'last',
  'idle',
  'uptime',
  'stop',
  'reason',
  'rtt',
] as const;

const rate = obj({ in_msgs: num, out_msgs: num, in_bytes: num, out_bytes: num });

/** The data of one snapshot. */
export const topOutput = recordOf(
  obj({
    server: obj({
      id: str,
      name: str,
      version: str,
      uptime: str,
      start: str,
      now: str,
      cpu: num,
      mem: int,
      slow_consumers: int,
      in_msgs: int,
      out_msgs: int,
      in_bytes: int,
      out_bytes: int,
      rate,
    }),
    polled: int,
    total: int,
    connections: arr(
      obj({
        'server?': str,
        host: str,
        cid: int,
        name: str,
        account: str,
        subs: int,
        pending: int,
        msgs_to: int,
        msgs_from: int,
        bytes_to: int,
        bytes_from: int,
        'msgs_to_rate?': num,
        'msgs_from_rate?': num,
        'bytes_to_rate?': num,
        'bytes_from_rate?': num,
        lang: str,
        version: str,
        uptime: str,
        idle: str,
        rtt: str,
        last_activity: str,
        'subscriptions?': arr(str),
      }),
    ),
    'error?': str,
  }),
);

/** Does what the options ask for. The source was checked before. */
export async function runTop(runtime: Runtime, source: TopSource, options: TopOptions): Promise<void> {
  const { contract } = runtime;
  const isData = contract.as !== 'text' || contract.jq !== undefined || contract.fields !== undefined;
  if (isData && (contract.as === 'ndjson' || options.refreshes > 1)) return streamData(runtime, source, options);
  if (isData) return showData(runtime, source, options);
  if (options.output !== undefined) return saveText(runtime, source, options, options.output);
  const { systemTermIO } = await import('../term-io.ts');
  const io = systemTermIO(runtime);
  if (!io) {
    throw fail('usage', 'the full screen needs a terminal', {
      hint: 'nats-top -o - prints one snapshot, -as ndjson one JSON line per refresh',
    });
  }
  if (options.delay < 1) throw fail('usage', `cannot refresh every ${options.delay} seconds`, { hint: 'e.g. -d 1' });
  const { topScreen } = await import('./screen.ts');
  await topScreen(io, source, options, { clock: runtime.clock, signal: runtime.signal });
}

async function take(source: TopSource, options: TopOptions, before?: Sample): Promise<Snapshot> {
  const samples = await source.poll(options.query);
  return withRates(before, joinSamples(samples, options.query.sort, options.query.limit), true);
}

async function saveText(runtime: Runtime, source: TopSource, options: TopOptions, path: string): Promise<void> {
  const snapshot = await take(source, options);
  const hosts = options.lookup ? createHosts(runtime.clock) : undefined;
  await hosts?.all(snapshot.connz.connections.map((c) => c.ip));
  const look = { raw: options.raw, subs: options.query.subs, perSecond: false, hosts: hosts?.names };
  const lines = options.delimiter === '' ? gridText(snapshot, look) : separatedText(snapshot, look, options.delimiter);
  if (path === '-') {
    // Names come from the network: a terminal sees what they hold and does not obey it.
    const { isTTY } = runtime.out;
    for (const line of lines) runtime.out.line(isTTY ? visibleLine(line) : line);
    return;
  }
  try {
    // A new file follows the umask, one that is there keeps its permissions, as if it were opened and cut.
    const mode = (await runtime.files.stat(path))?.mode ?? options.mode & ~process.umask();
    await runtime.files.write(path, [...lines].join('\n') + '\n', mode);
  } catch (error) {
    throw fail('error', `failed to open output file '${path}': ${messageOf(error)}`);
  }
}

async function showData(runtime: Runtime, source: TopSource, options: TopOptions): Promise<void> {
  const snapshot = await take(source, options);
  const view = {
    data: topData(snapshot, options.query.subs),
    text: () => '',
    rows: () => topRows(snapshot, options.query.subs),
  };
  await runtime.show(view);
}

async function streamData(runtime: Runtime, source: TopSource, options: TopOptions): Promise<void> {
  const stream = runtime.stream();
  await stream.ready;
  const tabular = ['csv', 'tsv', 'md'].includes(runtime.contract.as);
  const { signal, clock } = runtime;
  let before: Sample | undefined;
  for (let polls = 1; !signal.aborted; polls++) {
    const started = clock.mono();
    const snapshot = await take(source, options, before);
    // A failed poll is told, and the next good one is compared with the last good one.
    if (snapshot.error === '') before = { varz: snapshot.varz, connz: snapshot.connz, error: '' };
    if (tabular) for (const row of topRows(snapshot, options.query.subs)) stream.emit(row, () => '');
    else stream.emit(topData(snapshot, options.query.subs), () => '');
    await runtime.out.flush();
    if (options.refreshes > 0 && polls >= options.refreshes) break;
    const left = options.delay * 1000 - Number(clock.mono() - started) / 1e6;
    await clock.sleep(Math.max(1, left), signal).catch(() => undefined);
  }
  await stream.end();
}
