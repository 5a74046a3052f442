import { during, fail, messageOf } from '#base/errors.ts';
import { parseJson, stringifyJson } from '#base/json64.ts';
import { goRegExp } from '#base/regex.ts';
import { formatDateTime, formatRfc3339Nano } from '#base/time.ts';
import { visible } from '#base/visible.ts';
import { any, obj, str, stream } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import { loadSettings } from '#runtime/settings.ts';
import { cloudEvent, longEvent, shortEvent } from './render.ts';
import { shapeOf } from './shapes.ts';

/** `nats events` */
export const command = defineCommand({
  name: 'events',
  aliases: ['event', 'e'],
  help: 'Show events of servers, advisories and metrics of JetStream\n\nEvents of servers need a login of the system account. The filter is a regular expression over the whole event, any case.',
  flags: {
    all: { type: 'bool', short: 'a', help: 'Events of every kind' },
    json: { type: 'bool', short: 'j', help: 'Print events as they come, as JSON' },
    cloudevent: { type: 'bool', help: 'Print events as CloudEvents, version 1.0' },
    short: { type: 'bool', help: 'One line for each event' },
    filter: { type: 'string', default: '.', help: 'Only events that match this regular expression' },
    'js-metric': { type: 'bool', help: 'Metrics of JetStream' },
    'js-advisory': { type: 'bool', help: 'Advisories of JetStream' },
    'srv-advisory': { type: 'bool', default: 'true', negatable: true, help: 'Events of servers' },
    subjects: { type: 'string', cumulative: true, placeholder: 'SUBJECTS', help: 'Events on this subject' },
    stream: { type: 'string', help: 'Events that are kept in this stream', complete: 'streams' },
    since: { type: 'duration', placeholder: 'DURATION', help: 'From so long ago on, from a stream' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: stream(obj({ 'type?': str, 'id?': str, 'timestamp?': str, 'error?': str, 'subject?': str, 'data?': any })),
  async run(input, runtime) {
    const { flags } = input;
    const isChosen = flags.all || flags['js-advisory'] || flags['js-metric'] || flags.subjects.length > 0;
    const connection = await runtime.connect().catch(during('setup failed'));
    const wanted = filterOf(flags.filter);
    if (!isChosen && !flags['srv-advisory'] && !flags.stream) {
      throw fail('usage', 'no events were chosen', { hint: '--all shows all of them' });
    }
    if (isChosen && flags.stream) {
      throw fail('usage', 'cannot specify both Stream and specific advisories or extra subjects');
    }
    const out = runtime.stream<unknown>();
    await out.ready;
    const isQuiet = flags.json || flags.cloudevent || !out.isText;
    const form = flags.cloudevent ? 'cloud' : flags.json ? 'json' : flags.short ? 'short' : 'long';
    const say = (line: string): void => (isQuiet ? undefined : runtime.out.line(line));
    const show = (subject: string, data: Uint8Array): void => {
      const body = new TextDecoder().decode(data);
      if (wanted.test(body)) showEvent(runtime, out, form, subject, body);
    };
    if (flags.stream) await readStream(runtime, flags.stream, flags.since, say, show);
    else {
      const settings = await loadSettings(runtime);
      for (const [subject, what] of sources(flags, settings.jsEventPrefix)) {
        say(`Listening for ${what} on ${subject}`);
        const subscription = connection.subscribe(subject, { callback: (msg) => show(msg.subject, msg.data) });
        void subscription.closed.then((error) => {
          if (error && !runtime.signal.aborted)
            runtime.err.line(`Warning: nothing is seen of ${subject}: ${error.message}`);
        });
      }
      await runtime.out.flush();
      const closed = await Promise.race([connection.closed, aborted(runtime.signal)]);
      if (closed && !runtime.signal.aborted) throw closed;
    }
    await out.end();
    runtime.signal.throwIfAborted();
  },
});

function filterOf(pattern: string): RegExp {
  try {
    return goRegExp(pattern, 'i');
  } catch (error) {
    throw fail('usage', `invalid body regular expression: ${messageOf(error)}`, { reason: error });
  }
}

interface Choice {
  readonly all: boolean;
  readonly 'js-advisory': boolean;
  readonly 'js-metric': boolean;
  readonly 'srv-advisory': boolean;
  readonly subjects: readonly string[];
}

/** The subjects to listen on, and what comes there. */
function sources(choice: Choice, eventPrefix: string): [subject: string, what: string][] {
  const prefix = (eventPrefix || '$JS.EVENT').replace(/\.$/, '');
  const list: [string, string][] = [];
  if (choice['js-advisory'] || choice.all) list.push([`${prefix}.ADVISORY.>`, 'Advisories']);
  if (choice['js-metric'] || choice.all) list.push([`${prefix}.METRIC.>`, 'Metrics']);
  if (choice['srv-advisory'] || choice.all) {
    list.push(['$SYS.ACCOUNT.*.CONNECT', 'Client Connection events']);
    list.push(['$SYS.ACCOUNT.*.DISCONNECT', 'Client Disconnection events']);
    list.push(['$SYS.SERVER.*.CLIENT.AUTH.ERR', 'Authentication Errors events']);
  }
  for (const subject of choice.subjects) list.push([subject, 'advisories']);
  return list;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

async function readStream(
  runtime: Runtime,
  name: string,
  since: bigint | undefined,
  say: (line: string) => void,
  show: (subject: string, data: Uint8Array) => void,
): Promise<void> {
  const start = since && since > 0n ? runtime.clock.now() - since : undefined;
  say(`Listening for Events in stream ${name}${start === undefined ? '' : ` since ${formatDateTime(start)}`}`);
  await runtime.out.flush();
  const [{ openJetStream }, { orderedMessages }] = await Promise.all([
    import('#runtime/jetstream.ts'),
    import('#client/jetstream/ordered-messages.ts'),
  ]);
  const config =
    start === undefined
      ? ({ deliver_policy: 'all' } as const)
      : ({ deliver_policy: 'by_start_time', opt_start_time: formatRfc3339Nano(start) } as const);
  try {
    const js = await openJetStream(runtime);
    for await (const { subject, data } of orderedMessages(js, name, { config, signal: runtime.signal }))
      show(subject, data);
  } catch (error) {
    if (!runtime.signal.aborted) throw error;
  }
}

type Form = 'cloud' | 'json' | 'short' | 'long';

/** Shows what came, or why it cannot be shown as an event, and the body. */
function showEvent(runtime: Runtime, out: Emitter<unknown>, form: Form, subject: string, body: string): void {
  const safe = (text: string): string => (runtime.out.isTTY ? visible(text) : text);
  if (out.isText && form === 'json') {
    runtime.out.line(safe(body));
    return;
  }
  const { event, problem } = readEvent(subject, body);
  if (!event) {
    const lines = body.split('\n').map((line) => `          ${line}`);
    out.emit({ error: problem, subject, data: body }, () => safe(`Event error: ${problem}\n\n${lines.join('\n')}\n`));
  } else if (form === 'cloud') {
    const document = cloudEvent(event);
    out.emit(document, () => safe(`${stringifyJson(document, { indent: 2 })}\n`));
  } else out.emit(event, () => safe(`${form === 'short' ? shortEvent(event) : longEvent(event)}\n`));
}

interface Read {
  readonly event?: Readonly<Record<string, unknown>>;
  readonly problem?: string;
}

/** The event in a message; why there is none otherwise. */
function readEvent(subject: string, body: string): Read {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    return { problem: `parsing failed: ${messageOf(error)}` };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { problem: 'parsing failed: it is no JSON object' };
  }
  const event = value as Record<string, unknown>;
  const type = event['type'] || event['schema'];
  if (!type || type === 'io.nats.unknown_message') return { problem: `unknown event schema on subject ${subject}` };
  if (!shapeOf(String(type))) return { problem: `event "${String(type)}" does not implement the Event interface` };
  return { event: { ...event, type } };
}
