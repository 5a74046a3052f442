// How a consumer reads: its configuration and its state, as info, add, edit and others print it.
import { formatDuration, humanDuration, roundDuration, SECOND } from '#base/duration.ts';
import { comma, humanBytes } from '#base/size.ts';
import { formatDateTime, isZeroTime, tryParseRfc3339 } from '#base/time.ts';
import { any, obj, recordOf, str } from '#cli/schema.ts';
import type { ConsumerConfig, ConsumerInfo, Int, SequenceInfo, Time } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { columnsText } from '#runtime/text.ts';
import { type Columns, columns } from '#view/columns.ts';
import { addCluster, since } from '../jetstream/cluster.ts';
import { goTimeText } from '../jetstream/difference.ts';
import { consumerInfoDocument } from '../jetstream/document.ts';

/** Shape of what info, state, add and others give: the API's document. */
export const consumerInfoOutput = recordOf(
  obj({ stream_name: str, name: str, config: any, created: str, delivered: any, ack_floor: any, ts: any }),
);

/** Prints a consumer's information as text or data. `lead` stands before the text alone. */
export async function showConsumer(
  runtime: Runtime,
  info: ConsumerInfo,
  options: { json?: boolean; stateOnly?: boolean; lead?: string } = {},
): Promise<void> {
  const text = async () =>
    `${options.lead ?? ''}${await columnsText(runtime, consumerReport(info, runtime.clock.now(), options.stateOnly))}`;
  await runtime.show({ data: consumerInfoDocument(info), text }, { json: options.json === true });
}

const ackWords: Readonly<Record<string, string>> = {
  none: 'None',
  all: 'All',
  explicit: 'Explicit',
  flow_control: 'Flow Control',
};

/** The label of an acknowledgement policy. */
export function ackText(policy: string | undefined): string {
  return ackWords[policy ?? 'none'] ?? (policy as string);
}

const priorityWords: Readonly<Record<string, string>> = {
  overflow: 'Overflow',
  pinned_client: 'Pinned Client',
  prioritized: 'Prioritized',
};

function local(time: Time | undefined): string {
  const ns = tryParseRfc3339(time ?? '');
  return ns === undefined ? (time ?? '') : formatDateTime(ns);
}

function positive(value: Int | undefined): boolean {
  return value !== undefined && BigInt(value) > 0n;
}

function span(value: Int | undefined): string {
  return humanDuration(BigInt(value ?? 0));
}

function remaining(info: ConsumerInfo): string {
  return formatDuration(roundDuration(BigInt(info.pause_remaining ?? 0), SECOND));
}

/** The whole report, or the state alone. `now` in unix nanoseconds. */
export function consumerReport(info: ConsumerInfo, now: bigint, stateOnly = false): Columns {
  const what = stateOnly ? 'State' : 'Information';
  const report = columns(`${what} for Consumer ${info.stream_name} > ${info.name} created ${local(info.created)}`);
  if (!stateOnly) addConfig(report, info);
  addCluster(report, info.cluster, info.ts, now, 'Raft Group');
  addState(report, info, now);
  return report;
}

function deliverText(config: ConsumerConfig): string | undefined {
  switch (config.deliver_policy) {
    case 'last':
      return 'Last';
    case 'new':
      return 'New';
    case 'last_per_subject':
      return 'Last Per Subject';
    case 'by_start_time':
      return `Since ${goTimeText(config.opt_start_time ?? '')}`;
    case 'by_start_sequence':
      return `From Sequence ${config.opt_start_seq ?? 0}`;
    default:
      return 'All';
  }
}

function addConfig(report: Columns, info: ConsumerInfo): void {
  const { config } = info;
  const target = config.deliver_subject ?? '';
  const durable = config.durable_name ?? '';
  report.section('Configuration');
  report.rowIfNotEmpty('Name', config.name ?? '');
  report.rowIf('Durable Name', durable, durable !== '' && durable !== config.name);
  report.rowIfNotEmpty('Description', config.description ?? '');
  if (target === '') report.row('Pull Mode', true);
  else report.row('Delivery Subject', target);
  const filters = config.filter_subjects ?? [];
  if (config.filter_subject) report.row('Filter Subject', config.filter_subject);
  else report.rowIf('Filter Subjects', filters, filters.length > 0);
  report.row('Deliver Policy', deliverText(config) ?? '');
  report.rowIf('Deliver Queue Group', config.deliver_group ?? '', !!config.deliver_group && target !== '');
  report.row('Ack Policy', ackText(config.ack_policy));
  report.rowIf('Ack Wait', span(config.ack_wait), (config.ack_policy ?? 'none') !== 'none');
  report.row('Replay Policy', config.replay_policy === 'original' ? 'Original' : 'Instant');
  const tries = config.max_deliver ?? 0;
  report.rowIf('Maximum Deliveries', tries, BigInt(tries) !== -1n);
  report.rowIfNotEmpty('Sampling Rate', config.sample_freq ?? '');
  addLimits(report, config, target);
  report.rowIf('Replicas', config.num_replicas ?? 0, positive(config.num_replicas));
  report.rowIf('Memory Storage', true, config.mem_storage === true);
  addPause(report, info);
  if (config.priority_policy && config.priority_policy !== 'none') {
    report.row('Priority Policy', priorityWords[config.priority_policy] ?? config.priority_policy);
    report.row('Priority Groups', config.priority_groups ?? []);
    report.rowIf('Pinned TTL', span(config.priority_timeout), config.priority_policy === 'pinned_client');
  }
  addMetadata(report, config.metadata ?? {});
}

function addLimits(report: Columns, config: ConsumerConfig, target: string): void {
  const bits = BigInt(config.rate_limit_bps ?? 0);
  report.rowIf('Rate Limit', `${humanBytes(bits / 8n)} / second`, bits > 0n);
  report.rowIf('Max Ack Pending', config.max_ack_pending ?? 0, positive(config.max_ack_pending));
  report.rowIf('Max Waiting Pulls', config.max_waiting ?? 0, positive(config.max_waiting));
  report.rowIf('Idle Heartbeat', span(config.idle_heartbeat), positive(config.idle_heartbeat));
  report.rowIf('Flow Control', config.flow_control === true, target !== '');
  report.rowIf('Headers Only', true, config.headers_only === true);
  const idle = config.inactive_threshold;
  report.rowIf('Inactive Threshold', span(idle), positive(idle) && target === '');
  report.rowIf('Max Pull Expire', span(config.max_expires), positive(config.max_expires));
  report.rowIf('Max Pull Batch', config.max_batch ?? 0, positive(config.max_batch));
  report.rowIf('Max Pull MaxBytes', config.max_bytes ?? 0, positive(config.max_bytes));
  const backoff = config.backoff ?? [];
  report.rowIf('Backoff', backoffText(backoff), backoff.length > 0);
}

/** All steps, or the first and last five of many. */
function backoffText(steps: readonly Int[]): string {
  const times = steps.map((s) => formatDuration(BigInt(s)));
  if (times.length <= 15) return times.join(', ');
  return `${[...times.slice(0, 5), '...', ...times.slice(-5)].join(', ')} (${times.length} total)`;
}

function addPause(report: Columns, info: ConsumerInfo): void {
  const until = info.config.pause_until;
  if (info.paused) report.row('Paused Until Deadline', `${local(until)} (${remaining(info)} remaining)`);
  else if (until && !isZeroTime(tryParseRfc3339(until) ?? 0n)) {
    report.row('Paused Until Deadline', `${local(until)} (passed)`);
  }
}

function addMetadata(report: Columns, metadata: Readonly<Record<string, string>>): void {
  for (const [what, title] of [
    ['mirror', 'Mirror Target'],
    ['src', 'Source Target'],
  ] as const) {
    const stream = metadata[`_nats.${what}.stream`];
    if (!stream) continue;
    report.section(title).row('Stream', stream);
    report.rowIfNotEmpty('Account', metadata[`_nats.${what}.acc`] ?? '');
    report.rowIfNotEmpty('Domain', metadata[`_nats.${what}.domain`] ?? '');
  }
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => !key.startsWith('_nats.')));
  if (Object.keys(own).length > 0) report.section('Metadata').rows(own);
}

function sequenceText(sequence: SequenceInfo, last: string, info: ConsumerInfo, now: bigint): string {
  const text = `Consumer sequence: ${comma(sequence.consumer_seq)} Stream sequence: ${comma(sequence.stream_seq)}`;
  if (!sequence.last_active) return text;
  return `${text} ${last}: ${humanDuration(since(sequence.last_active, info.ts, now))} ago`;
}

function addState(report: Columns, info: ConsumerInfo, now: bigint): void {
  const { config } = info;
  report.section('State');
  addLevels(report, config.metadata ?? {});
  report.row('Last Delivered Message', sequenceText(info.delivered, 'Last delivery', info, now));
  if ((config.ack_policy ?? 'none') !== 'none') {
    report.row('Acknowledgment Floor', sequenceText(info.ack_floor, 'Last Ack', info, now));
    const most = config.max_ack_pending;
    if (positive(most)) {
      report.row('Outstanding Acks', `${comma(info.num_ack_pending)} out of maximum ${comma(most as Int)}`);
    } else report.row('Outstanding Acks', info.num_ack_pending);
    report.row('Redelivered Messages', info.num_redelivered);
  }
  report.row('Unprocessed Messages', info.num_pending);
  addInterest(report, info);
  if (info.paused) {
    const end = (tryParseRfc3339(info.ts ?? '') ?? now) + BigInt(info.pause_remaining ?? 0);
    report.row('Paused Until', `${formatDateTime(end)} (${remaining(info)} remaining)`);
  }
  const groups = info.priority_groups ?? [];
  if (config.priority_policy !== 'pinned_client') return;
  const width = Math.max(0, ...groups.map((g) => g.group.length));
  [...groups]
    .sort((a, b) => (a.group < b.group ? -1 : 1))
    .forEach((g, i) => {
      const text = g.pinned_client_id ? `pinned ${g.pinned_client_id} at ${local(g.pinned_ts)}` : 'No client';
      report.row(i === 0 ? 'Priority Groups' : '', `${g.group.padStart(width)}: ${text}`);
    });
}

function addLevels(report: Columns, metadata: Readonly<Record<string, string>>): void {
  const level = metadata['_nats.level'] ?? '';
  const required = metadata['_nats.req.level'] ?? '';
  report.rowIfNotEmpty('Host Version', metadata['_nats.ver'] ?? '');
  if (required !== '' && level !== '') report.row('Required API Level', `${required} hosted at level ${level}`);
}

function addInterest(report: Columns, info: ConsumerInfo): void {
  const { config } = info;
  if (!config.deliver_subject) {
    const most = positive(config.max_waiting) ? comma(config.max_waiting as Int) : undefined;
    const waiting = comma(info.num_waiting);
    report.row('Waiting Pulls', most ? `${waiting} of maximum ${most}` : `${waiting} of unlimited`);
  } else if (!info.push_bound) report.row('Active Interest', 'No interest');
  else if (config.deliver_group) report.row('Active Interest', `Active using Queue Group ${config.deliver_group}`);
  else report.row('Active Interest', 'Active');
}
