// From flags to a configuration: what add, edit and copy have in common.

import { parseDuration } from '#base/duration.ts';
import { during, fail, messageOf } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import type { Input, ValuesOf } from '#cli/spec.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { createStream, isName } from '#client/jetstream/streams.ts';
import type { StreamConfig, StreamSource } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { knownKeys, streamConfigDocument } from '../jetstream/document.ts';
import type { newFlags, shapeFlags } from './flags.ts';
import { userMetadata } from './show.ts';

export type ShapeValues = ValuesOf<typeof shapeFlags>;
export type NewValues = ValuesOf<typeof newFlags>;
type IsSet = Input['isSet'];

/** Reads a configuration from a file: the configuration itself, or what `info --json` printed. */
export async function readConfigFile(runtime: Runtime, path: string, name: string | undefined): Promise<StreamConfig> {
  let document: unknown;
  try {
    document = parseJson(await runtime.files.readText(path));
  } catch (error) {
    throw fail('usage', `invalid input: ${messageOf(error)}`, { hint: `${path} must hold a JSON document` });
  }
  const outer = document as { config?: StreamConfig } & StreamConfig;
  const config = knownKeys(runtime, path, outer.config ?? outer, 'stream');
  return { ...config, name: name || (config.name ?? ''), metadata: userMetadata(config.metadata) };
}

/**
 * Lists given by commas, blanks or repetition. An empty word, as `--subjects "$UNSET"`, is an empty subject, and so are words
 * without any: servers refuse it, but for an empty list they would take the name of the stream.
 */
export function splitSubjects(words: readonly string[]): string[] {
  const subjects = words.flatMap((w) => (w === '' ? [''] : w.split(/[\s,]+/).filter((part) => part !== '')));
  return words.length > 0 && subjects.length === 0 ? [''] : subjects;
}

/** A duration flag that is text, because -1 means none. Nanoseconds. */
export function durationOf(text: string, what: string): bigint {
  if (text === '' || text === '-1') return 0n;
  try {
    return parseDuration(text);
  } catch (error) {
    throw fail('usage', `invalid ${what}: ${messageOf(error)}`, { hint: 'durations are written 30s, 10m, 2h, 7d, 1y' });
  }
}

/** A mirror or source: a bare name, or a JSON document. */
export function parseSource(text: string, what: string): StreamSource {
  if (!text.trim().startsWith('{')) return { name: text };
  let source: StreamSource;
  try {
    source = parseJson(text) as unknown as StreamSource;
  } catch (error) {
    throw fail('usage', `invalid ${what}: ${messageOf(error)}`);
  }
  if (!source.name) throw fail('usage', `invalid ${what}: name is required`);
  return source;
}

export const retentions: Readonly<Record<string, NonNullable<StreamConfig['retention']>>> = {
  limits: 'limits',
  interest: 'interest',
  workq: 'workqueue',
  work: 'workqueue',
};

export function storageOf(word: string): NonNullable<StreamConfig['storage']> {
  return word.startsWith('m') ? 'memory' : 'file';
}

/** Pairs of flags that mean nothing alone. */
export function checkPairs(flags: ShapeValues): void {
  const repub = [flags['republish-source'], flags['republish-destination']].filter(Boolean).length;
  if (repub === 1 || (flags['republish-headers'] && repub === 0)) {
    throw fail('usage', 'must specify both --republish-source and --republish-destination');
  }
  if ([flags['transform-source'], flags['transform-destination']].filter(Boolean).length === 1) {
    throw fail('usage', 'must specify both --transform-source and --transform-destination');
  }
}

/** The parts every form of the command sets the same way: those the user named, and nothing else. */
export function applyShape(config: StreamConfig, flags: ShapeValues, isSet: IsSet): StreamConfig {
  checkPairs(flags);
  const out: StreamConfig = { ...config };
  const set = <K extends keyof StreamConfig>(flag: string, key: K, value: StreamConfig[K]) => {
    if (isSet(flag)) out[key] = value;
  };
  set('description', 'description', flags.description ?? '');
  set('compression', 'compression', flags.compression as 'none' | 's2');
  set('max-consumers', 'max_consumers', flags['max-consumers']);
  set('discard-per-subject', 'discard_new_per_subject', flags['discard-per-subject']);
  set('allow-batch', 'allow_atomic', flags['allow-batch']);
  set('allow-fast', 'allow_batched', flags['allow-fast']);
  set('allow-counter', 'allow_msg_counter', flags['allow-counter']);
  set('allow-rollup', 'allow_rollup_hdrs', flags['allow-rollup']);
  set('deny-delete', 'deny_delete', flags['deny-delete']);
  set('deny-purge', 'deny_purge', flags['deny-purge']);
  set('allow-direct', 'allow_direct', flags['allow-direct']);
  set('allow-mirror-direct', 'mirror_direct', flags['allow-mirror-direct']);
  set('allow-msg-ttl', 'allow_msg_ttl', flags['allow-msg-ttl']);
  set('allow-schedules', 'allow_msg_schedules', flags['allow-schedules']);
  set('subject-del-markers-ttl', 'subject_delete_marker_ttl', flags['subject-del-markers-ttl'] ?? 0n);
  set('metadata', 'metadata', Object.fromEntries(flags.metadata));
  if (flags['republish-source'] && flags['republish-destination']) {
    out.republish = {
      src: flags['republish-source'],
      dest: flags['republish-destination'],
      ...(flags['republish-headers'] ? { headers_only: true } : {}),
    };
  }
  if (flags['transform-source'] && flags['transform-destination']) {
    out.subject_transform = { src: flags['transform-source'], dest: flags['transform-destination'] };
  }
  return applyPlacement(out, flags, isSet);
}

/** Empty words take a placement off again. */
function applyPlacement(config: StreamConfig, flags: ShapeValues, isSet: IsSet): StreamConfig {
  const placement = { ...config.placement };
  if (isSet('cluster')) placement.cluster = flags.cluster ?? '';
  if (isSet('tag') || isSet('tags')) placement.tags = [...flags.tag, ...flags.tags].filter((t) => t !== '');
  const { placement: _old, ...rest } = config;
  const kept = {
    ...(placement.cluster ? { cluster: placement.cluster } : {}),
    ...(placement.tags && placement.tags.length > 0 ? { tags: placement.tags } : {}),
    ...(placement.preferred ? { preferred: placement.preferred } : {}),
  };
  return Object.keys(kept).length > 0 ? { ...rest, placement: kept } : rest;
}

/** Changes an existing configuration by the flags given: edit and copy. */
export function changeConfig(
  config: StreamConfig,
  flags: ShapeValues & Partial<NewValues>,
  isSet: IsSet,
): StreamConfig {
  if (flags.source.length > 0 || flags.mirror) {
    throw fail('usage', 'cannot edit mirrors, or sources using the CLI, use --config instead');
  }
  const out = applyShape(config, flags, isSet);
  out.no_ack = !flags.ack;
  if (flags.discard) out.discard = flags.discard as 'new' | 'old';
  if (flags.subjects.length > 0) out.subjects = splitSubjects(flags.subjects);
  if (flags.storage) out.storage = storageOf(flags.storage);
  if (flags.retention) out.retention = retentions[flags.retention] as 'limits';
  if (flags['max-bytes'] !== undefined && flags['max-bytes'] !== 0n) out.max_bytes = flags['max-bytes'];
  if (flags['max-msgs'] !== 0n) out.max_msgs = flags['max-msgs'];
  if (flags['max-msgs-per-subject'] !== 0n) out.max_msgs_per_subject = flags['max-msgs-per-subject'];
  if (flags['max-age'] !== '') out.max_age = durationOf(flags['max-age'], 'maximum age limit format');
  if (flags['max-msg-size'] !== undefined && flags['max-msg-size'] !== 0n) out.max_msg_size = flags['max-msg-size'];
  if (flags['dupe-window'] !== '') out.duplicate_window = durationOf(flags['dupe-window'], 'duplicate window');
  if (flags.replicas !== undefined && flags.replicas !== 0n) out.num_replicas = Number(flags.replicas);
  return out;
}

/** What can be told to be wrong without asking a server. */
export function configProblems(config: StreamConfig): string[] {
  const problems: string[] = [];
  if (!config.name) problems.push('name is required');
  else if (/[\s.*>/\\]/.test(config.name))
    problems.push(`name: ${JSON.stringify(config.name)} may not hold blanks, dots, * or >`);
  if (!config.no_ack && config.subjects?.includes('>')) {
    problems.push("subjects cannot be '>' when acknowledgement is enabled");
  }
  if (config.description && config.description.length > 4096) problems.push('description: at most 4096 characters');
  if ((config.num_replicas ?? 1) < 1 || (config.num_replicas ?? 1) > 5)
    problems.push('num_replicas: must be between 1 and 5');
  return problems;
}

/** Makes a stream; a name that is none is refused before a server is asked. */
export async function createNamed(js: JetStream, config: StreamConfig): Promise<void> {
  const what = 'could not create Stream';
  if (!isName(config.name)) throw fail('usage', `${what}: ${JSON.stringify(config.name)} is not a valid stream name`);
  const { streamConfiguration } = await import('../schema/shapes/jetstream.ts');
  const { problemLines, problemsOf } = await import('../schema/check.ts');
  const problems = problemLines(problemsOf(streamConfiguration, streamConfigDocument(config), true));
  if (problems.length > 0) throw fail('usage', `${what}: configuration validation failed: ${problems.join(', ')}`);
  await createStream(js, config).catch(during(what));
}
