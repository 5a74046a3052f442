// JetStream documents in the key order and with the omissions of the original's --json.
import type {
  ClusterInfo,
  ConsumerConfig,
  ConsumerInfo,
  SequenceInfo,
  StreamConfig,
  StreamInfo,
  StreamSourceInfo,
  StreamState,
} from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';

const ZERO_TIME = '0001-01-01T00:00:00Z';

const configKeys = [
  'name',
  'description',
  'subjects',
  'retention',
  'max_consumers',
  'max_msgs_per_subject',
  'max_msgs',
  'max_bytes',
  'max_age',
  'max_msg_size',
  'storage',
  'discard',
  'num_replicas',
  'no_ack',
  'duplicate_window',
  'placement',
  'mirror',
  'sources',
  'compression',
  'subject_transform',
  'republish',
  'sealed',
  'deny_delete',
  'deny_purge',
  'allow_rollup_hdrs',
  'allow_direct',
  'mirror_direct',
  'discard_new_per_subject',
  'first_seq',
  'metadata',
  'allow_msg_ttl',
  'subject_delete_marker_ttl',
  'consumer_limits',
  'allow_atomic',
  'allow_msg_counter',
  'allow_msg_schedules',
  'persist_mode',
  'allow_batched',
] as const;

/** Always written, with the value an absent one stands for. */
const configDefaults: Readonly<Record<string, unknown>> = {
  name: '',
  retention: 'limits',
  max_consumers: 0,
  max_msgs_per_subject: 0,
  max_msgs: 0,
  max_bytes: 0,
  max_age: 0,
  storage: 'file',
  discard: 'old',
  num_replicas: 0,
  sealed: false,
  deny_delete: false,
  deny_purge: false,
  allow_rollup_hdrs: false,
  allow_direct: false,
  mirror_direct: false,
  consumer_limits: {},
};

/** Words that mean the same as nothing. */
const idle: Readonly<Record<string, unknown>> = { compression: 'none', persist_mode: 'default' };

function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (value === 0 || value === 0n) return true;
  return Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0;
}

/** A stream configuration as the original writes it; fields it does not know follow at the end. */
export function streamConfigDocument(config: StreamConfig): Record<string, unknown> {
  const source = config as unknown as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  for (const key of configKeys) {
    const value = source[key];
    if (key in configDefaults) out[key] = value ?? configDefaults[key];
    else if (!isZero(value) && value !== idle[key]) out[key] = value;
  }
  for (const [key, value] of Object.entries(source)) {
    if (!(configKeys as readonly string[]).includes(key) && !isZero(value)) out[key] = value;
  }
  return out;
}

/** A state as the original writes it. */
export function stateDocument(state: StreamState): Record<string, unknown> {
  const { messages, bytes, first_seq, first_ts, last_seq, last_ts, consumer_count, ...rest } = state;
  const middle = Object.entries(rest).filter(([, v]) => !isZero(v));
  return { messages, bytes, first_seq, first_ts, last_seq, last_ts, ...Object.fromEntries(middle), consumer_count };
}

/** A stream's information as the original writes it. */
export function streamInfoDocument(info: StreamInfo): Record<string, unknown> {
  const optional = (key: 'domain' | 'alternates') => (isZero(info[key]) ? {} : { [key]: info[key] });
  return {
    config: streamConfigDocument(info.config),
    created: info.created,
    state: stateDocument(info.state),
    ...optional('domain'),
    ...(info.cluster ? { cluster: clusterDocument(info.cluster) } : {}),
    ...(info.mirror ? { mirror: sourceDocument(info.mirror) } : {}),
    ...(isZero(info.sources) ? {} : { sources: info.sources?.map(sourceDocument) }),
    ...optional('alternates'),
    ts: info.ts ?? ZERO_TIME,
  };
}

/** A mirror or source without what the original leaves out, such as the sequence. */
function sourceDocument(source: StreamSourceInfo): Record<string, unknown> {
  const { name, external, lag, active, error, filter_subject, subject_transforms } = source;
  return {
    name,
    ...(external ? { external } : {}),
    lag,
    active,
    ...(error ? { error } : {}),
    ...(filter_subject ? { filter_subject } : {}),
    ...(isZero(subject_transforms) ? {} : { subject_transforms }),
  };
}

/** Fields in the original's order; what it does not know is left out. */
function clusterDocument(cluster: ClusterInfo): Record<string, unknown> {
  const { name, raft_group, leader, leader_since, system_account, traffic_account } = cluster;
  const peers = (cluster.replicas ?? []).map(({ name: peer, current, offline, active, lag, peer: id }) => ({
    name: peer,
    current,
    ...(offline ? { offline } : {}),
    active,
    ...(isZero(lag) ? {} : { lag }),
    peer: id,
  }));
  const all = { name, raft_group, leader, leader_since, system_account, traffic_account, replicas: peers };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !isZero(value)));
}

const consumerKeys = [
  'description',
  'ack_policy',
  'ack_wait',
  'deliver_policy',
  'deliver_subject',
  'deliver_group',
  'durable_name',
  'name',
  'filter_subject',
  'filter_subjects',
  'flow_control',
  'idle_heartbeat',
  'max_ack_pending',
  'max_deliver',
  'backoff',
  'max_waiting',
  'opt_start_seq',
  'opt_start_time',
  'rate_limit_bps',
  'replay_policy',
  'sample_freq',
  'headers_only',
  'max_batch',
  'max_expires',
  'max_bytes',
  'inactive_threshold',
  'num_replicas',
  'mem_storage',
  'metadata',
  'pause_until',
  'priority_groups',
  'priority_policy',
  'priority_timeout',
  'direct',
  'sourcing',
] as const;

/** Always written. */
const consumerDefaults: Readonly<Record<string, unknown>> = {
  ack_policy: 'none',
  deliver_policy: 'all',
  replay_policy: 'instant',
  num_replicas: 0,
  pause_until: ZERO_TIME,
};

/** A consumer configuration as the original writes it; fields it does not know follow at the end. */
export function consumerConfigDocument(config: ConsumerConfig): Record<string, unknown> {
  const source = config as unknown as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  for (const key of consumerKeys) {
    const value = source[key];
    if (key in consumerDefaults) out[key] = value ?? consumerDefaults[key];
    else if (!isZero(value) && !(key === 'priority_policy' && value === 'none')) out[key] = value;
  }
  for (const [key, value] of Object.entries(source)) {
    if (!(consumerKeys as readonly string[]).includes(key) && !isZero(value)) out[key] = value;
  }
  return out;
}

function sequenceDocument(sequence: SequenceInfo): Record<string, unknown> {
  const { consumer_seq, stream_seq, last_active } = sequence;
  return { consumer_seq, stream_seq, ...(last_active === undefined ? {} : { last_active }) };
}

/** A consumer's information as the original writes it. */
export function consumerInfoDocument(info: ConsumerInfo): Record<string, unknown> {
  const optional = (key: 'push_bound' | 'paused' | 'pause_remaining') =>
    isZero(info[key]) ? {} : { [key]: info[key] };
  const groups = (info.priority_groups ?? []).map(({ group, pinned_client_id, pinned_ts }) => ({
    group,
    ...(pinned_client_id ? { pinned_client_id } : {}),
    pinned_ts: pinned_ts ?? ZERO_TIME,
  }));
  return {
    stream_name: info.stream_name,
    name: info.name,
    config: consumerConfigDocument(info.config),
    created: info.created,
    delivered: sequenceDocument(info.delivered),
    ack_floor: sequenceDocument(info.ack_floor),
    num_ack_pending: info.num_ack_pending,
    num_redelivered: info.num_redelivered,
    num_waiting: info.num_waiting,
    num_pending: info.num_pending,
    ...(info.cluster ? { cluster: clusterDocument(info.cluster) } : {}),
    ...optional('push_bound'),
    ...optional('paused'),
    ...optional('pause_remaining'),
    ts: info.ts ?? ZERO_TIME,
    ...(groups.length > 0 ? { priority_groups: groups } : {}),
  };
}

/** The keys of a configuration from a file that are known; others are named on stderr and left out, as they always were. */
export function knownKeys<T extends object>(runtime: Runtime, file: string, config: T, kind: 'stream' | 'consumer'): T {
  const known: readonly string[] = kind === 'stream' ? configKeys : consumerKeys;
  const unknown = Object.keys(config).filter((key) => !known.includes(key));
  if (unknown.length === 0) return config;
  runtime.err.line(`nats: warning: ${file} has unknown keys, which are left out: ${unknown.join(', ')}`);
  return Object.fromEntries(Object.entries(config).filter(([key]) => known.includes(key))) as T;
}
