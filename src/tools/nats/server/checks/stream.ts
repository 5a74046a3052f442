import { formatDuration, parseDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { isName, streamInfo } from '#client/jetstream/streams.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import { attempt, nanosOf, seconds, type Verdict } from './verdict.ts';
import type { World } from './world.ts';

/** Thresholds; times in seconds; 0 for none. */
export interface StreamLimits {
  readonly sources_lag_critical: number;
  readonly sources_seen_critical: number;
  readonly min_sources: number;
  readonly max_sources: number;
  readonly cluster_expected_peers: number;
  readonly cluster_lag_critical: number;
  readonly cluster_seen_critical: number;
  readonly messages_warn: number;
  readonly messages_critical: number;
  readonly subjects_warn: number;
  readonly subjects_critical: number;
}

/** No thresholds. */
export const noStreamLimits: StreamLimits = {
  sources_lag_critical: 0,
  sources_seen_critical: 0,
  min_sources: 0,
  max_sources: 0,
  cluster_expected_peers: 0,
  cluster_lag_critical: 0,
  cluster_seen_critical: 0,
  messages_warn: 0,
  messages_critical: 0,
  subjects_warn: 0,
  subjects_critical: 0,
};

const prefix = 'io.nats.monitor.';

/** How metadata writes a threshold. */
export type MetadataKind = 'int' | 'uint' | 'seconds';

/** Which metadata sets which threshold, in the order they are read. */
const metadataKeys: Readonly<Record<string, [keyof StreamLimits, MetadataKind]>> = {
  'lag-critical': ['sources_lag_critical', 'uint'],
  'seen-critical': ['sources_seen_critical', 'seconds'],
  'min-sources': ['min_sources', 'int'],
  'max-sources': ['max_sources', 'int'],
  'peer-expect': ['cluster_expected_peers', 'int'],
  'peer-lag-critical': ['cluster_lag_critical', 'uint'],
  'peer-seen-critical': ['cluster_seen_critical', 'seconds'],
  'msgs-warn': ['messages_warn', 'uint'],
  'msgs-critical': ['messages_critical', 'uint'],
  'subjects-warn': ['subjects_warn', 'int'],
  'subjects-critical': ['subjects_critical', 'int'],
};

/** A threshold as metadata writes it. */
export function metadataValue(text: string, kind: MetadataKind): number {
  if (kind === 'seconds') {
    try {
      return seconds(parseDuration(text));
    } catch (error) {
      throw fail('usage', 'invalid duration', { reason: error });
    }
  }
  const [parser, form] = kind === 'uint' ? ['ParseUint', /^\d+$/] : ['Atoi', /^[+-]?\d+$/];
  if (!form.test(text)) throw fail('usage', `strconv.${parser}: parsing ${quote(text)}: invalid syntax`);
  return Number(text);
}

/** Fails when the metadata switches checks on or off in a way nobody understands. */
export function checkEnabled(metadata: Readonly<Record<string, string>> = {}): void {
  const text = metadata[`${prefix}enabled`];
  if (text !== undefined && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(text))
    throw fail('usage', `strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

/** Whether the metadata of a stream or consumer asks for its checks in an audit. */
export function isMonitored(metadata: Readonly<Record<string, string>> = {}): boolean {
  return /^(1|t|true)$/i.test(metadata[`${prefix}enabled`] ?? '');
}

/** The thresholds, those in the metadata of the stream in place of the ones given. */
export function streamLimits(info: Pick<StreamInfo, 'config'>, limits: StreamLimits): StreamLimits {
  const out = { ...limits };
  const metadata = info.config.metadata ?? {};
  checkEnabled(metadata);
  for (const [key, [limit, kind]] of Object.entries(metadataKeys)) {
    const text = metadata[prefix + key];
    if (text !== undefined) out[limit] = metadataValue(text, kind);
  }
  return out;
}

/** Checks a stream: its peers, messages, subjects, sources and mirror. Metadata of the stream wins over `given`. */
export async function checkStream(world: World, verdict: Verdict, name: string, given: StreamLimits): Promise<void> {
  if (!name) {
    verdict.cannot('stream name is required');
    return;
  }
  if (!isName(name)) {
    verdict.cannot(`could not load info: ${quote(name)} is not a valid stream name`);
    return;
  }
  const info = await attempt(verdict, 'could not load info', async () => streamInfo(await world.jetStream(), name));
  if (!info) return;
  const limits = await attempt(verdict, 'could not configure based on metadata', async () => streamLimits(info, given));
  if (!limits) return;
  judgeStream(info, verdict, limits);
}

/** Holds what is known of a stream against thresholds. */
export function judgeStream(info: StreamInfo, verdict: Verdict, limits: StreamLimits): void {
  checkPeers(info, verdict, limits);
  checkMessages(info, verdict, limits);
  checkSubjects(info, verdict, limits);
  checkSources(info, verdict, limits);
  checkMirror(info, verdict, limits);
}

function checkPeers({ cluster, config }: StreamInfo, verdict: Verdict, limits: StreamLimits): void {
  const { cluster_expected_peers: expected, cluster_lag_critical: lag, cluster_seen_critical: seen } = limits;
  if (!cluster || (config.num_replicas ?? 0) <= 1) {
    if (expected > 0) verdict.critical('Stream is not clustered');
    return;
  }
  if (!cluster.leader) {
    verdict.critical('No leader');
    return;
  }
  const peers = cluster.replicas ?? [];
  const count = peers.length + 1;
  if (count !== expected) {
    verdict.critical(`Expected ${expected} replicas got ${count}`);
    return;
  }
  verdict.ok(`${count} peers`);
  const offline = peers.filter((p) => p.offline).length;
  if (offline > 0) verdict.critical(`${offline} replicas offline`);
  if (lag > 0) {
    const lagged = peers.filter((p) => (p.lag ?? 0) > lag).length;
    if (lagged > 0) verdict.critical(`${lagged} replicas lagged`);
    else verdict.ok('replicas are current');
  }
  if (seen > 0) {
    const inactive = peers.filter((p) => BigInt(p.active) > nanosOf(seen)).length;
    if (inactive > 0) verdict.critical(`${inactive} replicas inactive`);
    else verdict.ok('replicas are active');
  }
}

function checkMessages({ state }: StreamInfo, verdict: Verdict, limits: StreamLimits): void {
  const { messages_warn: warning, messages_critical: critical } = limits;
  if (warning <= 0 && critical <= 0) return;
  const value = Number(state.messages);
  verdict.perf({ name: 'messages', value, warning, critical, help: 'Messages stored in the stream' });
  const text = `${state.messages} messages`;
  if (critical > 0 && value <= critical) verdict.critical(text);
  else if (warning > 0 && value <= warning) verdict.warn(text);
  else verdict.ok(text);
}

function checkSubjects({ state }: StreamInfo, verdict: Verdict, limits: StreamLimits): void {
  const { subjects_warn: warning, subjects_critical: critical } = limits;
  if (warning <= 0 && critical <= 0) return;
  const value = Number(state.num_subjects ?? 0);
  verdict.perf({ name: 'subjects', value, warning, critical, help: 'Number of subjects stored in the stream' });
  const text = `${value} subjects`;
  const passes = (limit: number) => (warning < critical ? value >= limit : value <= limit);
  if (passes(critical)) verdict.critical(text);
  else if (passes(warning)) verdict.warn(text);
  else verdict.ok(text);
}

function checkSources({ sources = [] }: StreamInfo, verdict: Verdict, limits: StreamLimits): void {
  const { min_sources: least, max_sources: most, sources_lag_critical: lag, sources_seen_critical: seen } = limits;
  const count = sources.length;
  const help = 'Number of sources being consumed by this stream';
  verdict.perf({ name: 'sources', value: count, warning: least, critical: most, help });
  const isWrong = (least > 0 && count < least) || (most > 0 && count > most);
  verdict[isWrong ? 'critical' : 'ok'](`${count} sources`);
  if (lag <= 0 && seen <= 0) return;
  const lagged = lag > 0 ? sources.filter((s) => s.lag >= lag).length : 0;
  const inactive = seen > 0 ? sources.filter((s) => BigInt(s.active) >= nanosOf(seen)).length : 0;
  const behind = 'Number of sources that are behind more than the configured threshold';
  verdict.perf({ name: 'sources_lagged', value: lagged, help: behind });
  verdict.perf({ name: 'sources_inactive', value: inactive, help: 'Number of sources that are inactive' });
  if (lagged > 0) verdict.critical(`${lagged} sources are lagged`);
  else verdict.ok(`${count} sources current`);
  if (inactive > 0) verdict.critical(`${inactive} sources are inactive`);
  else verdict.ok(`${count} sources active`);
}

function checkMirror(info: StreamInfo, verdict: Verdict, limits: StreamLimits): void {
  const { sources_lag_critical: lag, sources_seen_critical: seen } = limits;
  if ((lag <= 0 && seen <= 0) || (info.sources ?? []).length > 0) return;
  if (!info.config.mirror) {
    verdict.critical('not mirrored');
    return;
  }
  const state = info.mirror;
  if (!state) {
    verdict.critical('invalid state');
    return;
  }
  const behind = 'Number of operations this peer is behind its origin';
  verdict.perf({ name: 'lag', value: Number(state.lag), critical: lag, help: behind });
  const active = BigInt(state.active);
  const help = 'Indicates if this peer is active and catching up if lagged';
  verdict.perf({ name: 'active', value: seconds(active), critical: seen, unit: 's', help });
  const isLagged = lag > 0 && state.lag >= lag;
  const isUnseen = seen > 0 && active >= nanosOf(seen);
  if (isLagged) verdict.critical(`Mirror Lag ${state.lag}`);
  if (isUnseen) verdict.critical(`Mirror Seen ${formatDuration(active)}`);
  if (!isLagged && !isUnseen) verdict.ok(`Mirror ${info.config.mirror.name}`);
}
