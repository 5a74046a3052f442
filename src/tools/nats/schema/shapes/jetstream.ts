// Parts of the JetStream API that several messages share.
import {
  bool,
  closed,
  count,
  every,
  fields,
  filled,
  i32,
  i64,
  int,
  type JsonSchema,
  limit,
  list,
  listOrNull,
  map,
  nanos,
  natural,
  num,
  object,
  off,
  oneOf,
  shape,
  str,
  time,
  u64,
} from './build.ts';

export const basicName: JsonSchema = { ...str, pattern: '^[^.*>]+$', minLength: 1 };

export const streamConsumerSource: JsonSchema = shape('name deliver_subject', {
  name: basicName,
  deliver_subject: str,
});

export const subjectTransform: JsonSchema = shape('src dest', { src: str, dest: str });

export const externalStreamSource: JsonSchema = shape('api', { api: str, deliver: str });

export const streamSource: JsonSchema = shape('name', {
  name: basicName,
  opt_start_seq: u64,
  opt_start_time: time,
  filter_subject: str,
  subject_transforms: listOrNull(subjectTransform),
  consumer: streamConsumerSource,
  external: externalStreamSource,
});

export const priorityGroupState: JsonSchema = shape('group', { group: filled, pinned_client_id: str, pinned_ts: time });

export const apiError: JsonSchema = shape('code', {
  code: { ...int, minimum: 300, maximum: 699 },
  description: str,
  err_code: { ...int, minimum: 0, maximum: 65535 },
});

export const streamSourceInfo: JsonSchema = shape('name lag active', {
  name: str,
  filter_subject: str,
  subject_transforms: listOrNull(subjectTransform),
  lag: u64,
  active: { ...nanos, minimum: -1 },
  external: externalStreamSource,
  error: apiError,
});

export const lostStreamData: JsonSchema = shape('', { msgs: listOrNull(u64), bytes: u64 });

export const placement: JsonSchema = shape('', { cluster: str, preferred: str, tags: list(str) });

export const peerInfo: JsonSchema = shape('name current active', {
  name: str,
  peer: str,
  current: off,
  offline: off,
  active: num,
  lag: count,
});

export const clusterInfo: JsonSchema = shape('', {
  ...every(str, 'name leader raft_group traffic_account'),
  replicas: list(peerInfo),
  leader_since: time,
  system_account: bool,
});

export const apiStats: JsonSchema = shape('total errors', every(count, 'level total errors inflight'));

export const accountLimits: JsonSchema = closed('max_consumers max_memory max_storage max_streams', {
  max_memory: limit,
  max_storage: limit,
  max_streams: limit,
  max_consumers: limit,
  max_bytes_required: off,
  max_ack_pending: limit,
  memory_max_stream_bytes: { ...int, minimum: -1, default: -1 },
  storage_max_stream_bytes: { ...int, minimum: -1, default: -1 },
});

export const tier: JsonSchema = shape('memory storage streams limits consumers', {
  ...every(count, 'memory storage reserved_memory reserved_storage streams consumers'),
  limits: accountLimits,
});

export const accountStats: JsonSchema = shape('memory storage streams limits api consumers', {
  memory: count,
  storage: count,
  streams: count,
  consumers: count,
  domain: str,
  limits: accountLimits,
  tiers: { ...object, patternProperties: { '.*': tier } },
  api: apiStats,
});

export const storedMessage: JsonSchema = closed('subject seq time', {
  subject: filled,
  seq: u64,
  ...every(str, 'data time hdrs'),
});

export const iterableRequest: JsonSchema = closed('offset', { offset: count });

export const iterableResponse: JsonSchema = shape('total offset limit', every(count, 'total offset limit'));

export const errorResponse: JsonSchema = shape('error', { error: apiError });

export const priorityPolicy: JsonSchema = oneOf('none', 'overflow', 'pinned_client', 'prioritized');

export const allDeliverPolicy: JsonSchema = fields('deliver_policy', { deliver_policy: oneOf('all') });

export const lastDeliverPolicy: JsonSchema = fields('deliver_policy', { deliver_policy: oneOf('last') });

export const newDeliverPolicy: JsonSchema = fields('deliver_policy', { deliver_policy: oneOf('new') });

export const startSequenceDeliverPolicy: JsonSchema = fields('deliver_policy opt_start_seq', {
  deliver_policy: oneOf('by_start_sequence'),
  opt_start_seq: u64,
});

export const startTimeDeliverPolicy: JsonSchema = fields('deliver_policy opt_start_time', {
  deliver_policy: oneOf('by_start_time'),
  opt_start_time: time,
});

export const lastPerSubjectDeliverPolicy: JsonSchema = fields('deliver_policy', {
  deliver_policy: oneOf('last_per_subject'),
});

export const deliverPolicy: JsonSchema = {
  oneOf: [
    allDeliverPolicy,
    lastDeliverPolicy,
    newDeliverPolicy,
    startSequenceDeliverPolicy,
    startTimeDeliverPolicy,
    lastPerSubjectDeliverPolicy,
  ],
};

export const streamConsumerLimits: JsonSchema = shape('', { inactive_threshold: nanos, max_ack_pending: i64 });

export const sequenceInfo: JsonSchema = closed('consumer_seq stream_seq', {
  consumer_seq: u64,
  stream_seq: u64,
  last_active: time,
});

export const sequencePair: JsonSchema = closed('consumer_seq stream_seq', { consumer_seq: u64, stream_seq: u64 });

export const consumerConfiguration: JsonSchema = {
  ...fields('', {
    durable_name: basicName,
    name: basicName,
    description: { ...str, maxLength: 4096 },
    deliver_policy: {
      ...oneOf('all', 'last', 'new', 'by_start_sequence', 'by_start_time', 'last_per_subject'),
      default: 'all',
    },
    deliver_subject: filled,
    deliver_group: filled,
    ack_policy: { ...oneOf('none', 'all', 'explicit', 'flow_control'), default: 'none' },
    ack_wait: { ...nanos, minimum: 1, default: 30000000000 },
    max_deliver: { ...i64, default: -1 },
    filter_subject: str,
    filter_subjects: list(filled),
    replay_policy: { ...oneOf('instant', 'original'), default: 'instant' },
    sample_freq: str,
    rate_limit_bps: u64,
    max_ack_pending: { ...i64, default: 1000 },
    idle_heartbeat: nanos,
    flow_control: bool,
    max_waiting: { ...i64, minimum: 0, default: 512 },
    direct: off,
    headers_only: off,
    max_batch: { ...int, default: 0, minimum: 0 },
    max_expires: { ...nanos, default: 0 },
    max_bytes: { ...i64, minimum: 0, default: 0 },
    inactive_threshold: { ...nanos, default: 0 },
    backoff: list(nanos),
    num_replicas: { ...i64, minimum: 0, maximum: 5 },
    mem_storage: off,
    metadata: map(str),
    pause_until: time,
    priority_groups: list(filled),
    priority_policy: priorityPolicy,
    priority_timeout: { ...nanos, default: 0 },
    opt_start_seq: u64,
    opt_start_time: time,
  }),
  allOf: [deliverPolicy],
};

export const consumerInfo: JsonSchema = shape(
  'stream_name name config created delivered ack_floor num_ack_pending num_redelivered num_waiting num_pending',
  {
    stream_name: str,
    name: str,
    ts: time,
    created: time,
    config: consumerConfiguration,
    delivered: sequenceInfo,
    ack_floor: sequenceInfo,
    ...every(natural, 'num_ack_pending num_redelivered num_waiting'),
    num_pending: u64,
    cluster: clusterInfo,
    push_bound: bool,
    paused: bool,
    pause_remaining: nanos,
    priority_groups: list(priorityGroupState),
  },
);

export const republish: JsonSchema = shape('src dest', { src: str, dest: str, headers_only: off });

export const streamConfiguration: JsonSchema = closed(
  'retention max_consumers max_msgs max_bytes max_age storage num_replicas',
  {
    name: { ...str, pattern: '^[^.*>]*$' },
    description: { ...str, maxLength: 4096 },
    subjects: list(str),
    subject_transform: subjectTransform,
    retention: { ...oneOf('limits', 'interest', 'workqueue'), default: 'limits' },
    max_consumers: { ...i64, minimum: -1, default: -1 },
    max_msgs: { ...i64, minimum: -1, default: -1 },
    max_msgs_per_subject: { ...i64, minimum: -1, default: -1 },
    max_bytes: { ...i64, minimum: -1, default: -1 },
    max_age: { ...nanos, minimum: 0, default: 0 },
    max_msg_size: { ...i32, minimum: -1, default: -1 },
    storage: { ...oneOf('file', 'memory'), default: 'file' },
    compression: { ...oneOf('none', 's2'), default: 'none' },
    first_seq: u64,
    num_replicas: { ...i64, minimum: 0, default: 1, maximum: 5 },
    no_ack: off,
    discard: { ...oneOf('old', 'new'), default: 'old' },
    duplicate_window: { ...nanos, minimum: 0, default: 0 },
    placement,
    mirror: streamSource,
    sources: list(streamSource),
    sealed: off,
    deny_delete: off,
    deny_purge: off,
    allow_rollup_hdrs: off,
    allow_direct: off,
    allow_atomic: off,
    allow_msg_counter: off,
    allow_msg_schedules: off,
    mirror_direct: off,
    republish,
    discard_new_per_subject: off,
    metadata: map(str),
    consumer_limits: streamConsumerLimits,
    allow_msg_ttl: off,
    subject_delete_marker_ttl: nanos,
    persist_mode: { ...oneOf('', 'default', 'async'), default: '' },
    allow_batched: off,
  },
);

export const streamState: JsonSchema = closed('messages bytes first_seq last_seq consumer_count', {
  ...every(u64, 'messages bytes first_seq last_seq'),
  first_ts: str,
  last_ts: str,
  deleted: list(u64),
  subjects: map(u64),
  ...every(natural, 'num_subjects num_deleted consumer_count'),
  lost: lostStreamData,
});

export const streamAlternate: JsonSchema = shape('name cluster', every(str, 'name cluster domain'));

export const streamInfo: JsonSchema = shape('config state created', {
  config: { ...object, allOf: [streamConfiguration] },
  state: { ...object, allOf: [streamState] },
  created: time,
  ts: time,
  cluster: clusterInfo,
  mirror: streamSourceInfo,
  sources: list(streamSourceInfo),
  alternates: list(streamAlternate),
  domain: str,
});
