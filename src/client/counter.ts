// Distributed counters (ADR-49): a message adds, the stream keeps the sum, in integers of any size.
import { BoxError, fail } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import type { JetStream } from './jetstream/api.ts';
import { directGet } from './jetstream/messages.ts';
import { publishAck } from './jetstream/publish.ts';
import { streamInfo, streamNames } from './jetstream/streams.ts';
import { inApiWords } from './kv.ts';

/** The stream a counter lives in. */
export interface CounterStream {
  readonly js: JetStream;
  readonly name: string;
}

export interface Counter {
  readonly subject: string;
  readonly value: bigint;
  /** The last thing added. */
  readonly increment: bigint | undefined;
  /** What each source contributed: value by subject by source. */
  readonly sources: Readonly<Record<string, Readonly<Record<string, bigint>>>>;
}

/** Reads a whole number in decimal with an optional sign; undefined for anything else. */
export function parseCount(text: string): bigint | undefined {
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
}

/** The stream named, or the one that carries the subject. Throws not-found, usage for a stream that does not count. */
export async function counterStream(js: JetStream, name: string | undefined, subject: string): Promise<CounterStream> {
  let found = name;
  if (!found) {
    for await (const candidate of streamNames(js, subject)) {
      found = candidate;
      break;
    }
  }
  if (!found) {
    throw fail('not-found', 'nats: API error: code=404 err_code=10059 description=stream not found', {
      code: 10059,
      hint: `no stream carries ${subject}; nats stream add NAME --subjects ${subject} --allow-counter makes one`,
    });
  }
  const { config } = await streamInfo(js, found).catch(inApiWords());
  if (!config.allow_msg_counter || !config.allow_direct) {
    throw fail('usage', `${JSON.stringify(found)} is not a valid counter stream`, {
      hint: 'counter streams are made with --allow-counter and --allow-direct',
    });
  }
  return { js, name: found };
}

/** Adds to a counter, which begins at 0; gives the new value. */
export async function addToCounter(stream: CounterStream, subject: string, by: bigint): Promise<bigint> {
  const ack = await publishAck(stream.js, subject, undefined, { headers: { 'Nats-Incr': String(by) } }).catch(
    inApiWords('failed to publish counter increment: nats: '),
  );
  const value = parseCount(ack.val ?? '');
  if (value === undefined) throw fail('error', 'counter increment response missing value');
  return value;
}

/** A counter as its stream holds it. Throws not-found for one nothing was added to yet. */
export async function getCounter(stream: CounterStream, subject: string): Promise<Counter> {
  const stored = await directGet(stream.js, stream.name, { last_by_subj: subject }).catch((error: unknown) => {
    if (error instanceof BoxError && error.kind === 'not-found') {
      throw fail('not-found', 'counter not initialized for subject', {
        code: 10037,
        hint: `nats counter incr ${subject} 1 starts it`,
      });
    }
    return inApiWords(`failed to get last message for subject ${subject}: `)(error);
  });
  const value = counterValue(stored.data);
  if (value === undefined) throw fail('error', `message ${stored.seq} of stream ${stream.name} holds no counter value`);
  const { headers } = stored;
  return {
    subject,
    value,
    increment: parseCount(headers?.get('Nats-Incr') ?? ''),
    sources: sourcesOf(headers?.get('Nats-Counter-Sources')),
  };
}

function counterValue(data: Uint8Array): bigint | undefined {
  try {
    const document = parseJson(new TextDecoder().decode(data)) as { val?: string } | null;
    return parseCount(String(document?.val ?? ''));
  } catch {
    return undefined;
  }
}

function sourcesOf(text: string | undefined): Counter['sources'] {
  if (!text) return {};
  const document = parseJson(text) as Record<string, Record<string, string>>;
  return Object.fromEntries(
    Object.entries(document).map(([source, values]) => [
      source,
      Object.fromEntries(Object.entries(values).map(([subject, value]) => [subject, parseCount(value) ?? 0n])),
    ]),
  );
}

/** Subjects of the counters of a stream that match a pattern. */
export async function counterSubjects(stream: CounterStream, filter: string): Promise<string[]> {
  const { state } = await streamInfo(stream.js, stream.name, { subjectsFilter: filter }).catch(inApiWords());
  return Object.keys(state.subjects ?? {});
}
