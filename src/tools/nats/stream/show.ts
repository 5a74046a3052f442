// How a stream reads: its configuration and its state, as info, add, edit and others print it.
import { humanDuration } from '#base/duration.ts';
import { comma, humanBytes } from '#base/size.ts';
import { formatDateTime, isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import type { Int, StreamConfig, StreamInfo, StreamSource, StreamSourceInfo, Time } from '#client/jetstream/types.ts';
import { type Columns, columns } from '#view/columns.ts';
import { addCluster, wasSeen } from '../jetstream/cluster.ts';

const words: Readonly<Record<string, string>> = {
  limits: 'Limits',
  interest: 'Interest',
  workqueue: 'WorkQueue',
  old: 'Old',
  new: 'New',
  file: 'File',
  memory: 'Memory',
  s2: 'S2 Compression',
  async: 'Async',
};

/** The label of a policy word: `workqueue` is WorkQueue. */
export function policyText(word: string | undefined): string {
  return word === undefined ? '' : (words[word] ?? word);
}

function local(time: Time): string {
  const ns = tryParseRfc3339(time);
  return ns === undefined ? time : formatDateTime(ns);
}

function positive(value: Int | undefined): boolean {
  return value !== undefined && BigInt(value) > 0n;
}

/** Metadata without what servers add. */
export function userMetadata(metadata: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith('_nats.')));
}

/** Versions the server wrote into the metadata. */
export function addApiLevels(report: Columns, metadata: Readonly<Record<string, string>> | undefined): void {
  const version = metadata?.['_nats.ver'] ?? '';
  const level = metadata?.['_nats.level'] ?? '';
  const required = metadata?.['_nats.req.level'] ?? '';
  report.rowIfNotEmpty('Host Version', version);
  if (required !== '' && level !== '') report.row('Required API Level', `${required} hosted at level ${level}`);
}

/** Adds everything a configuration says. */
export function addConfig(report: Columns, config: StreamConfig): void {
  report.rowIfNotEmpty('Description', config.description ?? '');
  report.rowIf('Subjects', config.subjects ?? [], (config.subjects ?? []).length > 0);
  report.row('Replicas', config.num_replicas ?? 0);
  report.rowIf('Sealed', true, config.sealed === true);
  report.row('Storage', policyText(config.storage));
  report.rowIf('Compression', policyText(config.compression), config.compression === 's2');
  report.rowIf('Persistence Mode', policyText(config.persist_mode), config.persist_mode === 'async');
  report.rowIf('First Sequence', config.first_seq ?? 0, positive(config.first_seq));
  report.rowIfNotEmpty('Placement Cluster', config.placement?.cluster ?? '');
  const tags = config.placement?.tags ?? [];
  report.rowIf('Placement Tags', tags, tags.length > 0);
  addOptions(report, config);
  addLimits(report, config);
  const meta = userMetadata(config.metadata);
  if (Object.keys(meta).length > 0) report.section('Metadata').rows(meta);
  const sources = [...(config.sources ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (config.mirror || sources.length > 0) report.section('Replication');
  if (config.mirror) report.row('Mirror', sourceText(config.mirror));
  sources.forEach((source, i) => {
    report.row(i === 0 ? 'Sources' : '', sourceText(source));
  });
}

function addOptions(report: Columns, config: StreamConfig): void {
  report.section('Options');
  const transform = config.subject_transform;
  if (transform?.dest) report.row('Subject Transform', `${transform.src || '>'} to ${transform.dest}`);
  const republish = config.republish;
  if (republish) {
    const label = republish.headers_only ? 'Republishing Headers' : 'Republishing';
    report.row(label, `${republish.src ?? ''} to ${republish.dest}`);
  }
  report.row('Retention', policyText(config.retention));
  report.row('Acknowledgments', config.no_ack !== true);
  report.row('Discard Policy', config.discard_new_per_subject ? 'New Per Subject' : policyText(config.discard));
  report.row('Duplicate Window', humanDuration(BigInt(config.duplicate_window ?? 0)));
  report.rowIf('Direct Get', true, config.allow_direct === true);
  report.rowIf('Mirror Direct Get', true, config.mirror_direct === true);
  report.row('Allows Atomic Batch Publish', config.allow_atomic === true);
  report.row('Allows Fast Batch Publish', config.allow_batched === true);
  report.row('Allows Counters', config.allow_msg_counter === true);
  report.row('Allows Msg Delete', config.deny_delete !== true);
  report.row('Allows Per-Message TTL', config.allow_msg_ttl === true);
  report.row('Allows Purge', config.deny_purge !== true);
  report.row('Allows Schedules', config.allow_msg_schedules === true);
  const marker = config.subject_delete_marker_ttl;
  if (config.allow_msg_ttl && positive(marker)) {
    report.row('Subject Delete Markers TTL', humanDuration(BigInt(marker as Int)));
  }
  report.row('Allows Rollups', config.allow_rollup_hdrs === true);
}

function addLimits(report: Columns, config: StreamConfig): void {
  const bounded = (label: string, value: Int | undefined, text: (v: bigint) => string | bigint) => {
    const limit = BigInt(value ?? -1);
    report.row(label, limit === -1n ? 'unlimited' : text(limit));
  };
  const perSubject = config.max_msgs_per_subject;
  report.section('Limits');
  bounded('Maximum Messages', config.max_msgs, (v) => v);
  report.row('Maximum Per Subject', positive(perSubject) ? (perSubject as Int) : 'unlimited');
  bounded('Maximum Bytes', config.max_bytes, humanBytes);
  report.row('Maximum Age', positive(config.max_age) ? humanDuration(BigInt(config.max_age as Int)) : 'unlimited');
  bounded('Maximum Message Size', config.max_msg_size, humanBytes);
  bounded('Maximum Consumers', config.max_consumers, (v) => v);
  const limits = config.consumer_limits;
  const idle = limits?.inactive_threshold;
  if (positive(idle)) report.row('Consumer Inactive Threshold', humanDuration(BigInt(idle as Int)));
  if (positive(limits?.max_ack_pending)) report.row('Consumer Max Ack Pending', limits?.max_ack_pending as Int);
}

function sourceText(source: StreamSource): string {
  const parts = [source.name];
  if (positive(source.opt_start_seq)) parts.push(`Start Seq: ${comma(source.opt_start_seq as Int)}`);
  if (source.opt_start_time) parts.push(`Start Time: ${local(source.opt_start_time)}`);
  if (source.external?.api) parts.push(`API Prefix: ${source.external.api}`);
  if (source.external?.deliver) parts.push(`Delivery Prefix: ${source.external.deliver}`);
  const { consumer } = source;
  if (consumer) {
    const target = consumer.deliver_subject ? ` (${consumer.deliver_subject})` : '';
    parts.push(`Consumer Name: ${consumer.name ?? ''}${target}`);
  }
  return parts.join(', ');
}

function addSource(report: Columns, source: StreamSourceInfo): void {
  report.row('Stream Name', source.name);
  const transforms = source.subject_transforms ?? [];
  if (source.filter_subject) report.row('Subject Filter', source.filter_subject);
  else {
    const label = transforms.length > 1 ? 'Subject Filters and Transforms' : 'Subject Filter and Transform';
    transforms.forEach((t, i) => {
      report.row(i === 0 ? label : '', t.dest ? `${t.src} to ${t.dest}` : `${t.src} untransformed`);
    });
  }
  report.row('Lag', source.lag);
  report.row('Last Seen', wasSeen(source.active) ? humanDuration(BigInt(source.active)) : 'never');
  if (source.external) {
    report.row('Ext. API Prefix', source.external.api);
    report.rowIfNotEmpty('Ext. Delivery Prefix', source.external.deliver ?? '');
  }
  if (source.error) report.row('Error', source.error.description ?? '');
}

function sequenceText(seq: Int, time: Time): string {
  const ns = tryParseRfc3339(time);
  return ns === undefined || isZeroTime(ns) || ns === 0n ? comma(seq) : `${comma(seq)} @ ${formatDateTime(ns)}`;
}

function addState(report: Columns, info: StreamInfo): void {
  const { state } = info;
  report.section('State');
  addApiLevels(report, info.config.metadata);
  report.row('Messages', state.messages);
  report.row('Bytes', humanBytes(state.bytes));
  const lost = state.lost?.msgs ?? [];
  if (lost.length > 0) report.row('Lost Messages', `${comma(lost.length)} (${humanBytes(state.lost?.bytes ?? 0)})`);
  report.row('First Sequence', sequenceText(state.first_seq, state.first_ts));
  report.row('Last Sequence', sequenceText(state.last_seq, state.last_ts));
  const deleted = state.deleted?.length ?? 0;
  if (deleted > 0) report.row('Deleted Messages', deleted);
  else report.rowIf('Deleted Messages', state.num_deleted ?? 0, positive(state.num_deleted));
  report.row('Active Consumers', state.consumer_count);
  report.rowIf('Number of Subjects', state.num_subjects ?? 0, positive(state.num_subjects));
  addAlternates(report, info);
}

function addAlternates(report: Columns, info: StreamInfo): void {
  const all = info.alternates ?? [];
  const name = Math.max(0, ...all.map((a) => a.name.length));
  const cluster = Math.max(0, ...all.map((a) => a.cluster.length));
  all.forEach((a, i) => {
    const domain = a.domain ? ` Domain: ${a.domain}` : '';
    const text = `${a.name.padStart(name)}: Cluster: ${a.cluster.padStart(cluster)}${domain}`;
    report.row(i === 0 ? 'Alternates' : '', text);
  });
}

/** The whole report, or the state alone. `now` in unix nanoseconds. */
export function streamReport(info: StreamInfo, now: bigint, stateOnly = false): Columns {
  const what = stateOnly ? 'State' : 'Information';
  const report = columns(`${what} for Stream ${info.config.name} created ${local(info.created)}`);
  if (!stateOnly) addConfig(report, info.config);
  addCluster(report, info.cluster, info.ts, now);
  if (info.mirror) {
    report.section('Mirror Information');
    addSource(report, info.mirror);
  }
  const sources = info.sources ?? [];
  if (sources.length > 0) report.section('Source Information');
  sources.forEach((source, i) => {
    if (i > 0) report.line();
    addSource(report, source);
  });
  addState(report, info);
  return report;
}
