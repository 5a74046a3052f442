// `--direct`: reads a stream with batched gets (ADR-31). Nothing is left on the server and nothing is taken away.

import { humanDuration, parseDuration } from '#base/duration.ts';
import { BoxError } from '#base/errors.ts';
import { formatRfc3339Nano } from '#base/time.ts';
import type { JetStream } from '#client/jetstream/api.ts';
import { addedHeaders, type BatchQuery, type DirectMessage, directGetBatches } from '#client/jetstream/direct.ts';
import type { StreamInfo } from '#client/jetstream/types.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { chooseView } from './choose-view.ts';
import { consume } from './core.ts';
import { createInflow, type Inflow } from './inflow.ts';
import { ignoredNote, type Options, type Received } from './options.ts';

/** Messages per question. */
const BATCH = 256;
/** Milliseconds between two questions while there is nothing new. */
const PAUSE = 250;

export async function readDirect(options: Options, runtime: Runtime, js: JetStream, stream: StreamInfo): Promise<void> {
  const view = await chooseView(options, runtime);
  const inflow = createInflow<Received>(js.connection);
  const line = startLine(options, stream);
  if (line !== '') runtime.log(line);
  void poll(options, runtime, js, stream, inflow);
  await consume({ options, runtime, connection: js.connection, view, inflow }, () => inflow.stop());
}

function startLine(options: Options, stream: StreamInfo): string {
  const subject = options.subjects[0] ?? (stream.config.subjects ?? []).join(', ');
  const line = (text: string) =>
    `Subscribing to JetStream Stream (direct) holding messages with subject ${subject} ${text} ${ignoredNote(options)}`;
  if (options.startSequence > 0n) return line(`starting with sequence ${options.startSequence}`);
  if (options.last) return line('starting with the last message received');
  if (options.all) return line('starting with the first message received');
  if (options.fresh) return line('delivering any new messages received');
  if (options.since !== '') return line(`starting with messages since ${humanDuration(parseDuration(options.since))}`);
  return options.lastPerSubject ? line('for the last messages for each subject in the Stream') : '';
}

/** The first question, and the sequence to go on from when it has no answer. */
export function firstQuery(options: Options, stream: StreamInfo, now: bigint): { query: BatchQuery; next: bigint } {
  const last = BigInt(stream.state.last_seq);
  const first = BigInt(stream.state.first_seq);
  const from = (seq: bigint) => ({ query: { seq: seq < 1n ? 1n : seq }, next: seq < 1n ? 1n : seq });
  if (options.startSequence > 0n) return from(options.startSequence);
  if (options.last) return from(last);
  if (options.fresh) return from(last + 1n);
  if (options.since !== '') {
    const start_time = formatRfc3339Nano(now - parseDuration(options.since));
    return { query: { start_time }, next: last + 1n };
  }
  if (options.lastPerSubject) {
    return { query: { multi_last: [options.subjects[0] ?? '>'], up_to_seq: last < 1n ? 1n : last }, next: last + 1n };
  }
  return from(first);
}

async function poll(
  options: Options,
  runtime: Runtime,
  js: JetStream,
  stream: StreamInfo,
  inflow: Inflow<Received>,
): Promise<void> {
  const { name } = stream.config;
  let { query, next } = firstQuery(options, stream, runtime.clock.now());
  try {
    while (!inflow.stopped) {
      const asked: BatchQuery = query.multi_last
        ? query
        : { ...query, batch: BATCH, next_by_subj: options.subjects[0] ?? '>' };
      let count = 0;
      for await (const batch of batchesOf(js, name, asked)) {
        if (inflow.stopped) return;
        count += batch.length;
        for (const message of batch) inflow.push(fromStored(message, name));
        // With the last of each subject they do not come in the order of their sequences.
        for (const { seq } of query.multi_last ? batch : batch.slice(-1)) if (seq >= next) next = seq + 1n;
      }
      const more = count > 0 && query.multi_last === undefined;
      query = { seq: next };
      if (!more && options.stopAtEnd) return inflow.finish();
      if (!more) await runtime.clock.sleep(PAUSE);
    }
  } catch (error) {
    if (!inflow.stopped) inflow.stop(error as Error);
  }
}

/** One batch; that there is nothing (404) is an empty one. */
async function* batchesOf(js: JetStream, stream: string, query: BatchQuery): AsyncGenerator<DirectMessage[]> {
  try {
    yield* directGetBatches(js, stream, query);
  } catch (error) {
    if (!(error instanceof BoxError) || error.kind !== 'not-found') throw error;
  }
}

function fromStored(message: DirectMessage, stream: string): Received {
  const { subject, headers, data, seq, time, pending = 0n } = message;
  const own = () => {
    const entries = headers.entries().filter(([name]) => !addedHeaders.has(name));
    const found = new MsgHeaders();
    for (const [name, value] of entries) found.append(name, value);
    return entries.length > 0 ? found : undefined;
  };
  return {
    subject,
    reply: undefined,
    headers,
    own,
    data,
    subscription: subject,
    delivery: { stream, consumer: '', streamSeq: seq, time, pending },
  };
}
