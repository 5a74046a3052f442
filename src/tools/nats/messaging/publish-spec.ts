// What `nats pub` can be told.
import type { ArgSpecs, FlagSpecs, Input } from '#cli/spec.ts';
import { bodyFlags } from './flags.ts';

export const args = {
  subject: { type: 'string', required: true, help: 'Subject to publish to' },
  body: { type: 'string', emptyDash: true, help: 'Body of the message; without it standard input is read' },
} as const satisfies ArgSpecs;

export const flags = {
  reply: { type: 'string', placeholder: 'SUBJECT', help: 'Subject for answers' },
  header: { type: 'string', short: 'H', placeholder: 'K:V', cumulative: true, help: 'Header to add, in the form K:V' },
  atomic: { type: 'bool', help: 'Store the lines of standard input as one batch, all or none of them' },
  count: { type: 'int', default: '1', help: 'How often to publish' },
  'force-stdin': bodyFlags['force-stdin'],
  jetstream: { type: 'bool', short: 'J', help: "Wait for a stream's acknowledgement" },
  quiet: { type: 'bool', short: 'q', help: 'Say nothing about what was published' },
  'schedule-after': { type: 'duration', placeholder: 'DURATION', help: 'Let the stream publish it after this time' },
  'schedule-at': { type: 'string', placeholder: 'TIME', help: 'Let the stream publish it at this time (RFC3339)' },
  'schedule-cron': { type: 'string', placeholder: 'CRON', help: 'Let the stream publish it by a cron line' },
  'schedule-dest': { type: 'string', placeholder: 'SUBJECT', help: 'Subject the scheduled message goes to' },
  'schedule-every': { type: 'duration', placeholder: 'DURATION', help: 'Let the stream publish it again and again' },
  'schedule-source': { type: 'string', placeholder: 'SUBJECT', help: 'Subject whose last message is sent instead' },
  'schedule-ttl': { type: 'duration', placeholder: 'DURATION', help: 'How long scheduled messages live' },
  'send-on': bodyFlags['send-on'],
  sleep: { type: 'duration', help: 'Pause between two messages' },
  templates: bodyFlags.templates,
  records: { type: 'bool', help: 'Read NDJSON records, as "nats sub --as ndjson" writes them', ours: true },
} as const satisfies FlagSpecs;

export type PublishInput = Input<typeof args, typeof flags>;
