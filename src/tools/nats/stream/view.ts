import { fail } from '#base/errors.ts';
import { formatDateTime, formatRfc3339Nano } from '#base/time.ts';
import { visible } from '#base/visible.ts';
import { stream as streamOutput } from '#cli/schema.ts';
import type { StoredMessage } from '#client/jetstream/messages.ts';
import { readStream } from '#client/jetstream/read.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import { showPayload } from '#view/payload.ts';
import { pickStream } from '../jetstream/pick.ts';
import { bodyFields, messageSchema } from '../jetstream/record.ts';
import { bodyText } from '../messaging/body.ts';
import { group } from './group.ts';

/** Headers a direct get adds. */
const added = new Set([
  'Nats-Subject',
  'Nats-Stream',
  'Nats-Sequence',
  'Nats-Time-Stamp',
  'Nats-Num-Pending',
  'Nats-Last-Sequence',
  'Nats-UpTo-Sequence',
]);

/** `nats stream view` */
export const command = defineCommand({
  name: 'view',
  help: 'Show the messages of a stream page by page\n\nIn scripts: --no-pager writes them all as text, --as ndjson as data. The stream stays as it is.',
  args: {
    stream: { type: 'string', help: 'Name of the stream', complete: 'streams' },
    size: {
      type: 'int',
      default: '10',
      help: 'Messages on a page, at most 25; without pages the most shown, when given',
    },
  },
  flags: {
    id: { type: 'int', help: 'Start at this sequence' },
    since: { type: 'duration', help: 'Start with messages of this age, such as 1h' },
    raw: { type: 'bool', help: 'Bodies alone' },
    translate: { type: 'string', help: 'Pass the bodies through this command' },
    subject: { type: 'string', help: 'Only messages of this subject; may have wildcards' },
    'no-pager': { type: 'bool', ours: true, help: 'Write everything without stopping between pages' },
  },
  inherits: group.flags,
  examples: ['nats stream view ORDERS --as ndjson --jq .data'],
  tags: { scope: 'user', impact: 'ro' },
  output: streamOutput(messageSchema),
  async run(input, runtime) {
    const { flags, args } = input;
    const out = runtime.stream<Record<string, unknown>>({ columns });
    const paged = out.isText && !flags['no-pager'];
    if (paged && !(runtime.terminal.isTTY && runtime.stdin.isTTY)) {
      throw fail('usage', 'interactive stream paging requires a valid terminal', {
        hint: '--no-pager writes all messages as text, --as ndjson as data',
      });
    }
    if (args.size <= 0) throw fail('usage', 'the page size must be more than 0');
    if (paged && args.size > 25) runtime.log('Page size is limited to 25, setting to 25...');
    const page = paged ? Math.min(25, args.size) : input.isSet('size') ? args.size : Number.POSITIVE_INFINITY;
    const js = await openJetStream(runtime);
    const { name, info } = await pickStream(runtime, js, args.stream, { all: flags.all });
    const from = flags.id !== undefined && flags.id > 0 ? { seq: BigInt(flags.id) } : {};
    const since = flags.since ? { since: runtime.clock.now() - flags.since } : {};
    const subject = flags.subject ? { subject: flags.subject } : {};
    let shown = 0;
    for await (const message of readStream(js, info, { ...since, ...from, ...subject, signal: runtime.signal })) {
      if (shown > 0 && shown % page === 0) {
        if (!paged) return out.end();
        await runtime.out.flush();
        const prompts = await runtime.prompts();
        const more = await prompts.confirm({ message: 'Next Page?', default: true, flag: '--no-pager' });
        if (!more) return out.end();
      }
      await showMessage(runtime, out, name, message, flags);
      // The reader is no faster than what takes the text.
      if (++shown % 256 === 0) await runtime.out.flush();
    }
    await out.end();
    if (paged) runtime.log('Reached apparent end of data');
  },
});

/** Of tables: with columns that are known, each message is written at once. */
const columns = ['subject', 'seq', 'time', 'headers', 'data', 'data_base64'];

interface Shape {
  readonly raw: boolean;
  readonly translate: string | undefined;
}

async function showMessage(
  runtime: Runtime,
  out: Emitter<Record<string, unknown>>,
  stream: string,
  message: StoredMessage,
  shape: Shape,
): Promise<void> {
  if (!out.isText) {
    const { subject, seq, time } = message;
    const own = bodyFields(message.headers, message.data);
    const headers = ownHeaders(own['headers'] as Record<string, string[]> | undefined);
    const { headers: _all, ...body } = own;
    return out.emit({ subject, seq, time: formatRfc3339Nano(time), ...headers, ...body }, () => '');
  }
  if (shape.raw) {
    runtime.out.write(showPayload(message.data, { tty: runtime.terminal.isTTY, columns: runtime.terminal.columns }));
    runtime.out.write('\n');
    return;
  }
  const head = `[${message.seq}] Subject: ${visible(message.subject)} Received: ${formatDateTime(message.time)}\n`;
  const entries = (message.headers?.entries() ?? []).filter(([key]) => !added.has(key));
  const lines = entries.map(([key, value]) => `  ${visible(key)}: ${visible(value)}\n`);
  const headers = lines.length > 0 ? `\n${lines.join('')}` : '';
  const facts = { translate: shape.translate, subject: message.subject, stream };
  runtime.out.write(`${head}${headers}${await bodyText(runtime, message.data, facts)}`);
}

function ownHeaders(all: Record<string, string[]> | undefined): { headers?: Record<string, string[]> } {
  const own = Object.entries(all ?? {}).filter(([key]) => !added.has(key));
  return own.length > 0 ? { headers: Object.fromEntries(own) } : {};
}
