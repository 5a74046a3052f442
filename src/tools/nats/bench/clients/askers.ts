// The benchmarks that ask one thing at a time.
import { BoxError, fail } from '#base/errors.ts';
import { readAnswer } from '#client/jetstream/api.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import { openBucket } from '#client/kv.ts';
import type { Message } from '#client/msg.ts';
import { emptyBytes, utf8 } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { askAll } from './ask.ts';
import { type Client, type ClientRun, doing } from './client.ts';
import { dedupHeader } from './frames.ts';

/** `bench service request`. */
export const runRequester: ClientRun = (client) =>
  askAll(client, { check: checkReply }).catch(doing('requesting: requesting'));

const minus = 45;

function checkReply(frame: Frame): void {
  const { buf, body, end } = frame;
  if (end > body && buf[body] !== minus && !holdsError(buf, body, end)) return;
  throw fail(
    'error',
    `Request did not receive a good reply: ${JSON.stringify(new TextDecoder().decode(frame.payload))}`,
  );
}

/** Whether the bytes hold the word "error". */
function holdsError(buf: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i + 5 <= end; i++) {
    if (buf[i] === 101 && buf[i + 1] === 114 && buf[i + 2] === 114 && buf[i + 3] === 111 && buf[i + 4] === 114)
      return true;
  }
  return false;
}

/** An acknowledgement begins with `{"stream`; anything else is read with care. */
export function checkAck(frame: Frame): void {
  const { buf, body, end } = frame;
  if (end - body > 10 && buf[body + 1] === 34 && buf[body + 2] === 115 && buf[body + 3] === 116) return;
  readAnswer(asMessage(frame));
}

function asMessage(frame: Frame) {
  const text = new TextDecoder().decode(frame.payload);
  return { string: () => text } as unknown as Message;
}

/** Nobody on the subject of a stored message means that no stream has it. */
function unheard(error: unknown): unknown {
  if (!(error instanceof BoxError) || error.kind !== 'no-responders') return error;
  return noStream();
}

export function noStream(): BoxError {
  return fail('no-responders', 'nats: no response from stream', {
    hint: 'no stream stores this subject: --create makes one',
    retryable: true,
  });
}

/** `bench js pub sync`. */
export const runSyncPublisher: ClientRun = (client) => {
  const { plan, index, offset } = client;
  const extra = plan.dedup ? { extra: (i: number) => [dedupHeader(plan, index, offset + i)] } : {};
  return askAll(client, { ...extra, check: checkAck }).catch((error: unknown) =>
    doing('publishing: publishing synchronously')(unheard(error)),
  );
};

/** Keys are numbers: one after the other, or drawn. */
function keysOf(client: Client): (i: number) => number {
  const { randomize } = client.plan;
  return randomize > 0 ? () => Math.floor(Math.random() * randomize) : (i) => client.offset + i;
}

/** The same, each drawn once, since it is asked for again when its answer has come. */
function keptKeysOf(client: Client): { key(i: number): number; done(i: number): void } {
  const draw = keysOf(client);
  if (client.plan.randomize <= 0) return { key: draw, done: () => {} };
  const keys = new Map<number, number>();
  const key = (i: number) => {
    const drawn = keys.get(i) ?? draw(i);
    keys.set(i, drawn);
    return drawn;
  };
  return { key, done: (i) => void keys.delete(i) };
}

/** `bench kv put`. */
export const runPutter: ClientRun = async (client) => {
  const { stream: name } = client.plan;
  const bucket = await openBucket(client.js, name).catch(doing(`putting: getting the kv bucket '${name}'`));
  return askAll(client, { subject: { front: bucket.putPrefix, number: keysOf(client) }, check: checkAck }).catch(
    doing('putting: putting'),
  );
};

/** `bench kv get`. */
export const runKvGetter: ClientRun = async (client) => {
  const { stream: name } = client.plan;
  const bucket = await openBucket(client.js, name).catch(doing(`finding kv bucket '${name}'`));
  const direct = bucket.info.config.allow_direct === true;
  const { prefix } = client.js;
  const { key, done } = keptKeysOf(client);
  const question = direct
    ? { subject: { front: `${prefix}.DIRECT.GET.${bucket.stream}.${bucket.prefix}`, number: key }, payload: emptyBytes }
    : {
        subject: `${prefix}.STREAM.MSG.GET.${bucket.stream}`,
        payload: (i: number) => utf8.encode(JSON.stringify({ last_by_subj: `${bucket.prefix}${key(i)}` })),
      };
  const absent = (i: number) =>
    fail('not-found', `getting key '${key(i)}': nats: key not found`, {
      code: 10037,
      hint: 'run nats bench kv put first',
    });
  return askAll(client, {
    ...question,
    check: (frame, i) => {
      checkStored(frame, i, absent);
      done(i);
    },
  });
};

/** A stored message as it comes, directly or inside a document. */
function checkStored(frame: Frame, i: number, absent: (i: number) => Error): void {
  if (frame.hasHeaders) {
    const { buf, head } = frame;
    // "NATS/1.0" and a blank: a status in place of a message.
    if (buf[head + 8] !== 32) return;
    const { code, description } = MsgHeaders.parse(frame.headerBytes);
    if (code === 404) throw absent(i);
    throw fail('error', `nats: ${description} (${code})`, { code });
  }
  try {
    readAnswer(asMessage(frame));
  } catch (error) {
    throw (error as { kind?: string }).kind === 'not-found' ? absent(i) : error;
  }
}

/** `bench js get sync`. */
export const runGetter: ClientRun = async (client) => {
  const { stream } = client.plan;
  const info = await streamInfo(client.js, stream).catch(doing(`getting stream '${stream}'`));
  const first = BigInt(info.state.first_seq);
  const door = info.config.allow_direct ? 'DIRECT.GET' : 'STREAM.MSG.GET';
  const absent = (i: number) =>
    fail(
      'not-found',
      `getting message sequence number ${first + BigInt(i)} from the stream: nats: API error: code=404 err_code=10037 description=message not found`,
      { code: 10037, hint: `stream ${stream} holds ${info.state.messages} messages; ask for fewer with --msgs` },
    );
  return askAll(client, {
    subject: `${client.js.prefix}.${door}.${stream}`,
    payload: (i) => utf8.encode(`{"seq":${first + BigInt(i)}}`),
    check: (frame, i) => checkStored(frame, i, absent),
  });
};
