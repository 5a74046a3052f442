import { bool, int, obj, str, stream } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { templateHelp } from './messaging/flags.ts';
import { type HeaderLine, messageHeaders } from './messaging/headers.ts';
import { args, flags, type PublishInput } from './messaging/publish-spec.ts';

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
