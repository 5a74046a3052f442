import { fail } from '#base/errors.ts';
import { stringifyJson } from '#base/json64.ts';
import type { Bulk } from '#base/sink.ts';
import { formatDateTime, formatRfc3339Nano } from '#base/time.ts';
import { visible } from '#base/visible.ts';
import { stream as streamOutput } from '#cli/schema.ts';
import { addedHeaders, DirectMessage } from '#client/jetstream/direct.ts';
import type { StoredMessage } from '#client/jetstream/messages.ts';
import { readStreamBatches } from '#client/jetstream/read.ts';
import type { Connection } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import { textOf as payloadText, showPayload } from '#view/payload.ts';
import { LF, putBytes, putText, utf8 } from '#wire/bytes.ts';
import { pickStream } from '../jetstream/pick.ts';
import { bodyFields, messageSchema } from '../jetstream/record.ts';
import { headRoom, headWriter, putRecord, recordRoom } from '../jetstream/record-bytes.ts';
import { bodyOutput } from '../messaging/body.ts';
import { group } from './group.ts';

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
    const piped = out.isText ? !paged && !flags.translate : plainLines(runtime);
    const into = piped && !runtime.out.isTTY ? runtime.out : undefined;
    const bulk = into?.bulk?.((behind) => rest(js.connection, behind));
    const pipe = bulk && (out.isText ? bulkWriter(bulk, flags.raw) : lineWriter(bulk));
    const show = pipe ?? writerFor(runtime, out, name, flags);
    await out.ready;
    let shown = 0;
    for await (const batch of readStreamBatches(js, info, { ...since, ...from, ...subject, signal: runtime.signal })) {
      for (const message of batch) {
        if (shown > 0 && shown % page === 0) {
          if (!paged || !(await nextPage(runtime))) return bulk ? bulk.end() : out.end();
        }
        shown++;
        const late = show(message);
        if (late) await late;
      }
      // The reader is no faster than what takes the text.
      if (bulk) bulk.kick();
      else await runtime.out.flush();
    }
    await (bulk ?? out).end();
    if (paged) runtime.log('Reached apparent end of data');
  },
});

/** Of tables: with columns that are known, each message is written at once. */
const columns = ['subject', 'seq', 'time', 'headers', 'data', 'data_base64'];

async function nextPage(runtime: Runtime): Promise<boolean> {
  await runtime.out.flush();
  const prompts = await runtime.prompts();
  return prompts.confirm({ message: 'Next Page?', default: true, flag: '--no-pager' });
}

/** Reads on, or not, as what takes the text is behind. */
function rest(connection: Connection, behind: boolean): void {
  if (behind) connection.pauseReading();
  else connection.resumeReading();
}

const BLANKS = utf8.encode('\n\n\n');
const NIL = utf8.encode('nil body\n\n\n');

/** Makes what puts a message into the slab of a pipe: bodies are copied, byte for byte. */
function bulkWriter(bulk: Bulk, raw: boolean): (message: StoredMessage) => undefined {
  const putHead = headWriter();
  const quick = (message: StoredMessage): boolean => {
    if (!(message instanceof DirectMessage)) return false;
    const at = bulk.reserve(headRoom(message));
    const end = putHead(bulk.buf, at, message);
    if (end >= 0) bulk.tail = end;
    return end >= 0;
  };
  return (message) => {
    const { data } = message;
    const head = raw || quick(message) ? '' : headOf(message);
    const at = bulk.reserve(head.length * 3 + data.length + NIL.length);
    // Not before: making room may put another slab in place.
    const into = bulk.buf;
    const end = putBytes(into, putText(into, at, head), data);
    const blanks = raw || data[data.length - 1] === LF ? BLANKS.subarray(0, 1) : BLANKS;
    bulk.tail = putBytes(into, end, data.length > 0 || raw ? blanks : NIL);
    return undefined;
  };
}

/** Whether records are lines of JSON as they are. */
function plainLines({ contract: { as, jq, fields } }: Runtime): boolean {
  return as === 'ndjson' && jq === undefined && fields === undefined;
}

/** The same for records as lines of JSON. */
function lineWriter(bulk: Bulk): (message: StoredMessage) => undefined {
  return (message) => {
    if (message instanceof DirectMessage) {
      const at = bulk.reserve(recordRoom(message));
      const end = putRecord(bulk.buf, at, message);
      if (end >= 0) {
        bulk.tail = end;
        return undefined;
      }
    }
    const line = utf8.encode(`${stringifyJson(documentOf(message), { escapeHtml: false })}\n`);
    const at = bulk.reserve(line.length);
    bulk.tail = putBytes(bulk.buf, at, line);
    return undefined;
  };
}

function headOf(message: StoredMessage): string {
  const { seq, subject, time } = message;
  return `[${seq}] Subject: ${visible(subject)} Received: ${formatDateTime(time)}\n${headersOf(message)}`;
}

interface Shape {
  readonly raw: boolean;
  readonly translate: string | undefined;
}

/** Makes what writes a message; it gives a promise where it had to wait for something. */
function writerFor(
  runtime: Runtime,
  out: Emitter<Record<string, unknown>>,
  stream: string,
  shape: Shape,
): (message: StoredMessage) => Promise<void> | undefined {
  const { terminal } = runtime;
  if (!out.isText) {
    return (message) => {
      out.emit(documentOf(message), () => '');
      return undefined;
    };
  }
  if (shape.raw) {
    return ({ data }) => {
      runtime.out.write(showPayload(data, { tty: terminal.isTTY, columns: terminal.columns }));
      runtime.out.write('\n');
      return undefined;
    };
  }
  return (message) => {
    const { subject, data } = message;
    const head = headOf(message);
    return bodyOutput(runtime, data, { translate: shape.translate, subject, stream }).then((body) => {
      runtime.out.write(head);
      runtime.out.write(body);
    });
  };
}

/** The headers of the message itself, a line each, with a blank line before them. */
function headersOf(message: StoredMessage): string {
  if (message.isPlain) return '';
  const entries = (message.headers?.entries() ?? []).filter(([key]) => !addedHeaders.has(key));
  const lines = entries.map(([key, value]) => `  ${visible(key)}: ${visible(value)}\n`);
  return lines.length > 0 ? `\n${lines.join('')}` : '';
}

function documentOf(message: StoredMessage): Record<string, unknown> {
  const { subject, seq } = message;
  const time = formatRfc3339Nano(message.time);
  if (message.isPlain) {
    const data = payloadText(message.data);
    if (data !== undefined) return { subject, seq, time, data };
  }
  const { headers: all, ...body } = bodyFields(message.headers, message.data);
  const own = Object.entries((all as Record<string, string[]> | undefined) ?? {}).filter(
    ([key]) => !addedHeaders.has(key),
  );
  return { subject, seq, time, ...(own.length > 0 ? { headers: Object.fromEntries(own) } : {}), ...body };
}
