// Flags that benchmarks share.
import type { FlagSpecs } from '#cli/spec.ts';

export const commonFlags = {
  clients: { type: 'int', default: '1', help: 'Clients at work at the same time' },
  msgs: { type: 'int64', default: '100000', help: 'Messages to publish or to receive' },
  progress: { type: 'bool', default: 'true', negatable: true, help: 'Show bars while it runs' },
  csv: { type: 'string', help: 'Write the figures of each client to this file' },
  size: { type: 'bytes', default: '128B', placeholder: '"128B"', help: 'Size of a message' },
  threads: {
    type: 'int',
    default: '0',
    ours: true,
    help: 'Threads the clients are spread over; 0: as many as cores are free',
  },
} as const satisfies FlagSpecs;

export const sleepFlag = {
  sleep: { type: 'duration', default: '0s', placeholder: 'DURATION', help: 'Pause after each message' },
} as const satisfies FlagSpecs;

export const contentFlags = {
  payload: { type: 'existing-file', help: 'File that holds the payload' },
  header: { type: 'string', short: 'H', cumulative: true, help: 'Header of the messages, as Name:value' },
} as const satisfies FlagSpecs;

export const multiFlag = {
  multisubject: { type: 'bool', help: 'The number of the message becomes a token of its subject' },
} as const satisfies FlagSpecs;

export const subjectFlags = {
  ...multiFlag,
  multisubjectmax: { type: 'int', default: '100000', help: 'Most subjects with --multisubject; 0: no bound' },
  multisubjectrandomize: { type: 'bool', help: 'Draw the subjects of --multisubject at random' },
} as const satisfies FlagSpecs;

export const throughputFlags = {
  throughput: {
    type: 'int',
    default: '0',
    placeholder: 'THROUGHPUT',
    help: 'At most so many messages per second of all clients together; 0: no bound',
  },
  duration: {
    type: 'duration',
    default: '0s',
    placeholder: 'DURATION',
    help: 'Run for this long in place of --msgs; wants --throughput or --rate',
  },
} as const satisfies FlagSpecs;

export const rateFlag = {
  rate: {
    type: 'int',
    default: '0',
    ours: true,
    help: 'Open loop: so many messages per second at even times, whatever the server does; latencies count from these times',
  },
} as const satisfies FlagSpecs;

export const streamFlags = {
  stream: { type: 'string', default: 'benchstream', help: 'Stream to use', complete: 'streams' },
  ...sleepFlag,
} as const satisfies FlagSpecs;

export const storageFlags = {
  storage: { type: 'enum', enum: ['memory', 'file'], default: 'file', help: 'Where the data is kept' },
  replicas: { type: 'int', default: '1', help: 'Servers that hold the data' },
  maxbytes: { type: 'bytes', default: '1GB', placeholder: '"1GB"', help: 'Most bytes to keep' },
} as const satisfies FlagSpecs;

export const purgeFlag = {
  purge: { type: 'bool', help: 'Empty it before the run' },
} as const satisfies FlagSpecs;

export const publishFlags = {
  ...contentFlags,
  ...subjectFlags,
  ...throughputFlags,
  create: { type: 'bool', help: 'Create the stream, or bring it to these settings' },
  ...storageFlags,
  dedup: { type: 'bool', help: 'Give every message an id, so that the stream keeps it once' },
  dedupwindow: { type: 'duration', default: '2m', help: 'How long the stream remembers ids' },
  ...purgeFlag,
  persistasync: { type: 'bool', help: 'Let the stream write to disk later (one replica only)' },
} as const satisfies FlagSpecs;

export const consumerFlags = {
  consumer: { type: 'string', default: 'nats-bench', help: 'Durable consumer to use; the default one is created' },
  batch: { type: 'int', default: '500', help: 'Messages asked for at once' },
  acks: {
    type: 'enum',
    enum: ['explicit', 'none', 'all'],
    default: 'explicit',
    help: 'How messages are acknowledged',
  },
  doubleack: {
    type: 'bool',
    negatable: true,
    help: 'Wait until the server confirms each acknowledgement',
  },
  filter: { type: 'string', cumulative: true, placeholder: 'SUBJECTS', help: 'Only messages of this subject' },
  ...purgeFlag,
} as const satisfies FlagSpecs;

export const batchFlag = (help: string) =>
  ({ batch: { type: 'int', default: '500', help } }) as const satisfies FlagSpecs;

export const subjectArg = {
  subject: { type: 'string', required: true, help: 'Subject of the messages', complete: 'subjects' },
} as const;
