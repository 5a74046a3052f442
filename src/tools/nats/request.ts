import { formatDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { int, nanos, obj, stream } from '#cli/schema.ts';
import type { ArgSpecs, FlagSpecs, Input } from '#cli/spec.ts';
import type { Connection, Msg } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import { bodyOutput } from './messaging/body.ts';
import { bodyFlags, templateHelp } from './messaging/flags.ts';
import { messageHeaders } from './messaging/headers.ts';
import { type Outgoing, outgoing } from './messaging/outgoing.ts';
import { type Codec, type MessageRecord, messageColumns, messageSchema, recordOf } from './messaging/records.ts';
import { headerLines, isNoResponders, shownFlags } from './messaging/shown.ts';

const args = {
  subject: { type: 'string', required: true, help: 'Subject to send the request to' },
  body: { type: 'string', emptyDash: true, help: 'Body of the request; without it standard input is read' },
} as const satisfies ArgSpecs;

const flags = {
  wait: { type: 'bool', short: 'w', default: 'true', negatable: true, hidden: true, help: 'Wait for a reply' },
  raw: { type: 'bool', short: 'r', help: 'Show the bodies of the replies and nothing else' },
  header: { type: 'string', short: 'H', cumulative: true, help: 'Header to add, in the form K:V' },
  count: { type: 'int', default: '1', help: 'How many requests to send' },
  replies: { type: 'int', default: '1', help: 'Replies to wait for; 0 takes all until the timeout' },
  'reply-timeout': { type: 'duration', default: '300ms', help: 'How long to wait for one more reply' },
  'wait-for-empty': { type: 'bool', help: 'Take replies until an empty one comes' },
  translate: { type: 'string', help: 'Show what this command makes of the body' },
  'force-stdin': bodyFlags['force-stdin'],
  'send-on': bodyFlags['send-on'],
  templates: bodyFlags.templates,
  ...shownFlags,
} as const satisfies FlagSpecs;

type RequestInput = Input<typeof args, typeof flags>;

/** A reply as data. */
interface ReplyRecord extends MessageRecord {
  /** Number of the request. */
  readonly request: number;
  /** Nanoseconds from the request to this reply. */
  readonly rtt: bigint;
}

/** Replies for which nobody sets a number: more than anybody waits for. */
const MANY = 32_767;

/** Of more requests than this only the progress is shown. */
const SHOWN = 20;

/** `nats req`: requests, and the replies as they come. */
export const command = defineCommand({
  name: 'request',
  aliases: ['req'],
  help: `Send requests and show the replies

${templateHelp}`,
  args,
  flags,
  tags: { scope: 'user', impact: 'rw' },
  examples: ['nats req svc.time ""', 'nats req svc.ping "" --replies 0 --timeout 2s --as ndjson'],
  output: stream(obj({ ...messageSchema, request: int, rtt: nanos })),
  async run(input, runtime) {
    const { flags } = input;
    const headers = messageHeaders(flags.header, runtime.log);
    const columns = messageColumns(flags.codec as Codec | undefined, 'request', 'rtt');
    const emitter = runtime.stream<ReplyRecord>({ columns });
    await emitter.ready;
    const asker = await createAsker(input, runtime, emitter);
    const groups = outgoing(
      {
        subject: input.args.subject,
        body: input.isSet('body') ? (input.args.body ?? '') : undefined,
        headers,
        count: flags.count < 1 ? MANY : flags.count,
        templates: flags.templates,
        forceStdin: flags['force-stdin'],
        sendOn: flags['send-on'] as 'newline' | 'eof',
        records: false,
        quiet: false,
      },
      runtime,
    );
    const many = emitter.isText && !flags.raw && flags.count > SHOWN && flags['send-on'] === 'eof';
    const bar = many
      ? await (await import('#runtime/progress.ts')).openProgress(runtime, {
          wanted: true,
          total: flags.count,
          piped: 'end',
        })
      : undefined;
    let heard = true;
    for await (const group of groups) {
      for await (const message of group) {
        heard = await asker(message);
        // Nobody there: the requests of this body that are left would not be heard either.
        if (!heard) break;
        bar?.add(1);
      }
    }
    if (heard) bar?.done();
    else bar?.clear();
    await emitter.end();
  },
});

/** Makes the function that sends one request and shows its replies; it gives false when nobody listens. */
async function createAsker(
  input: RequestInput,
  runtime: Runtime,
  emitter: Emitter<ReplyRecord>,
): Promise<(message: Outgoing) => Promise<boolean>> {
  const { flags } = input;
  if (runtime.contract.plan) {
    return async ({ subject, body }) => {
      runtime.log(`Would send a request of ${body.length} bytes on ${JSON.stringify(subject)}`);
      return true;
    };
  }
  const connection = await runtime.connect();
  const where = flags.where ? (await import('./messaging/where.ts')).whereFilter(flags.where) : undefined;
  const replies = flags['wait-for-empty'] ? MANY : flags.replies;
  const timeout = Number((runtime.globals['timeout'] as bigint | undefined) ?? 5_000_000_000n) / 1e6;
  const gap = Number(flags['reply-timeout']) / 1e6;
  const codec = flags.codec as Codec | undefined;
  const says = emitter.isText && !flags.raw && flags.count <= SHOWN;
  let request = 0;

  async function show(msg: Msg, rtt: bigint): Promise<void> {
    if (where && !where(msg)) return;
    if (!emitter.isText) {
      emitter.emit({ request, rtt, ...recordOf(msg, codec) }, () => '');
      return;
    }
    if (says) {
      runtime.log(`Received with rtt ${formatDuration(rtt)}`);
      const lines = headerLines(runtime, msg.headers);
      for (const line of lines) runtime.log(line);
      if (lines.length > 0) runtime.log('');
    }
    if (says || flags.raw) {
      runtime.out.write(
        await bodyOutput(runtime, msg.data, { translate: flags.translate, subject: msg.subject, codec }),
      );
    }
  }

  return async (message) => {
    request++;
    if (says) runtime.log(`Sending request on ${JSON.stringify(message.subject)}`);
    const mailbox = openMailbox(connection, message);
    const start = runtime.clock.mono();
    let count = 0;
    let total = 0n;
    let wait = timeout;
    try {
      while (wait > 0) {
        const msg = await mailbox.next(wait);
        if (msg === undefined) return timedOut(runtime, count);
        if (isNoResponders(msg)) return nobody(runtime, message.subject);
        const rtt = runtime.clock.mono() - start;
        await show(msg, rtt);
        count++;
        total += rtt;
        if (replies > 0 && (count === replies || msg.data.length === 0)) return true;
        wait = replies === 0 ? timeout - Number(rtt) / 1e6 : Number(total / BigInt(count)) / 1e6 + gap;
      }
      return true;
    } finally {
      mailbox.close();
    }
  };
}

/** The original ends well without a reply; --strict tells. */
function timedOut(runtime: Runtime, count: number): boolean {
  if (count > 0 || !runtime.contract.strict) return true;
  throw fail('timeout', 'nats: timeout', {
    retryable: true,
    hint: 'nobody answered in time; raise --timeout to wait longer',
  });
}

function nobody(runtime: Runtime, subject: string): boolean {
  if (runtime.contract.strict) {
    throw fail('no-responders', 'nats: no responders available for request', {
      code: 503,
      retryable: true,
      hint: `nothing subscribes to ${JSON.stringify(subject)}`,
    });
  }
  runtime.log('No responders are available');
  return false;
}

interface Mailbox {
  /** The next reply; undefined when none came in that many milliseconds. Rejects when the server refuses the request. */
  next(ms: number): Promise<Msg | undefined>;
  close(): void;
}

/** Sends a request with a reply subject of its own and collects what comes there. */
function openMailbox(connection: Connection, message: Outgoing): Mailbox {
  const inbox = connection.newInbox();
  const waiting: Msg[] = [];
  let wake: (() => void) | undefined;
  let refused: Error | undefined;
  const subscription = connection.subscribe(inbox, {
    callback: (msg) => {
      waiting.push(msg);
      wake?.();
    },
  });
  const forget = connection.on('error', (problem) => {
    if (problem.subject !== message.subject && problem.subject !== inbox) return;
    refused = problem.error;
    wake?.();
  });
  connection.publish(message.subject, message.body, {
    reply: inbox,
    ...(message.headers ? { headers: message.headers } : {}),
  });
  return {
    next: async (ms) => {
      if (waiting.length === 0 && !refused) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      if (refused) throw refused;
      return waiting.shift();
    },
    close: () => {
      forget();
      subscription.unsubscribe();
    },
  };
}
