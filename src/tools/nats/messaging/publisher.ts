// `nats pub` in all its forms: many messages, standard input, records, streams that acknowledge, batches, schedules.
import { fail } from '#base/errors.ts';
import { human } from '#base/human.ts';
import type { Connection } from '#client/types.ts';
import { openProgress } from '#runtime/progress.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import type { HeaderLine } from './headers.ts';
import { type Drafts, fromStdin, type Outgoing, outgoing } from './outgoing.ts';
import type { PublishInput } from './publish-spec.ts';
import { ofRecord, type Published, type Reporter, type Sender } from './sender.ts';

/** Messages sent before the server is asked whether it took them. */
const FLUSH_EVERY = 1000;
/** Above this many there is one line at the end in place of a line for each. */
const MANY = 20;

/** Publishes everything the command line asks for. */
export async function publishAll(input: PublishInput, runtime: Runtime, headers: readonly HeaderLine[]): Promise<void> {
  const { args, flags } = input;
  const drafts: Drafts = {
    subject: args.subject,
    body: input.isSet('body') ? (args.body ?? '') : undefined,
    headers,
    count: Math.max(1, flags.count),
    templates: flags.templates,
    forceStdin: flags['force-stdin'],
    sendOn: flags['send-on'] as 'newline' | 'eof',
    records: flags.records,
    quiet: flags.quiet,
  };
  const stored =
    flags.jetstream || flags.atomic ? ['stream', 'seq', 'duplicate', 'domain', 'value', 'batch', 'messages'] : [];
  const emitter = runtime.stream<Published>({ columns: ['subject', 'bytes', ...stored] });
  const { reporter, finish } = await createReporter(runtime, emitter, flags.quiet, drafts);
  const sender = await chooseSender(input, runtime, drafts, reporter);
  const pause = flags.sleep !== undefined && flags.sleep > 0n ? Number(flags.sleep) / 1e6 : 0;
  for await (const group of outgoing(drafts, runtime)) {
    for await (const message of group) {
      const start = runtime.clock.mono();
      await sender.send(message);
      if (pause === 0 || drafts.count === 1) continue;
      await sender.settle();
      const spent = flags.jetstream ? Number(runtime.clock.mono() - start) / 1e6 : 0;
      if (pause > spent) await runtime.clock.sleep(pause - spent, runtime.signal);
    }
    await sender.settle();
  }
  await sender.end();
  finish();
  await emitter.end();
}

async function chooseSender(
  input: PublishInput,
  runtime: Runtime,
  drafts: Drafts,
  reporter: Reporter,
): Promise<Sender> {
  const { flags, args } = input;
  const scheduled = scheduleFlags.some((name) => input.isSet(name));
  if (flags.atomic)
    checkAtomic(scheduled, fromStdin(drafts, runtime) && (flags.records || drafts.sendOn === 'newline'));
  const reply = flags.reply ?? '';
  if (!flags.atomic && !scheduled && !flags.jetstream) {
    if (runtime.contract.plan) return planSender(reporter, []);
    return coreSender(await runtime.connect(), reply, reporter);
  }
  const { ackSender, batchSender, scheduleHeaders } = await import('./stored.ts');
  const extra = scheduled ? scheduleHeaders(input, runtime.clock.now()) : [];
  if (runtime.contract.plan) return planSender(reporter, extra);
  if (flags.atomic) return batchSender(runtime, args.subject, reporter);
  // Every line is a message of its own: one that is refused does not keep the next ones back.
  return ackSender(runtime, reporter, extra, drafts.sendOn === 'newline');
}

/** Flags that make a publish a schedule. */
const scheduleFlags = [
  'schedule-after',
  'schedule-at',
  'schedule-cron',
  'schedule-dest',
  'schedule-every',
  'schedule-source',
  'schedule-ttl',
] as const;

function checkAtomic(scheduled: boolean, lines: boolean): void {
  if (scheduled) throw fail('usage', 'atomic batch publishing does not support schedules');
  if (!lines) {
    throw fail('usage', 'atomic batch publishing requires JetStream and STDIN with --send-on=newline', {
      hint: 'pipe one message per line: nats pub SUBJECT --atomic --send-on newline',
    });
  }
}

/** Plain publishing. Messages are reported when the server has seen them, so that a refusal comes first. */
function coreSender(connection: Connection, reply: string, reporter: Reporter): Sender {
  let waiting: Outgoing[] = [];
  const settle = async () => {
    if (waiting.length === 0) return;
    await connection.flush();
    if (connection.lastError) throw connection.lastError;
    for (const message of waiting.splice(0)) reporter.published(message);
  };
  return {
    send: async (message) => {
      const how = { ...(reply === '' ? {} : { reply }), ...(message.headers ? { headers: message.headers } : {}) };
      ofRecord(message, () => connection.publish(message.subject, message.body, how));
      waiting.push(message);
      if (waiting.length >= FLUSH_EVERY) await settle();
      else await connection.writable();
    },
    settle,
    end: async () => {
      waiting = [];
    },
  };
}

/** `--plan`: says what would be sent and sends nothing. */
function planSender(reporter: Reporter, extra: readonly (readonly [string, string])[]): Sender {
  return {
    send: async (message) => {
      const schedule = extra.length > 0 ? ` with ${extra.map(([k, v]) => `${k}: ${v}`).join(', ')}` : '';
      reporter.note(`Would publish ${message.body.length} bytes to ${JSON.stringify(message.subject)}${schedule}`);
      reporter.record({ subject: message.subject, bytes: message.body.length });
    },
    settle: async () => undefined,
    end: async () => undefined,
  };
}

async function createReporter(runtime: Runtime, emitter: Emitter<Published>, quiet: boolean, drafts: Drafts) {
  const many = drafts.count > MANY;
  const says = emitter.isText && !quiet;
  const bar = await openProgress(runtime, {
    wanted: says && many && drafts.sendOn === 'eof',
    total: drafts.count,
    piped: 'end',
  });
  let messages = 0;
  let bytes = 0;
  const reporter: Reporter = {
    published: (message) => {
      reporter.note(`Published ${message.body.length} bytes to ${JSON.stringify(message.subject)}`);
      reporter.record({ subject: message.subject, bytes: message.body.length });
      reporter.count(message);
    },
    count: (message) => {
      messages++;
      bytes += message.body.length;
      bar?.add(1);
    },
    note: (line) => {
      if (says && !many) runtime.log(line);
    },
    record: (record) => {
      if (!emitter.isText) emitter.emit(record, () => '');
    },
  };
  const finish = () => {
    bar?.done();
    if (says && many && !bar && messages > 0)
      runtime.log(`Published ${human(messages)} messages, ${human(bytes)} bytes`);
  };
  return { reporter, finish };
}
