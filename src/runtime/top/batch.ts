// Snapshots without a screen: as the classic text, as data, or into a record only.
import { fail, messageOf } from '#base/errors.ts';
import { visibleLine } from '#base/visible.ts';
import { chosenColumns, connColumns, pageColumns } from '#view/top/columns.ts';
import { type DataChoice, topData, topTable } from '#view/top/data.ts';
import type { Sample } from '#view/top/model.ts';
import { pageOf, pageRows, sortRows } from '#view/top/pages.ts';
import { type Snapshot, snapshotOf } from '#view/top/rates.ts';
import { tableText } from '#view/top/tables.ts';
import { gridText, headerLines, separatedText, type TopLook } from '#view/top/text.ts';
import type { Runtime } from '../runtime.ts';
import { createHistory, type History } from './history.ts';
import { createHosts } from './hosts.ts';
import type { TopOptions } from './options.ts';
import { createPolls, wantsOf } from './polls.ts';
import type { Recorder } from './record.ts';
import type { TopSource } from './source.ts';

/** The next snapshot, with its rates; undefined after the last one. */
type Next = () => Promise<Snapshot | undefined>;

/** One snapshot, or one after the other, as the options and the output contract ask. */
export async function runBatch(
  runtime: Runtime,
  source: TopSource,
  options: TopOptions,
  recorder: Recorder | undefined,
): Promise<void> {
  const next = live(runtime, source, options, recorder);
  if (options.output !== undefined) return saveText(runtime, next, options, options.output);
  const { refreshes = 1 } = options;
  const endless = runtime.contract.as === 'ndjson' || recorder !== undefined;
  if (endless || refreshes !== 1) return streamData(runtime, next, options, options.refreshes ?? (endless ? 0 : 1));
  return showData(runtime, next, options);
}

/** The moments of a record: all of them as data, the last one as text. */
export async function replayBatch(runtime: Runtime, record: History, options: TopOptions): Promise<void> {
  let at = options.output === undefined ? 0 : record.newest - 1;
  let before: readonly Sample[] | undefined = record.moment(at)?.samples;
  const { sort, limit } = options.query;
  const next: Next = async () => {
    const moment = record.moment(++at);
    if (!moment) return undefined;
    const resort = sort !== moment.sort;
    const snapshot = snapshotOf(before, moment.samples, { sort, limit, resort });
    before = moment.samples;
    return snapshot;
  };
  if (options.output !== undefined) return saveText(runtime, next, options, options.output);
  return streamData(runtime, next, { ...options, delay: 0 }, options.refreshes ?? 0);
}

/** Only records, until the refreshes are done or a signal comes: for where there is no terminal. */
export async function runRecord(
  runtime: Runtime,
  source: TopSource,
  options: TopOptions,
  recorder: Recorder,
): Promise<void> {
  runtime.log(`recording to ${options.record}`);
  const next = live(runtime, source, options, recorder);
  let moments = 0;
  await every(runtime, options, options.refreshes ?? 0, async () => {
    await next();
    moments += 1;
    return true;
  });
  runtime.log(`${moments} moments recorded`);
}

function live(runtime: Runtime, source: TopSource, options: TopOptions, recorder: Recorder | undefined): Next {
  const history = createHistory();
  const poll = createPolls(source, history, runtime.clock, recorder);
  const { sort, limit } = options.query;
  const query = { ...options.query, wants: wantsOf(options.page, recorder !== undefined) };
  let before: readonly Sample[] | undefined;
  return async () => {
    await poll(query);
    const { samples = [] } = history.moment(history.newest) ?? {};
    const snapshot = snapshotOf(before, samples, { sort, limit });
    before = samples;
    return snapshot;
  };
}

/** Does it again and again with the delay of the options between the starts, until it says false. */
async function every(runtime: Runtime, options: TopOptions, times: number, run: () => Promise<boolean>): Promise<void> {
  const { signal, clock } = runtime;
  for (let done = 1; !signal.aborted; done++) {
    const started = clock.mono();
    if (!(await run())) break;
    if (times > 0 && done >= times) break;
    const left = options.delay * 1000 - Number(clock.mono() - started) / 1e6;
    await clock.sleep(Math.max(1, left), signal).catch(() => undefined);
  }
}

async function saveText(runtime: Runtime, next: Next, options: TopOptions, path: string): Promise<void> {
  const snapshot = await next();
  if (!snapshot) return;
  const hosts = options.lookup ? createHosts(runtime.clock) : undefined;
  await hosts?.all(snapshot.connz.connections.slice().map((c) => c.ip));
  const look = { raw: options.raw, subs: options.query.subs, perSecond: false, hosts: hosts?.names };
  const lines = textOf(snapshot, look, options);
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

/** The classic text; other pages, and columns of one's own choice, are tables below the same head. */
function* textOf(snapshot: Snapshot, look: TopLook, options: TopOptions): Generator<string> {
  const { page: id, columns, delimiter } = options;
  if (id === 'connections' && columns.length === 0) {
    yield* delimiter === '' ? gridText(snapshot, look) : separatedText(snapshot, look, delimiter);
    return;
  }
  yield* headerLines(snapshot, look).slice(0, id === 'connections' ? undefined : -1);
  if (id === 'connections') {
    yield* tableText(
      chosenColumns(connColumns(snapshot, look), columns),
      snapshot.connz.connections.slice(),
      delimiter,
    );
    return;
  }
  const page = pageOf(id);
  const rows = sortRows(page, pageRows(page, snapshot), page.sort);
  yield* tableText(chosenColumns(pageColumns(page, look), columns), rows, delimiter);
}

function choiceOf(options: TopOptions): DataChoice {
  return { page: options.page, subs: options.query.subs };
}

async function showData(runtime: Runtime, next: Next, options: TopOptions): Promise<void> {
  const snapshot = await next();
  if (!snapshot) return;
  const choice = choiceOf(options);
  const view = { data: topData(snapshot, choice), text: () => '', rows: () => topTable(snapshot, choice) };
  await runtime.show(view);
}

async function streamData(runtime: Runtime, next: Next, options: TopOptions, times: number): Promise<void> {
  const stream = runtime.stream();
  await stream.ready;
  const tabular = ['csv', 'tsv', 'md'].includes(runtime.contract.as);
  const choice = choiceOf(options);
  await every(runtime, options, times, async () => {
    const snapshot = await next();
    if (!snapshot) return false;
    if (tabular) for (const row of topTable(snapshot, choice)) stream.emit(row, () => '');
    else stream.emit(topData(snapshot, choice), () => '');
    await runtime.out.flush();
    return true;
  });
  await stream.end();
}
