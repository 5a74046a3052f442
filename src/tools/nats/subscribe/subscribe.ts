import { fail } from '#base/errors.ts';
import { splitList } from '#base/subject.ts';
import { int, obj, stream } from '#cli/schema.ts';
import type { ArgSpecs, FlagSpecs, Input } from '#cli/spec.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { messageSchema } from '../messaging/records.ts';
import { shownFlags } from '../messaging/shown.ts';
import { isStored, type Options } from './options.ts';

const args = {
  subjects: { type: 'string', cumulative: true, help: 'Subjects to subscribe to' },
} as const satisfies ArgSpecs;

const flags = {
  queue: { type: 'string', help: 'Share the messages with the others of this queue group' },
  durable: { type: 'string', help: 'Read a stream through this consumer, made when it does not exist' },
  raw: { type: 'bool', short: 'r', help: 'Print bodies and nothing else' },
  translate: { type: 'string', help: 'Show what this command makes of the body' },
  ack: { type: 'bool', negatable: true, help: 'Acknowledge messages that come from a stream' },
  'match-replies': { type: 'bool', help: 'Show requests together with their replies' },
  inbox: { type: 'bool', short: 'i', help: 'Subscribe to a fresh inbox subject' },
  count: { type: 'uint', help: 'End after so many messages' },
  dump: {
    type: 'string',
    placeholder: 'DIRECTORY',
    help: 'Write every message as a JSON file of this folder; - prints them with a NUL behind each',
  },
  'headers-only': { type: 'bool', help: 'Show headers, no bodies' },
  'subjects-only': { type: 'bool', help: 'Show subjects, no headers and bodies' },
  'start-sequence': { type: 'uint', placeholder: 'SEQUENCE', help: 'Read a stream from this sequence on' },
  all: { type: 'bool', help: 'Read a stream from its first message on' },
  new: { type: 'bool', help: 'Read what a stream gets from now on' },
  last: { type: 'bool', help: 'Read the last message of a stream and what comes' },
  since: { type: 'string', placeholder: 'DURATION', help: 'Read a stream from so long ago on: 1h30m, 7d' },
  'last-per-subject': { type: 'bool', help: 'Read the last message of each subject of a stream and what comes' },
  'terminate-at-end': { type: 'bool', short: 'T', help: 'End when the stream has been read' },
  stream: { type: 'string', placeholder: 'STREAM', help: 'Read this stream', complete: 'streams' },
  'ignore-subject': {
    type: 'string',
    short: 'I',
    placeholder: 'SUBJECT',
    cumulative: true,
    help: 'Leave out messages of these subjects',
  },
  wait: { type: 'duration', help: 'End when nothing came for so long' },
  'report-subjects': { type: 'bool', help: 'Show which subjects are busy instead of the messages' },
  'report-subscriptions': { type: 'bool', help: 'Show which of the given subjects are busy instead of the messages' },
  'report-top': { type: 'int', default: '10', help: 'How many subjects a report shows' },
  timestamp: { type: 'bool', short: 't', help: 'Show when messages came' },
  'delta-time': { type: 'bool', short: 'd', help: 'Show how long after the start messages came' },
  graph: { type: 'bool', help: 'Draw the rate of messages' },
  direct: { type: 'bool', help: 'Read a stream by batched gets, without a consumer' },
  ...shownFlags,
} as const satisfies FlagSpecs;

export type SubscribeInput = Input<typeof args, typeof flags>;

/** `nats sub`. What is only needed for one of its many forms is loaded for that form. */
export const command = defineCommand({
  name: 'subscribe',
  aliases: ['sub'],
  help: `Subscribe to subjects and show the messages

Messages come from a stream when one of --stream, --durable, --direct, --all, --new, --last, --since,
--start-sequence and --last-per-subject is given; the stream is found by the subject when it is not named.
Without --durable that leaves nothing behind and acknowledges nothing.

With --as ndjson every message is a record that "nats pub --records" sends again, byte for byte.`,
  args,
  flags,
  tags: { scope: 'user', impact: 'rw' },
  examples: [
    'nats sub "orders.>"',
    'nats sub orders.new --where "body.total > 100" --codec json',
    'nats sub --stream ORDERS --last-per-subject',
  ],
  output: stream(obj({ ...messageSchema, 'count?': int, 'bytes?': int })),
  async run(input, runtime) {
    const options = readOptions(input, runtime);
    if (isStored(options)) return (await import('./stored.ts')).subscribeStored(options, runtime);
    return (await import('./core.ts')).subscribeCore(options, runtime);
  },
});

/** What was asked for, checked as far as no server is needed. */
function readOptions(input: SubscribeInput, runtime: Runtime): Options {
  const { args, flags } = input;
  const options: Options = {
    subjects: args.subjects,
    queue: flags.queue ?? '',
    durable: flags.durable ?? '',
    raw: flags.raw,
    translate: flags.translate,
    ack: flags.ack,
    match: flags['match-replies'],
    inbox: flags.inbox,
    count: Number(flags.count ?? 0n),
    dump: flags.dump ?? '',
    headersOnly: flags['headers-only'],
    subjectsOnly: flags['subjects-only'],
    startSequence: flags['start-sequence'] ?? 0n,
    all: flags.all,
    fresh: flags.new,
    last: flags.last,
    since: flags.since ?? '',
    lastPerSubject: flags['last-per-subject'],
    stopAtEnd: flags['terminate-at-end'],
    stream: flags.stream ?? '',
    ignore: splitList(flags['ignore-subject']),
    waitMs: Number(flags.wait ?? 0n) / 1e6,
    report: flags['report-subscriptions'] ? 'subscriptions' : flags['report-subjects'] ? 'subjects' : undefined,
    top: flags['report-top'],
    stamp: flags.timestamp ? 'time' : flags['delta-time'] ? 'delta' : undefined,
    graph: flags.graph,
    direct: flags.direct,
    codec: flags.codec as Options['codec'],
    where: flags.where,
  };
  checkOptions(options, runtime);
  if (flags.timestamp && flags['delta-time']) {
    throw fail('usage', 'timestamp and delta-time flags are mutually exclusive');
  }
  return options;
}

function checkOptions(options: Options, runtime: Runtime): void {
  const { subjects } = options;
  const stored = isStored(options);
  const refuse = (when: boolean, message: string) => {
    if (when) throw fail('usage', message);
  };
  if (subjects.length === 0 && options.stream === '' && !options.inbox) {
    if (runtime.contract.as === 'text') runtime.out.line('No subjects or --stream flag provided.');
    throw fail('usage', 'required argument', {
      showUsage: true,
      hint: 'nats sub "orders.>", or nats sub --stream ORDERS',
    });
  }
  refuse(subjects.length > 0 && options.durable !== '', 'cannot specify both subjects and a durable consumer');
  refuse(subjects.length > 1 && stored, 'streams subscribe support only 1 subject');
  refuse(options.stopAtEnd && !stored, '--terminate-at-end is only supported for JetStream subscriptions');
  refuse(options.inbox && stored, 'generating inboxes is not compatible with JetStream subscriptions');
  refuse(options.queue !== '' && stored, 'queue group subscriptions are not supported with JetStream');
  refuse(
    options.dump === '-' && options.inbox,
    'generating inboxes is not compatible with dumping to stdout using null terminated strings',
  );
  refuse(options.report !== undefined && options.top <= 0, 'subject count must be at least one');
  refuse(options.match && stored, 'cannot enable --match-replies for JetStream streams');
  refuse(options.direct && options.durable !== '', 'cannot use direct get when a durable name is supplied');
}
