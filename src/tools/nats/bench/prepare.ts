// From flags to a plan: what every benchmark checks and shows.
import { humanDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { human } from '#base/human.ts';
import { nuid } from '#base/nuid.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';
import { type HeaderLine, messageHeaders } from '../messaging/headers.ts';
import { type Kind, type Plan, planOf } from './plan.ts';
import type { Job } from './run.ts';

/** Flags as they come from any of the commands. */
export interface CommonValues {
  readonly clients: number;
  readonly msgs: bigint;
  readonly progress: boolean;
  readonly csv: string | undefined;
  readonly size: bigint;
  readonly threads: number;
  readonly sleep?: bigint;
  readonly throughput?: number;
  readonly duration?: bigint;
  readonly rate?: number;
  readonly payload?: string | undefined;
  readonly header?: readonly string[];
  readonly multisubject?: boolean;
  readonly multisubjectmax?: number;
  readonly multisubjectrandomize?: boolean;
}

/** Kinds where more clients than messages make no sense. */
const shared: ReadonlySet<Kind> = new Set([
  'pub',
  'request',
  'js-pub-sync',
  'js-pub-async',
  'js-pub-atomic',
  'js-pub-fast',
  'kv-put',
]);

/** Messages as the flags ask for: `--duration` wins over `--msgs`. */
export function messagesOf(values: CommonValues): number {
  const { duration = 0n, throughput = 0, rate = 0 } = values;
  let msgs = Number(values.msgs);
  if (rate < 0) throw fail('usage', '--rate cannot be negative');
  if (rate > 0 && throughput > 0) throw fail('usage', '--rate and --throughput do not go together');
  if (duration < 0n) throw fail('usage', '--duration cannot be negative');
  if (duration > 0n) {
    const speed = rate || throughput;
    if (speed <= 0) throw fail('usage', '--duration requires --throughput to be set', { hint: 'or --rate' });
    msgs = Math.round((speed * Number(duration)) / 1e9);
    if (msgs <= 0) {
      const name = rate > 0 ? 'rate' : 'throughput';
      throw fail(
        'usage',
        `the combination of --${name}=${speed} and --duration=${humanDuration(duration)} results in zero messages`,
      );
    }
  }
  if (msgs <= 0) throw fail('usage', 'number of messages should be greater than 0');
  return msgs;
}

/** Makes the plan of a benchmark; reads the payload. */
export async function makePlan(
  runtime: Runtime,
  kind: Kind,
  values: CommonValues,
  more: Partial<Plan> = {},
): Promise<Plan> {
  const msgs = messagesOf(values);
  const size = Number(values.size);
  if (size <= 0 || size > 2_147_483_647) {
    throw fail('usage', `can not parse or invalid the value specified for the message size: ${values.size}`);
  }
  if (values.threads < 0) throw fail('usage', '--threads cannot be negative');
  const { jsDomain, jsApiPrefix, timeout } = await loadSettings(runtime);
  const headers = await headersOf(runtime, values.header ?? []);
  const clients = Math.max(0, values.clients);
  return planOf({
    kind,
    runId: nuid(),
    clients: shared.has(kind) ? Math.min(clients, msgs) : clients,
    msgs,
    size,
    payload: values.payload ? await runtime.files.readBytes(values.payload) : new Uint8Array(size),
    headers,
    multi: values.multisubject === true,
    multiMax: values.multisubjectmax ?? 0,
    multiRandom: values.multisubjectrandomize === true,
    sleep: Number(values.sleep ?? 0n) / 1e6,
    throughput: Math.max(0, values.throughput ?? 0),
    rate: values.rate ?? 0,
    timeout: Math.max(1, Number(timeout / 1_000_000n)),
    jsDomain,
    jsApiPrefix,
    ...more,
  });
}

/** Header values may hold templates, which few runs need. */
async function headersOf(runtime: Runtime, words: readonly string[]): Promise<readonly HeaderLine[]> {
  if (words.length === 0) return [];
  const { createExpander } = await import('../messaging/templates.ts');
  const expander = createExpander(runtime);
  return messageHeaders(words, runtime.log).map(([name, value]) => [name, expander.text(value, { count: 0 })] as const);
}

/** The parts of a job that all commands have. */
export function jobOf(plan: Plan, values: CommonValues, parameters: Record<string, string>): Omit<Job, 'word'> {
  const speed: Record<string, string> = {};
  if (plan.throughput > 0) speed['throughput'] = human(plan.throughput);
  if (plan.rate > 0) speed['rate'] = human(plan.rate);
  if ((values.duration ?? 0n) > 0n) speed['duration'] = humanDuration(values.duration as bigint);
  return {
    plan,
    parameters: { ...parameters, ...speed },
    csv: values.csv,
    bars: values.progress,
    threads: values.threads,
  };
}

/** Start line: what a publisher says of its subjects. */
export function subjectParameters(plan: Plan): Record<string, string> {
  return {
    subject: plan.multi ? `${plan.subject}.*` : plan.subject,
    'multi-subject': String(plan.multi),
    'multi-subject-max': human(plan.multiMax),
    'multi-subject-randomize': String(plan.multiRandom),
  };
}

export function sleepParameter(values: CommonValues): string {
  return humanDuration(values.sleep ?? 0n);
}
