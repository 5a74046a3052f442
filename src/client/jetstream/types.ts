// JetStream documents as server 2.15 sends them (nats-server, ADR-1 and the feature ADRs). Integers that a double
// cannot hold arrive as bigint; unknown fields are kept, so that a configuration survives a round trip.

/** A 64-bit count or sequence: number below 2^53, bigint above. */
export type Int = number | bigint;
/** RFC 3339 with up to nine digits of a second. */
export type Time = string;
/** Whole nanoseconds. */
export type Nanos = Int;

export interface Placement {
  cluster?: string;
  tags?: string[];
  preferred?: string;
}

export interface SubjectTransform {
  src: string;
  dest: string;
}

export interface ExternalStream {
  api: string;
  deliver?: string;
}

/** A mirror or source. */
export interface StreamSource {
  name: string;
  opt_start_seq?: Int;
  opt_start_time?: Time;
  filter_subject?: string;
  subject_transforms?: SubjectTransform[];
  external?: ExternalStream;
  consumer?: { name?: string; deliver_subject?: string };
}

export interface RePublish {
  src?: string;
  dest: string;
  headers_only?: boolean;
}

export interface StreamConfig {
  name: string;
  description?: string;
  subjects?: string[];
  retention?: 'limits' | 'interest' | 'workqueue';
  max_consumers?: Int;
  max_msgs?: Int;
  max_bytes?: Int;
  max_age?: Nanos;
  max_msgs_per_subject?: Int;
  max_msg_size?: Int;
  discard?: 'old' | 'new';
  storage?: 'file' | 'memory';
  num_replicas?: number;
  no_ack?: boolean;
  duplicate_window?: Nanos;
  placement?: Placement;
  mirror?: StreamSource;
  sources?: StreamSource[];
  compression?: 'none' | 's2';
  first_seq?: Int;
  subject_transform?: SubjectTransform;
  republish?: RePublish;
  allow_direct?: boolean;
  mirror_direct?: boolean;
  discard_new_per_subject?: boolean;
  sealed?: boolean;
  deny_delete?: boolean;
  deny_purge?: boolean;
  allow_rollup_hdrs?: boolean;
  consumer_limits?: { inactive_threshold?: Nanos; max_ack_pending?: Int };
  allow_msg_ttl?: boolean;
  subject_delete_marker_ttl?: Nanos;
  allow_msg_counter?: boolean;
  allow_atomic?: boolean;
  allow_msg_schedules?: boolean;
  persist_mode?: 'default' | 'async';
  allow_batched?: boolean;
  metadata?: Record<string, string>;
}

export interface PeerInfo {
  name: string;
  current: boolean;
  offline?: boolean;
  active: Nanos;
  lag?: Int;
  peer: string;
  pending?: boolean;
}

export interface ClusterInfo {
  name?: string;
  raft_group?: string;
  leader?: string;
  leader_since?: Time;
  system_account?: boolean;
  traffic_account?: string;
  replicas?: PeerInfo[];
}

export interface StreamSourceInfo {
  name: string;
  external?: ExternalStream;
  lag: Int;
  active: Nanos;
  error?: ApiProblem;
  filter_subject?: string;
  subject_transforms?: SubjectTransform[];
}

export interface StreamState {
  messages: Int;
  bytes: Int;
  first_seq: Int;
  first_ts: Time;
  last_seq: Int;
  last_ts: Time;
  num_subjects?: Int;
  subjects?: Record<string, Int>;
  num_deleted?: Int;
  deleted?: Int[];
  lost?: { msgs: Int[]; bytes: Int };
  consumer_count: number;
}

export interface StreamInfo {
  config: StreamConfig;
  created: Time;
  state: StreamState;
  domain?: string;
  cluster?: ClusterInfo;
  mirror?: StreamSourceInfo;
  sources?: StreamSourceInfo[];
  alternates?: { name: string; domain?: string; cluster: string }[];
  ts?: Time;
}

export interface ConsumerConfig {
  durable_name?: string;
  name?: string;
  description?: string;
  deliver_policy?: 'all' | 'last' | 'new' | 'by_start_sequence' | 'by_start_time' | 'last_per_subject' | 'undefined';
  opt_start_seq?: Int;
  opt_start_time?: Time;
  ack_policy?: 'none' | 'all' | 'explicit' | 'flow_control';
  ack_wait?: Nanos;
  max_deliver?: Int;
  backoff?: Nanos[];
  filter_subject?: string;
  filter_subjects?: string[];
  replay_policy?: 'instant' | 'original';
  rate_limit_bps?: Int;
  sample_freq?: string;
  max_waiting?: Int;
  max_ack_pending?: Int;
  flow_control?: boolean;
  headers_only?: boolean;
  max_batch?: Int;
  max_expires?: Nanos;
  max_bytes?: Int;
  deliver_subject?: string;
  deliver_group?: string;
  idle_heartbeat?: Nanos;
  inactive_threshold?: Nanos;
  num_replicas?: number;
  mem_storage?: boolean;
  metadata?: Record<string, string>;
  pause_until?: Time;
  priority_groups?: string[];
  priority_policy?: 'none' | 'overflow' | 'pinned_client' | 'prioritized';
  priority_timeout?: Nanos;
}

export interface SequenceInfo {
  consumer_seq: Int;
  stream_seq: Int;
  last_active?: Time;
}

export interface ConsumerInfo {
  stream_name: string;
  name: string;
  created: Time;
  config: ConsumerConfig;
  delivered: SequenceInfo;
  ack_floor: SequenceInfo;
  num_ack_pending: number;
  num_redelivered: number;
  num_waiting: number;
  num_pending: Int;
  cluster?: ClusterInfo;
  push_bound?: boolean;
  paused?: boolean;
  pause_remaining?: Nanos;
  ts?: Time;
  priority_groups?: { group: string; pinned_client_id?: string; pinned_ts?: Time }[];
}

export interface AccountTier {
  memory: Int;
  storage: Int;
  reserved_memory?: Int;
  reserved_storage?: Int;
  streams: number;
  consumers: number;
  limits: AccountLimits;
}

export interface AccountLimits {
  max_memory: Int;
  max_storage: Int;
  max_streams: number;
  max_consumers: number;
  max_ack_pending: number;
  memory_max_stream_bytes: Int;
  storage_max_stream_bytes: Int;
  max_bytes_required: boolean;
}

export interface AccountInfo extends AccountTier {
  domain?: string;
  api: { level?: number; total: Int; errors: Int; inflight?: Int };
  tiers?: Record<string, AccountTier>;
}

export interface PubAck {
  stream: string;
  seq: Int;
  domain?: string;
  duplicate?: boolean;
  /** Value of a counter after the increment. */
  val?: string;
  batch?: string;
  count?: Int;
}

/** The error object of an API answer. */
export interface ApiProblem {
  code: number;
  err_code?: number;
  description?: string;
}
