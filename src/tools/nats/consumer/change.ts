// From flags to a configuration: what add, edit and copy have in common.
import { formatDuration, MILLISECOND, parseDuration, roundDuration } from '#base/duration.ts';
import { during, fail, messageOf } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import { nuid } from '#base/nuid.ts';
import { formatRfc3339Nano, tryParseRfc3339 } from '#base/time.ts';
import type { Input, ValuesOf } from '#cli/spec.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { createConsumer } from '#client/jetstream/consumers.ts';
import { isName } from '#client/jetstream/streams.ts';
import type { ConsumerConfig, ConsumerInfo, Nanos } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { knownKeys } from '../jetstream/document.ts';
import { requireLevel } from '../jetstream/level.ts';
import type { changeFlags, createFlags } from './flags.ts';

export type ChangeValues = ValuesOf<typeof changeFlags>;
export type CreateValues = ValuesOf<typeof createFlags>;
export type IsSet = Input['isSet'];

/** Metadata without what servers add; undefined when nothing is left. */
export function ownMetadata(metadata: Readonly<Record<string, string>> | undefined): {
  metadata?: Record<string, string>;
} {
  const own = Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith('_nats.'));
  return own.length > 0 ? { metadata: Object.fromEntries(own) } : {};
}

/** A configuration without the server's metadata. */
export function ownConfig(config: ConsumerConfig): ConsumerConfig {
  const { metadata, ...rest } = config;
  return { ...rest, ...ownMetadata(metadata) };
}

/** Reads a configuration from a file: the configuration itself, or what `info --json` printed. */
export async function readConsumerFile(runtime: Runtime, path: string): Promise<ConsumerConfig> {
  let document: unknown;
  try {
    document = parseJson(await runtime.files.readText(path));
  } catch (error) {
    throw fail('usage', `invalid input: ${messageOf(error)}`, { hint: `${path} must hold a JSON document` });
  }
  if (document === null || typeof document !== 'object') throw fail('usage', `${path} holds no configuration`);
  const outer = document as { config?: ConsumerConfig } & ConsumerConfig;
  return ownConfig(knownKeys(runtime, path, outer.config ?? outer, 'consumer'));
}

/** The value of --max-pending, under either of its names. */
export function maxPending(flags: ChangeValues): number {
  return flags['max-pending'] === -1 ? flags['max-outstanding'] : flags['max-pending'];
}

/** Equal steps between two times, the longest left out, as the original makes them. Nanoseconds. */
export function linearBackoff(steps: bigint, shortest: bigint, longest: bigint): Nanos[] {
  if (steps === 0n || shortest === 0n || longest === 0n) {
    throw fail('usage', 'could not determine backoff policy: required policy properties not supplied', {
      hint: '--backoff-steps, --backoff-min and --backoff-max may not be 0',
    });
  }
  const [low, high] = longest < shortest ? [longest, shortest] : [shortest, longest];
  const size = (high - low) / steps;
  if (high !== low && size === 0n) {
    const range = `${formatDuration(low)} and ${formatDuration(high)}`;
    throw fail(
      'usage',
      `could not determine backoff policy: step range between ${range} is too small for ${steps} steps`,
    );
  }
  if (steps > 10_000n) throw fail('usage', 'could not determine backoff policy: too many steps');
  return Array.from({ length: Number(steps) }, (_, i) => low + roundDuration(BigInt(i) * size, MILLISECOND));
}

/** The retry times asked for by --backoff; undefined for none. */
export function backoffOf(flags: ChangeValues): Nanos[] | undefined {
  if (flags.backoff !== 'linear') return undefined;
  return linearBackoff(flags['backoff-steps'], flags['backoff-min'], flags['backoff-max']);
}

/** --sample as the configuration holds it. */
export function sampleOf(percent: number): string {
  if (percent > 100 || percent < 0) throw fail('usage', 'sample percent is not between 0 and 100');
  return percent > 0 ? String(percent) : '';
}

/** Sets where delivery starts. */
export function setStart(config: ConsumerConfig, policy: string, now: bigint): void {
  delete config.opt_start_seq;
  delete config.opt_start_time;
  const words: Readonly<Record<string, NonNullable<ConsumerConfig['deliver_policy']>>> = {
    all: 'all',
    last: 'last',
    new: 'new',
    next: 'new',
    subject: 'last_per_subject',
    last_per_subject: 'last_per_subject',
  };
  const word = words[policy];
  if (word) {
    config.deliver_policy = word;
  } else if (/^\d+$/.test(policy)) {
    config.deliver_policy = 'by_start_sequence';
    config.opt_start_seq = BigInt(policy);
  } else {
    let age: bigint;
    try {
      age = parseDuration(policy);
    } catch (error) {
      throw fail('usage', `could not parse starting delta: ${messageOf(error)}`, {
        hint: '--deliver takes all, new, last, subject, a sequence, or an age such as 1h',
      });
    }
    config.deliver_policy = 'by_start_time';
    config.opt_start_time = formatRfc3339Nano(now - age);
  }
}

/** --pause: a UTC date and time, or a duration from now. RFC 3339. */
export function pauseTime(text: string, now: bigint): string {
  const m = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
  if (m) {
    const iso = tryParseRfc3339(`${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}Z`);
    if (iso !== undefined) return formatRfc3339Nano(iso);
  }
  const exact = tryParseRfc3339(text);
  if (exact !== undefined) return formatRfc3339Nano(exact);
  try {
    return formatRfc3339Nano(now + parseDuration(text));
  } catch {
    throw fail('usage', 'could not parse the pause time as either timestamp or duration', {
      hint: 'write 1h30m, or a UTC time such as "2030-12-31 10:00:00"',
    });
  }
}

/** Changes shared by edit and copy. Only what was named changes. */
export function applyChanges(config: ConsumerConfig, flags: ChangeValues, isSet: IsSet): ConsumerConfig {
  const out: ConsumerConfig = { ...config };
  if (flags.description) out.description = flags.description;
  if (flags['inactive-threshold']) out.inactive_threshold = flags['inactive-threshold'];
  if (flags['max-deliver']) out.max_deliver = flags['max-deliver'];
  if (maxPending(flags) !== -1) out.max_ack_pending = maxPending(flags);
  if (flags.sample !== -1) out.sample_freq = sampleOf(flags.sample);
  if ((flags['max-pull-batch'] ?? 0) > 0) out.max_batch = flags['max-pull-batch'] as number;
  if ((flags['max-pull-expire'] ?? 0n) > 0n) out.max_expires = flags['max-pull-expire'] as bigint;
  if ((flags['max-pull-bytes'] ?? 0) > 0) out.max_bytes = flags['max-pull-bytes'] as number;
  if (flags.backoff === 'none') delete out.backoff;
  else if (flags.backoff) out.backoff = backoffOf(flags) ?? [];
  if (flags.target) out.deliver_subject = flags.target;
  if (isSet('headers-only')) out.headers_only = flags['headers-only'];
  setFilters(out, flags.filter);
  if ((flags.replicas ?? 0) > 0) out.num_replicas = flags.replicas as number;
  if (isSet('metadata')) out.metadata = Object.fromEntries(flags.metadata);
  return out;
}

/** One filter and several are different fields. */
export function setFilters(config: ConsumerConfig, filters: readonly string[]): void {
  if (filters.length === 0) return;
  delete config.filter_subject;
  delete config.filter_subjects;
  if (filters.length === 1) config.filter_subject = filters[0] as string;
  else config.filter_subjects = [...filters];
}

/** A duration flag that is text. Nanoseconds. */
export function heartbeatOf(text: string): bigint {
  try {
    return parseDuration(text);
  } catch (error) {
    throw fail('usage', `invalid heartbeat duration: ${messageOf(error)}`, { hint: 'durations are written 5s, 1m' });
  }
}

/** Checks what older servers do not know, before they ignore it. */
export async function checkLevel(js: JetStream, config: ConsumerConfig): Promise<void> {
  if (config.pause_until) await requireLevel(js, 1, 'pausing consumers requires NATS Server 2.11');
  const policy = config.priority_policy ?? 'none';
  if (policy === 'pinned_client') await requireLevel(js, 2, 'Prioritized Consumer Groups requires NATS Server 2.12');
  else if (policy !== 'none') await requireLevel(js, 1, 'Consumer Groups requires NATS Server 2.11');
}

/** Creates or updates: the name is the durable name, the one given, or a new one. `what` stands before a refusal. */
export async function putConsumer(
  js: JetStream,
  stream: string,
  config: ConsumerConfig,
  what?: string,
): Promise<ConsumerInfo> {
  const name = config.durable_name || config.name || nuid().slice(-8);
  const make = async () => {
    if (!isName(name)) throw fail('usage', `${JSON.stringify(name)} is not a valid consumer name`);
    return createConsumer(js, stream, { ...config, name });
  };
  return what === undefined ? make() : make().catch(during(what));
}

/** What can be told to be wrong without asking a server. */
export function consumerProblems(config: ConsumerConfig): string[] {
  const problems: string[] = [];
  const name = config.durable_name || config.name || '';
  if (name !== '' && !isName(name))
    problems.push(`durable_name: ${JSON.stringify(name)} may not hold blanks, dots, * or >`);
  const within = <T>(key: string, value: T | undefined, allowed: readonly T[]) => {
    if (value !== undefined && !allowed.includes(value)) problems.push(`${key}: must be one of ${allowed.join(', ')}`);
  };
  within('ack_policy', config.ack_policy, ['none', 'all', 'explicit', 'flow_control']);
  within('replay_policy', config.replay_policy, ['instant', 'original']);
  if ((config.description?.length ?? 0) > 4096) problems.push('description: at most 4096 characters');
  if ((config.num_replicas ?? 0) < 0 || (config.num_replicas ?? 0) > 5) problems.push('num_replicas: between 0 and 5');
  if (config.deliver_policy === 'by_start_sequence' && config.opt_start_seq === undefined) {
    problems.push('opt_start_seq is required');
  }
  if (config.deliver_policy === 'by_start_time' && config.opt_start_time === undefined) {
    problems.push('opt_start_time is required');
  }
  return problems;
}
