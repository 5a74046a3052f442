// A benchmark from its plan to its report.
import { BoxError } from '#base/errors.ts';
import { human } from '#base/human.ts';
import { humanBytes } from '#base/size.ts';
import { formatRfc3339 } from '#base/time.ts';
import { any, arr, bool, int, map, num, type OutputSpec, obj, record, str } from '#cli/schema.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import type { Connection } from '#client/types.ts';
import { jetStreamOf } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings, type Settings } from '#runtime/settings.ts';
import { createBars } from './bars.ts';
import { type CrewEvents, type Result, runCrew } from './crew.ts';
import { kindFacts, type Plan, shareOf } from './plan.ts';
import { type Outcome, reportCsv, reportData, reportText } from './report.ts';
import { crews, errorOf, plainConnection, runThread, threadsFor } from './threads.ts';

/** The data of every benchmark. */
const figures = obj({
  msgs: int,
  bytes: int,
  seconds: num,
  msgs_per_sec: int,
  bytes_per_sec: num,
  'latency_us?': map(num),
});
export const benchOutput: OutputSpec = record({
  run_id: str,
  benchmark: str,
  label: str,
  environment: map(any),
  parameters: map(any),
  clients: arr({ ...figures, properties: { ...figures.properties, client: str } }),
  'total?': figures,
  'counts?': obj({ lost: int, duplicate: int, gaps: int }),
  disconnected: bool,
  drained: bool,
});

/** One benchmark as a command asks for it. */
export interface Job {
  readonly plan: Plan;
  /** What the start line tells, in any order; sizes and counts are added. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly csv: string | undefined;
  readonly bars: boolean;
  /** 0: as many as serve best. */
  readonly threads: number;
  /** Word in front of the bars. */
  readonly word: string;
  /** Word in front of the error of a client. */
  readonly failure?: string;
  /** Makes streams and consumers. */
  prepare?(js: JetStream): Promise<void>;
  cleanup?(js: JetStream): Promise<void>;
  /** What `--plan` says beside the parameters. */
  readonly changes?: readonly string[];
}

/** Runs the benchmark and shows what came of it. */
export async function runBench(runtime: Runtime, job: Job): Promise<void> {
  const { plan } = job;
  const facts = kindFacts(plan.kind);
  if (runtime.contract.plan) return showPlan(runtime, job);
  runtime.log(startLine(job));
  const settings = await loadSettings(runtime);
  const environment = await environmentOf(runtime, await runtime.connect());
  if (job.prepare) await job.prepare(jetStreamOf(runtime, await runtime.connect(), settings));
  for (let i = 0; i < plan.clients; i++) {
    runtime.log(`[${i + 1}] Starting ${facts.label}, ${facts.does.replace('%', human(shareOf(plan, i).count))}`);
  }
  let outcome: Outcome;
  try {
    outcome = await measure(runtime, job, settings);
  } finally {
    if (job.cleanup && !runtime.signal.aborted) {
      await job.cleanup(jetStreamOf(runtime, await runtime.connect(), settings)).catch(() => undefined);
    }
  }
  warn(runtime, outcome);
  if (job.csv) await runtime.files.write(job.csv, reportCsv(outcome), 0o600);
  const saved = job.csv ? `Saved metric data in csv file ${job.csv}\n` : '';
  await runtime.show({
    data: reportData(outcome, environment),
    text: () => `\n${reportText(outcome)}\n${saved}`,
  });
  if (runtime.contract.strict && outcome.samples.some((s) => s.drained || (s.counts?.lost ?? 0) > 0)) {
    throw new BoxError('partial', 'not all messages arrived');
  }
}

async function measure(runtime: Runtime, job: Job, settings: Settings): Promise<Outcome> {
  const { plan } = job;
  const text = runtime.contract.as === 'text';
  const totals = Array.from({ length: plan.clients }, (_, i) => shareOf(plan, i).count);
  const bars = job.bars && text && plan.clients > 0 ? createBars(runtime, totals, job.word) : undefined;
  let disconnected = false;
  const threads = Math.min(plan.clients, job.threads || threadsFor(plan.clients, runtime.platform.cpus));
  const groups = crews(plan.clients, Math.max(1, threads));
  const together = gather(groups.length);
  const events: CrewEvents = {
    ready: together,
    progress: (index, messages) => bars?.add(index, messages),
    log: (line) => runtime.log(line),
    trouble: () => {
      disconnected = true;
    },
  };
  const { signal } = runtime;
  const results =
    groups.length > 1
      ? await threaded(plan, groups, await plainConnection(settings), events, signal)
      : await local(runtime, plan, groups[0] ?? [], settings, events);
  bars?.done();
  results.sort((a, b) => a.index - b.index);
  const failed = results.flatMap((r) => (r.error ? [{ index: r.index, error: r.error }] : []));
  for (const { index, error } of failed) {
    runtime.log(`${job.failure ?? 'Error'} from client ${index}: ${error.message}`);
  }
  if (failed[0]) throw errorOf(failed[0].error);
  return { plan, samples: results.flatMap((r) => (r.sample ? [r.sample] : [])), disconnected };
}

async function local(
  runtime: Runtime,
  plan: Plan,
  indexes: readonly number[],
  settings: Settings,
  events: CrewEvents,
): Promise<Result[]> {
  if (indexes.length === 0) return [];
  const { connectSettings } = await import('#runtime/connect.ts');
  return runCrew(plan, indexes, () => connectSettings(runtime, settings), events, runtime.signal);
}

async function threaded(
  plan: Plan,
  groups: readonly (readonly number[])[],
  connection: Awaited<ReturnType<typeof plainConnection>>,
  events: CrewEvents,
  signal: AbortSignal,
): Promise<Result[]> {
  // One that cannot even connect ends the others, who would wait for it for ever.
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const all = groups.map((indexes) =>
    runThread({ plan, indexes, connection }, events, both).catch((error: unknown) => {
      if (!stop.signal.aborted) stop.abort(error);
      throw error;
    }),
  );
  return (await Promise.all(all)).flat();
}

/** Resolves for all when it was called so many times. */
function gather(total: number): () => Promise<void> {
  let waiting = total;
  let open: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    if (--waiting === 0) open();
    return all;
  };
}

function startLine({ plan, parameters }: Job): string {
  const all: Record<string, string> = {
    ...parameters,
    msgs: human(plan.msgs),
    'msg-size': humanBytes(plan.size),
    clients: human(plan.clients),
  };
  const list = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`);
  return `Starting ${kindFacts(plan.kind).label} benchmark [${list.join(', ')}]`;
}

function warn(runtime: Runtime, { plan, samples, disconnected }: Outcome): void {
  if (samples.some((s) => s.short)) {
    runtime.log(
      'WARNING: at least one of the clients got less than the requested number of messages in a batch get. These results may not be optimal!',
    );
  }
  const drained = samples.filter((s) => s.drained);
  if (drained.length > 0) {
    const got = samples.reduce((n, s) => n + s.msgs, 0);
    runtime.log(`WARNING: stream ${plan.stream} had no more messages: ${human(got)} were received`);
  }
  if (disconnected) {
    runtime.log(
      'WARNING: at least one of the clients disconnected or experienced an error during the benchmark. These results are not optimal!',
    );
  }
}

async function showPlan(runtime: Runtime, job: Job): Promise<void> {
  const changes = job.changes ?? [];
  const data = { benchmark: job.plan.kind, parameters: job.parameters, msgs: job.plan.msgs, changes };
  await runtime.show({
    data,
    text: () => [`${startLine(job).replace('Starting', 'Would start')}\n`, ...changes.map((c) => `${c}\n`)],
  });
}

/** Where a result was measured: without it two results cannot be compared. */
async function environmentOf(runtime: Runtime, connection: Connection): Promise<Record<string, unknown>> {
  const { os, arch, cpus, runtime: on } = runtime.platform;
  const { info } = connection;
  return {
    time: formatRfc3339(runtime.clock.now()),
    natsbox: runtime.version,
    runtime: on,
    os,
    arch,
    cpus,
    server: { name: info.server_name, version: info.version, jetstream: info.jetstream === true },
    tls: connection.isSecure,
    rtt_us: Number(await connection.rtt()) / 1000,
  };
}
