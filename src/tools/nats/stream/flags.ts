import type { FlagSpecs } from '#cli/spec.ts';

/** Flags that shape a configuration, on add, edit and copy alike. */
export const shapeFlags = {
  subjects: { type: 'string', cumulative: true, help: 'Subjects to store, a comma between or the flag repeated' },
  description: { type: 'string', help: 'What the stream is for' },
  compression: { type: 'enum', enum: ['none', 's2'], help: 'Compress files with this method' },
  replicas: { type: 'int64', help: 'Copies of the data in a cluster' },
  tag: { type: 'string', cumulative: true, help: 'Only on servers that carry this tag' },
  tags: { type: 'string', cumulative: true, hidden: true, help: 'The same as --tag' },
  cluster: { type: 'string', help: 'Only in this cluster' },
  ack: { type: 'bool', default: 'true', negatable: true, help: 'Acknowledge what publishers send' },
  retention: {
    type: 'enum',
    enum: ['limits', 'interest', 'workq', 'work'],
    help: 'Keep messages up to limits, while consumers want them, or until one took them',
  },
  discard: { type: 'enum', enum: ['new', 'old'], help: 'What a full stream gives up: new or old messages' },
  'discard-per-subject': { type: 'bool', negatable: true, help: 'Refuse new messages per subject at its limit' },
  'max-age': { type: 'string', default: '', help: 'How long a message is kept, such as 1d' },
  'max-bytes': { type: 'bytes', placeholder: 'BYTES', help: 'Most bytes to keep, such as 1GB' },
  'max-consumers': { type: 'int', default: '-1', help: 'Most consumers' },
  'max-msg-size': { type: 'bytes', placeholder: 'BYTES', help: 'Largest message' },
  'max-msgs': { type: 'int64', default: '0', help: 'Most messages to keep' },
  'max-msgs-per-subject': { type: 'int64', default: '0', help: 'Most messages to keep per subject' },
  'dupe-window': { type: 'string', default: '', help: 'How long message ids are remembered' },
  mirror: { type: 'string', help: 'Copy this stream: its name, or a JSON document', complete: 'streams' },
  source: {
    type: 'string',
    placeholder: 'STREAM',
    cumulative: true,
    help: 'Take messages of this stream in: its name, or a JSON document',
    complete: 'streams',
  },
  'allow-batch': { type: 'bool', negatable: true, help: 'Take batches that are stored whole or not at all' },
  'allow-fast': { type: 'bool', negatable: true, help: 'Take fast batches' },
  'allow-counter': { type: 'bool', help: 'Every subject is a counter' },
  'allow-rollup': { type: 'bool', negatable: true, help: 'Take messages that replace all before them' },
  'deny-delete': { type: 'bool', negatable: true, help: 'Messages cannot be removed one by one' },
  'deny-purge': { type: 'bool', negatable: true, help: 'Messages cannot be purged' },
  'allow-direct': { type: 'bool', default: 'true', negatable: true, help: 'Every replica answers reads' },
  'allow-mirror-direct': { type: 'bool', negatable: true, help: 'Mirrors answer reads too' },
  'allow-msg-ttl': { type: 'bool', help: 'Messages may carry their own time to live' },
  'allow-schedules': { type: 'bool', negatable: true, help: 'Messages may be scheduled' },
  'subject-del-markers-ttl': {
    type: 'duration',
    placeholder: 'DURATION',
    help: 'Leave markers of this age where the last message of a subject went',
  },
  'transform-source': { type: 'string', placeholder: 'SOURCE', help: 'Subjects to rename as they arrive' },
  'transform-destination': { type: 'string', placeholder: 'DEST', help: 'What they are renamed to' },
  metadata: { type: 'key=value', placeholder: 'META', cumulative: true, help: 'Keep KEY=VALUE with the configuration' },
  'republish-source': { type: 'string', placeholder: 'SOURCE', help: 'Subjects to publish again once stored' },
  'republish-destination': { type: 'string', placeholder: 'DEST', help: 'Where they are published again' },
  'republish-headers': { type: 'bool', help: 'Publish headers again, not bodies' },
  json: { type: 'bool', short: 'j', help: 'Print the stream as JSON' },
} as const satisfies FlagSpecs;

/** Flags of streams that are made anew. */
export const newFlags = {
  storage: { type: 'enum', enum: ['file', 'f', 'memory', 'm'], help: 'Where messages are kept' },
  'first-sequence': { type: 'uint', help: 'Sequence of the first message' },
  'limit-consumer-inactive': {
    type: 'duration',
    placeholder: 'THRESHOLD',
    help: 'Longest time consumers may be left alone',
  },
  'limit-consumer-max-pending': {
    type: 'int',
    placeholder: 'PENDING',
    help: 'Most unacknowledged messages of a consumer',
  },
  'persist-mode': { type: 'enum', enum: ['default', 'async'], help: 'How writes reach the disk' },
} as const satisfies FlagSpecs;
