import type { FlagSpecs } from '#cli/spec.ts';

/** Flags of add, copy and edit alike. */
export const changeFlags = {
  backoff: { type: 'enum', enum: ['linear', 'none'], placeholder: 'MODE', help: 'How the time between retries grows' },
  'backoff-steps': { type: 'uint', default: '10', help: 'Number of retry times to make' },
  'backoff-min': { type: 'duration', default: '1m', help: 'Shortest retry time' },
  'backoff-max': { type: 'duration', default: '20m', help: 'Longest retry time' },
  description: { type: 'string', help: 'What the consumer is for' },
  filter: {
    type: 'string',
    placeholder: 'SUBJECTS',
    cumulative: true,
    help: 'Only messages of this subject; the flag may be repeated',
  },
  'headers-only': { type: 'bool', negatable: true, help: 'Deliver headers, not bodies' },
  'max-deliver': { type: 'int', placeholder: 'TRIES', help: 'Most times one message is delivered' },
  'max-outstanding': { type: 'int', default: '-1', hidden: true, help: 'The same as --max-pending' },
  'max-pending': { type: 'int', default: '-1', help: 'Most messages delivered and not yet acknowledged' },
  'max-pull-batch': { type: 'int', placeholder: 'BATCH_SIZE', help: 'Most messages one pull may ask for' },
  'max-pull-expire': { type: 'duration', placeholder: 'EXPIRES', help: 'Longest time one pull may stay open' },
  'max-pull-bytes': { type: 'int', placeholder: 'BYTES', help: 'Most bytes one pull may ask for' },
  sample: { type: 'int', default: '-1', help: 'Percentage of acknowledgements to report as events' },
  target: { type: 'string', placeholder: 'SUBJECT', help: 'Push messages to this subject' },
  wait: { type: 'duration', default: '-1s', help: 'How long to wait for an acknowledgement before delivering again' },
  'inactive-threshold': {
    type: 'duration',
    placeholder: 'THRESHOLD',
    help: 'Remove the consumer when nobody used it for so long',
  },
  replicas: { type: 'int', help: "Copies of the consumer's state, if not as many as the stream has" },
  metadata: { type: 'key=value', placeholder: 'META', cumulative: true, help: 'Keep KEY=VALUE with the configuration' },
} as const satisfies FlagSpecs;

/** Flags of add and copy. */
export const createFlags = {
  ...changeFlags,
  ack: {
    type: 'enum',
    enum: ['none', 'all', 'explicit', 'flow_control'],
    help: 'How messages are acknowledged: not at all, all up to one, or each',
  },
  bps: { type: 'uint', default: '0', help: 'Push at most so many bits per second' },
  deliver: {
    type: 'string',
    placeholder: 'POLICY',
    help: 'Where to start: all, new, last, subject (the last of each), a sequence, or an age such as 1h',
  },
  'deliver-group': {
    type: 'string',
    default: '_unset_',
    placeholder: 'GROUP',
    help: 'Push only to subscribers of this queue group',
  },
  ephemeral: { type: 'bool', help: 'A consumer that goes away when nobody uses it' },
  'flow-control': { type: 'bool', help: 'Push no faster than the subscriber keeps up' },
  heartbeat: { type: 'string', help: 'Send a sign of life this often while there is nothing to push; -1 for none' },
  'max-waiting': { type: 'int', placeholder: 'PULLS', help: 'Most pulls that may wait' },
  pull: { type: 'bool', help: 'Clients ask for messages; nothing is pushed' },
  replay: {
    type: 'enum',
    enum: ['instant', 'original'],
    placeholder: 'POLICY',
    help: 'Deliver as fast as possible, or at the pace the messages came in',
  },
  memory: { type: 'bool', help: 'Keep the state in memory, whatever the stream does' },
  pause: { type: 'string', help: 'Start paused, for a duration or until a UTC time such as "2030-12-31 10:00:00"' },
  'pinned-groups': {
    type: 'string',
    placeholder: 'GROUPS',
    cumulative: true,
    help: 'Priority groups that each serve one pinned client',
  },
  'pinned-ttl': { type: 'duration', placeholder: 'TTL', help: 'How long a pinned client may stay silent' },
  'overflow-groups': {
    type: 'string',
    placeholder: 'GROUPS',
    cumulative: true,
    help: 'Priority groups that serve further clients once much is pending',
  },
  'prioritized-groups': {
    type: 'string',
    placeholder: 'GROUPS',
    cumulative: true,
    help: 'Priority groups that serve clients in the order of their priority',
  },
} as const satisfies FlagSpecs;
