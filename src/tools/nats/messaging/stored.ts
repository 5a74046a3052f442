// Publishing into streams: acknowledged messages, atomic batches, schedules.

import { formatDuration } from '#base/duration.ts';
import { fail } from '#base/errors.ts';
import { human } from '#base/human.ts';
import { nuid } from '#base/nuid.ts';
import { formatRfc3339, tryParseRfc3339 } from '#base/time.ts';
import { type JetStream, readAnswer } from '#client/jetstream/api.ts';
import { publishAck } from '#client/jetstream/publish.ts';
import { streamInfo, streamNames } from '#client/jetstream/streams.ts';
import type { PubAck } from '#client/jetstream/types.ts';
import { openJetStream } from '#runtime/jetstream.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { MsgHeaders } from '#wire/headers.ts';
import type { Outgoing } from './outgoing.ts';
import type { PublishInput } from './publish-spec.ts';
import { ofRecord, type Published, type Reporter, reportSkipped, type Sender } from './sender.ts';

function withExtra(headers: MsgHeaders | undefined, extra: readonly (readonly [string, string])[]) {
  if (extra.length === 0) return headers;
  const all = headers ? MsgHeaders.parse(headers.raw) : new MsgHeaders();
  for (const [name, value] of extra) all.set(name, value);
  return all;
}

/** Publishes and waits for each acknowledgement. `goOn`: a refused message is reported and the next one is sent. */
export async function ackSender(
  runtime: Runtime,
  reporter: Reporter,
  extra: readonly (readonly [string, string])[],
  goOn: boolean,
): Promise<Sender> {
  const js = await openJetStream(runtime);
  let skipped = 0;
  const trace = runtime.globals['trace'] === true && runtime.contract.as === 'text';
  const seen = trace ? (answer: string) => runtime.out.line(`<<< ${answer}`) : undefined;
  const send = async (message: Outgoing) => {
    const { subject, body } = message;
    const headers = withExtra(message.headers, extra);
    reporter.note(`Published ${body.length} bytes to ${JSON.stringify(subject)}`);
    const ack = await publishAck(js, subject, body, { ...(headers ? { headers } : {}), ...(seen ? { seen } : {}) });
    reporter.note(ackLine(ack));
    reporter.record({ subject, bytes: body.length, ...ackFields(ack) });
    reporter.count(message);
  };
  return {
    send: async (message) => {
      try {
        await ofRecord(message, () => send(message));
      } catch (error) {
        if (!goOn) throw error;
        reportSkipped(runtime, error);
        skipped++;
      }
    },
    settle: async () => undefined,
    end: async () => {
      // The original ends well whatever was refused.
      if (skipped > 0 && runtime.contract.strict) throw fail('partial', `${skipped} messages were not stored`);
    },
  };
}

/** What the original says of an acknowledgement. */
export function ackLine(ack: PubAck): string {
  let line = `Stored in Stream: ${ack.stream} Sequence: ${human(ack.seq)}`;
  if (ack.domain) line += ` Domain: ${JSON.stringify(ack.domain)}`;
  if (ack.duplicate) line += ' Duplicate: true';
  if (ack.val) line += ` Counter Value: ${ack.val}`;
  return line;
}

function ackFields(ack: PubAck): Partial<Published> {
  return {
    stream: ack.stream,
    seq: ack.seq,
    ...(ack.duplicate ? { duplicate: true } : {}),
    ...(ack.domain ? { domain: ack.domain } : {}),
    ...(ack.val ? { value: ack.val } : {}),
    ...(ack.batch ? { batch: ack.batch } : {}),
    ...(ack.count ? { messages: ack.count } : {}),
  };
}

/**
 * All messages as one batch that the stream stores completely or not at all (ADR-50). The last message commits, so one
 * is always held back until the next one comes.
 */
export async function batchSender(runtime: Runtime, subject: string, reporter: Reporter): Promise<Sender> {
  const js = await openJetStream(runtime);
  const id = nuid();
  let held: Outgoing | undefined;
  let sequence = 0;
  const batchHeaders = (message: Outgoing, commit: boolean) =>
    withExtra(message.headers, [
      ['Nats-Batch-Id', id],
      ['Nats-Batch-Sequence', String(++sequence)],
      ...(commit ? [['Nats-Batch-Commit', '1'] as const] : []),
    ]) as MsgHeaders;
  const pass = async () => {
    if (!held) return;
    const headers = batchHeaders(held, false);
    // The answer to the first message tells whether batches are welcome at all; it holds nothing when they are.
    const message = held;
    if (sequence === 1) await ofRecord(message, () => firstOfBatch(js, message, headers));
    else {
      ofRecord(message, () => js.connection.publish(message.subject, message.body, { headers }));
      await js.connection.writable();
    }
  };
  return {
    send: async (message) => {
      if (sequence === 0 && !held) await checkBatches(js, message.subject);
      await pass();
      held = message;
      reporter.note(`Adding ${message.body.length} bytes to batch on subject ${JSON.stringify(message.subject)}`);
    },
    settle: async () => undefined,
    end: async () => {
      if (!held) throw fail('usage', 'no messages to publish in atomic batch');
      const headers = batchHeaders(held, true);
      const ack = await publishAck(js, held.subject, held.body, { headers });
      reporter.note(batchLine(ack, id, sequence));
      reporter.record({ subject, bytes: held.body.length, batch: id, messages: sequence, ...ackFields(ack) });
    },
  };
}

async function firstOfBatch(js: JetStream, message: Outgoing, headers: MsgHeaders): Promise<void> {
  const answer = await js.connection.request(message.subject, message.body, {
    headers,
    ...(js.timeout === undefined ? {} : { timeout: js.timeout }),
  });
  if (answer.data.length > 0) readAnswer(answer);
}

function batchLine(ack: PubAck, id: string, count: number): string {
  let line = `Wrote batch ID: ${ack.batch ?? id} Messages: ${human(ack.count ?? count)} Sequence: ${human(ack.seq)}`;
  if (ack.domain) line += ` Domain: ${JSON.stringify(ack.domain)}`;
  if (ack.val) line += ` Counter Value: ${ack.val}`;
  return line;
}

/** Throws when the subject belongs to no stream, or to one that takes no batches. */
async function checkBatches(js: JetStream, subject: string): Promise<void> {
  const level = js.connection.info.api_lvl;
  if (level === undefined || level < 2) {
    throw fail('error', 'Atomic Batch Publishing requires NATS Server 2.12');
  }
  let name: string | undefined;
  for await (const found of streamNames(js, subject)) {
    name = found;
    break;
  }
  if (name === undefined) {
    throw fail('not-found', 'stream not found (10059)', { code: 10059, hint: `no stream stores ${subject}` });
  }
  const info = await streamInfo(js, name);
  if (!info.config.allow_atomic) {
    throw fail('error', `atomic publishing is not allowed for stream ${name} with subject ${subject}`, {
      hint: `nats stream edit ${name} --allow-batch`,
    });
  }
}

/** The headers of a schedule (ADR-51). Throws `usage` for flags that do not go together. */
export function scheduleHeaders(input: PublishInput, now: bigint): (readonly [string, string])[] {
  const { flags } = input;
  const at = flags['schedule-at'] ?? '';
  const cron = flags['schedule-cron'] ?? '';
  const after = flags['schedule-after'] ?? 0n;
  const every = flags['schedule-every'] ?? 0n;
  const target = flags['schedule-dest'] ?? '';
  if (target === '') {
    throw fail('usage', 'schedule destination is required when setting schedule properties', {
      hint: 'name a subject of the same stream with --schedule-dest',
    });
  }
  if (input.isSet('schedule-after') && after <= 0n) throw fail('usage', '--schedule-after must be greater than 0');
  if (input.isSet('schedule-every') && every <= 0n) throw fail('usage', '--schedule-every must be greater than 0');
  if (at !== '' && after > 0n) throw fail('usage', '--schedule-at and --schedule-after are mutually exclusive');
  if (every > 0n && (at !== '' || after > 0n)) {
    throw fail('usage', '--schedule-every may not be used with --schedule-at or --schedule-after');
  }
  if (cron !== '' && (at !== '' || after > 0n || every > 0n)) {
    throw fail('usage', '--schedule-at, --schedule-every and --schedule-after may not be used with --schedule-cron');
  }
  const pattern = schedulePattern(at, after, every, cron, now);
  const ttl = flags['schedule-ttl'] ?? 0n;
  return [
    ['Nats-Schedule-Target', target],
    ...(pattern === '' ? [] : [['Nats-Schedule', pattern] as const]),
    ...(ttl > 0n ? [['Nats-Schedule-TTL', formatDuration(ttl)] as const] : []),
    ...(flags['schedule-source'] ? [['Nats-Schedule-Source', flags['schedule-source']] as const] : []),
  ];
}

function schedulePattern(at: string, after: bigint, every: bigint, cron: string, now: bigint): string {
  if (at !== '') {
    const moment = tryParseRfc3339(at);
    if (moment === undefined) {
      throw fail('usage', `--schedule-at: ${JSON.stringify(at)} is no RFC 3339 time`, {
        hint: 'write it as 2027-01-31T15:04:05Z',
      });
    }
    return `@at ${formatRfc3339(moment)}`;
  }
  // The original leaves out @at here, and the server refuses it.
  if (after > 0n) return `@at ${formatRfc3339(now + after)}`;
  return every > 0n ? `@every ${formatDuration(every)}` : cron;
}
