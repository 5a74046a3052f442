import { bool, int, obj, str, stream } from '#cli/schema.ts';
import type { ArgSpecs, FlagSpecs, Input } from '#cli/spec.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { bodyFlags, templateHelp } from './messaging/flags.ts';
import { type HeaderLine, messageHeaders } from './messaging/headers.ts';

const args = {
  subject: { type: 'string', required: true, help: 'Subject to publish to' },
  body: { type: 'string', help: 'Body of the message; without it standard input is read' },
} as const satisfies ArgSpecs;

const flags = {
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

/** `nats pub`: one plain message takes the short way below, everything else messaging/publisher.ts. */
export const command = defineCommand({
  name: 'publish',
  aliases: ['pub'],
  help: `Publish messages

${templateHelp}

With --records every line of standard input is a message as "nats sub --as ndjson" writes them, headers included;
a subject that ends in ">" gets the subject of the record in its place.`,
  args,
  flags,
  tags: { scope: 'user', impact: 'rw' },
  examples: [
    'nats pub orders.new "order {{Count}}" --count 10',
    'seq 1 10 | nats pub orders.new --send-on newline',
    'nats sub "orders.>" --as ndjson --count 10 | nats pub "copy.>" --records',
  ],
  output: stream(
    obj({
      subject: str,
      bytes: int,
      'stream?': str,
      'seq?': int,
      'duplicate?': bool,
      'domain?': str,
      'value?': str,
      'batch?': str,
      'messages?': int,
    }),
  ),
  async run(input, runtime) {
    const { args, flags } = input;
    const headers = input.isSet('header') ? messageHeaders(flags.header, runtime.log) : [];
    if (!isPlain(input, runtime, headers)) {
      const { publishAll } = await import('./messaging/publisher.ts');
      return publishAll(input, runtime, headers);
    }
    const connection = await runtime.connect();
    const body = args.body ?? '';
    connection.publish(args.subject, body, {
      ...(input.isSet('reply') && flags.reply ? { reply: flags.reply } : {}),
      ...(headers.length > 0 ? { headers } : {}),
    });
    await connection.flush();
    if (connection.lastError) throw connection.lastError;
    if (!input.isSet('quiet')) runtime.log(`Published ${byteLength(body)} bytes to ${JSON.stringify(args.subject)}`);
  },
});

/** Whether this is one message that is all there. Asks what was given, not for values: each default costs a little. */
function isPlain(input: PublishInput, runtime: Runtime, headers: readonly HeaderLine[]): boolean {
  if (!input.isSet('body') || runtime.globals.isSet('as')) return false;
  for (const name in flags) if (!harmless.has(name) && input.isSet(name as keyof typeof flags)) return false;
  for (const name of ['fields', 'jq', 'plan']) if (runtime.globals.isSet(name)) return false;
  const { subject, body = '' } = input.args;
  return !subject.includes('{{') && !body.includes('{{') && !headers.some(([, value]) => value.includes('{{'));
}

/** Flags that change nothing about the way a single message takes. */
const harmless = new Set(['reply', 'header', 'quiet', 'force-stdin', 'send-on', 'sleep', 'templates']);

/** Bytes of the text in UTF-8. */
function byteLength(text: string): number {
  return /^[\x00-\x7f]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}
