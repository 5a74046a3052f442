// Subscriptions that read a stream: through a consumer, or by batched direct gets.

import { humanDuration, parseDuration } from '#base/duration.ts';
import { BoxError, fail } from '#base/errors.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import { type JetStream, JetStreamError } from '#client/jetstream/api.ts';
import { consumerInfo, createConsumer, deleteConsumer } from '#client/jetstream/consumers.ts';
import { AckSubject, DeliveredMessage } from '#client/jetstream/delivery.ts';
import { readPulled } from '#client/jetstream/pull.ts';
import { streamInfo, streamNames } from '#client/jetstream/streams.ts';
import type { ConsumerConfig, ConsumerInfo, StreamInfo } from '#client/jetstream/types.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { chooseView } from './choose-view.ts';
import { consume } from './core.ts';
import { createInflow, type Inflow } from './inflow.ts';
import { ignoredNote, type Options, type Received } from './options.ts';
import type { View } from './view.ts';

/** Messages asked for at a time, and how long a request stays open, in milliseconds. */
const BATCH = 500;
const EXPIRES = 30_000;
const HEARTBEAT = 5000;
/** How long the server keeps a consumer for which nobody asks. */
const INACTIVE_NS = 60_000_000_000n;

export async function subscribeStored(options: Options, runtime: Runtime): Promise<void> {
  const js = await openJetStream(runtime);
  const stream = await findStream(js, options);
  const { retention } = stream.config;
  // A consumer would take the messages of such streams away from those they are for.
  const direct = options.durable === '' && (options.direct || retention === 'workqueue' || retention === 'interest');
  if (runtime.contract.plan) return runtime.log(`Would read stream ${stream.config.name}`);
  if (direct) {
    checkDirect(js, stream);
    const { readDirect } = await import('./direct.ts');
    return readDirect(options, runtime, js, stream);
  }
  if (options.durable !== '') return readDurable(options, runtime, js, stream.config.name);
  return readOnce(options, runtime, js, stream.config.name);
}

async function findStream(js: JetStream, options: Options): Promise<StreamInfo> {
  if (options.stream !== '') return streamInfo(js, options.stream);
  const [subject = ''] = options.subjects;
  for await (const name of streamNames(js, subject)) return streamInfo(js, name);
  throw fail('not-found', `no stream found with subject: ${subject}`, {
    hint: 'nats stream find --subject shows which stream has a subject',
  });
}

function checkDirect(js: JetStream, stream: StreamInfo): void {
  const { name, allow_direct: allowed } = stream.config;
  if (!allowed) {
    throw fail('error', `cannot enable direct gets: allow_direct is not set to true for stream ${name}`, {
      hint: `nats stream edit ${name} --allow-direct`,
    });
  }
  if ((js.connection.info.api_lvl ?? 0) < 1) {
    throw fail('error', 'subscribing using direct get requires NATS Server 2.11');
  }
}

/** The configuration of the consumer that starts where the options say, and the line that says so. */
export function consumerFor(options: Options, now: bigint): { config: ConsumerConfig; line: string | undefined } {
  const subject = options.subjects[0] ?? '>';
  const config: ConsumerConfig = {
    ack_policy: 'none',
    deliver_policy: 'all',
    replay_policy: 'instant',
    filter_subject: subject,
    ...(options.headersOnly || options.subjectsOnly ? { headers_only: true } : {}),
  };
  const line = (text: string) => `Subscribing to subject ${subject} ${text} ${ignoredNote(options)}`;
  if (options.startSequence > 0n) {
    return {
      config: { ...config, deliver_policy: 'by_start_sequence', opt_start_seq: options.startSequence },
      line: line(`starting at sequence ${options.startSequence}`),
    };
  }
  if (options.last) return { config: { ...config, deliver_policy: 'last' }, line: line('from last received message') };
  if (options.all) return { config, line: line('from first received message') };
  if (options.fresh) return { config: { ...config, deliver_policy: 'new' }, line: line('for new messages') };
  if (options.since !== '') {
    const age = parseDuration(options.since);
    const start = formatRfc3339Nano(now - age);
    return {
      config: { ...config, deliver_policy: 'by_start_time', opt_start_time: start },
      line: line(`since ${humanDuration(age)}`),
    };
  }
  if (options.lastPerSubject) {
    const per = { ...config, deliver_policy: 'last_per_subject' } as const;
    return { config: per, line: line('for last message per subject') };
  }
  return { config, line: undefined };
}

/** Reads through a consumer that goes when we go. */
async function readOnce(options: Options, runtime: Runtime, js: JetStream, stream: string): Promise<void> {
  const { config, line } = consumerFor(options, runtime.clock.now());
  if (line) runtime.log(line);
  // While a terminal stands nothing is asked for: the few seconds a server gives would end the reading.
  const info = await createConsumer(js, stream, { ...config, inactive_threshold: INACTIVE_NS })
    .catch((error: unknown) => {
      if (!(error instanceof JetStreamError) || error.api.err_code !== 10153) throw error;
      return createConsumer(js, stream, config);
    })
    .catch((error: unknown) => {
      throw explained('failed to create consumer', error);
    });
  runtime.onExit(() => deleteConsumer(js, stream, info.name).catch(() => undefined));
  await readConsumer({ ...options, ack: false }, runtime, js, info);
}

function explained(what: string, error: unknown): unknown {
  return error instanceof BoxError ? fail(error.kind, `${what}: ${error.message}`, error.facts) : error;
}

/** Reads through a named consumer, which is made when it does not exist. */
async function readDurable(options: Options, runtime: Runtime, js: JetStream, stream: string): Promise<void> {
  const name = options.durable;
  let info: ConsumerInfo;
  const { config, line } = consumerFor(options, runtime.clock.now());
  if (line) runtime.log(line);
  try {
    info = await consumerInfo(js, stream, name);
    const kind = info.config.deliver_subject ? 'push' : 'pull';
    runtime.log(
      `Subscribing to JetStream Stream ${JSON.stringify(stream)} using existing ${kind} consumer ${JSON.stringify(name)}`,
    );
  } catch (error) {
    if (!(error instanceof JetStreamError) || error.api.err_code !== 10014) {
      throw explained(`error loading durable consumer ${JSON.stringify(name)}`, error);
    }
    info = await createConsumer(js, stream, { ...config, durable_name: name }).catch((reason: unknown) => {
      throw explained(`failed to create durable consumer ${JSON.stringify(name)}`, reason);
    });
  }
  if ((info.config.filter_subjects?.length ?? 0) > 1) {
    throw fail('usage', 'cannot subscribe to multi filter consumers');
  }
  const ack = info.config.ack_policy !== 'none';
  if (info.config.deliver_subject) {
    runtime.log(
      `Consumer ${JSON.stringify(name)} is a push consumer; pull consumers are the better choice for new ones`,
    );
    return readPush({ ...options, ack }, runtime, js, info);
  }
  return readConsumer({ ...options, ack }, runtime, js, info);
}

/** A message of a consumer; what its reply subject and its headers tell is read at first use. */
class Delivered extends DeliveredMessage implements Received {
  get subscription(): string {
    return this.subject;
  }
}

/** A view that ends with the last message of the stream, when that is wanted. */
function endingView(view: View, options: Options): View {
  if (!options.stopAtEnd) return view;
  return {
    message: (message, n) => view.message(message, n),
    end: () => view.end(),
    isLast: (message) => message.delivery?.pending === 0n,
  };
}

async function readConsumer(options: Options, runtime: Runtime, js: JetStream, info: ConsumerInfo): Promise<void> {
  const fast = await import('./fast.ts');
  if (fast.isFast(options, runtime)) return readFast(options, runtime, js, info);
  const view = endingView(await chooseView(options, runtime), options);
  const inflow = createInflow<Received>(js.connection);
  if (options.stopAtEnd && BigInt(info.num_pending ?? 0) === 0n) inflow.finish();
  else void pump(js, info, options, inflow);
  await consume({ options, runtime, connection: js.connection, view, inflow }, () => inflow.stop());
}

/** Not more than `--count` are asked for, so that others still get the rest. */
function pullOptions(options: Options) {
  const exact = options.count > 0 && options.ignore.length === 0 && !options.where;
  const limit = exact ? { limit: options.count } : {};
  return { batch: BATCH, expires: EXPIRES, heartbeat: HEARTBEAT, ...limit };
}

/** Pulls batch after batch into the queue. */
async function pump(js: JetStream, info: ConsumerInfo, options: Options, inflow: Inflow<Received>): Promise<void> {
  try {
    const how = { ...pullOptions(options), keep: !info.config.durable_name };
    await readPulled(js, info.stream_name, info.name, how, (frame) => {
      if (!inflow.stopped) inflow.push(new Delivered(frame));
      return !inflow.stopped;
    });
  } catch (error) {
    if (!inflow.stopped) inflow.stop(error as Error);
  }
}

/** Into a pipe: bodies go from the socket's buffer into that of the output, with nothing made for a message. */
async function readFast(options: Options, runtime: Runtime, js: JetStream, info: ConsumerInfo): Promise<void> {
  const { isLines, openBulk, storedHead, writer } = await import('./fast.ts');
  if (options.stopAtEnd && BigInt(info.num_pending ?? 0) === 0n) return;
  const { connection } = js;
  const bulk = openBulk(runtime, connection);
  const facts = new AckSubject();
  const place = () => (stored ? facts : undefined);
  const put = isLines(runtime)
    ? (await import('./lines.ts')).lineWriter(bulk, runtime.clock.now, place)
    : writer(options, bulk, storedHead(place));
  let count = 0;
  let stored = false;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const stop = new AbortController();
  const end = () => stop.abort();
  if (runtime.signal.aborted) end();
  runtime.signal.addEventListener('abort', end, { once: true });
  const restart = () => {
    clearTimeout(quiet);
    if (options.waitMs > 0) quiet = setTimeout(end, options.waitMs);
  };
  restart();
  try {
    const how = { ...pullOptions(options), keep: !info.config.durable_name, signal: stop.signal };
    await readPulled(js, info.stream_name, info.name, how, (frame) => {
      stored = facts.read(frame.buf, frame.replyAt, frame.replyEnd);
      put(frame, ++count);
      bulk.kick();
      restart();
      return !options.stopAtEnd || !stored || Number(facts.pending) !== 0;
    });
  } finally {
    clearTimeout(quiet);
    await bulk.end();
  }
  runtime.signal.throwIfAborted();
}

/** Status messages of a push consumer (ADR-9): heartbeats, and flow control that wants an answer. */
function isControl(frame: Frame, js: JetStream): boolean {
  if (!frame.hasHeaders || frame.end > frame.body || frame.buf[frame.head + 8] !== 32) return false;
  const headers = MsgHeaders.parse(frame.headerBytes.slice());
  if (headers.code !== 100) return false;
  const wanted = frame.hasReply ? frame.reply : headers.get('Nats-Consumer-Stalled');
  if (wanted) js.connection.publish(wanted);
  return true;
}

async function readPush(options: Options, runtime: Runtime, js: JetStream, info: ConsumerInfo): Promise<void> {
  const view = endingView(await chooseView(options, runtime), options);
  const inflow = createInflow<Received>(js.connection);
  const { deliver_subject: subject, deliver_group: queue } = info.config;
  const subscription = js.connection.subscribeRaw(subject as string, queue ? { queue } : {}, (frame) => {
    if (!isControl(frame, js)) inflow.push(new Delivered(frame));
  });
  await consume({ options, runtime, connection: js.connection, view, inflow }, () => subscription.unsubscribe());
}
