// Publishing into streams by the batch: acknowledged together, stored together, or acknowledged now and then.
import { BoxError, fail } from '#base/errors.ts';
import { parseJson } from '#base/json64.ts';
import { JetStreamError } from '#client/jetstream/api.ts';
import type { ApiProblem } from '#client/jetstream/types.ts';
import { isNoResponders } from '#client/msg.ts';
import type { Frame } from '#wire/frame.ts';
import { putPublish } from '#wire/writer.ts';
import type { HeaderLine } from '../../messaging/headers.ts';
import { createRecorder } from '../latency.ts';
import { publishSubject } from '../plan.ts';
import { noAnswer } from './ask.ts';
import { checkAck, noStream } from './askers.ts';
import { type Client, type ClientRun, checkMessage, clock, doing, sampleOf, settle } from './client.ts';
import { askFrames, dedupHeader, headerBlock } from './frames.ts';
import { brakeOf, stagger } from './pace.ts';

/** Waits for something to come in on an inbox; one waiter at a time. */
function gate(client: Client) {
  let open: () => void = () => {};
  let fails: (error: unknown) => void = () => {};
  let problem: unknown;
  const reject = (error: unknown) => {
    problem ??= error;
    fails(error);
  };
  client.signal.addEventListener('abort', () => reject(client.signal.reason), { once: true });
  client.connection.on('error', ({ error }) => reject(error));
  return {
    open: () => open(),
    reject,
    /** `ready` is asked first: what is there already needs no waiting. */
    async wait(ready: () => boolean, late: () => unknown): Promise<void> {
      let timer: ReturnType<typeof setTimeout> | undefined;
      try {
        while (!ready()) {
          if (problem !== undefined) throw problem;
          await new Promise<void>((resolve, no) => {
            open = resolve;
            fails = no;
            timer ??= setTimeout(() => no(late()), client.plan.timeout);
          });
        }
        if (problem !== undefined) throw problem;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** `bench js pub async`: a batch leaves at once, then its acknowledgements are awaited. */
export const runAsyncPublisher: ClientRun = async (client) => {
  const { connection, plan, count, index, offset } = client;
  const inbox = `${connection.newInbox()}.`;
  const extra = plan.dedup ? { extra: (i: number) => [dedupHeader(plan, index, offset + i)] } : {};
  const frames = askFrames(client, { inbox, ...extra });
  const wait = gate(client);
  let wanted = 0;
  connection.subscribeRaw(`${inbox}*`, {}, (frame) => {
    try {
      if (isNoResponders(frame)) throw noStream();
      checkAck(frame);
    } catch (error) {
      wait.reject(error);
    }
    if (--wanted === 0) wait.open();
  });
  const latency = createRecorder();
  await client.ready();
  await stagger(client);
  const brake = brakeOf(client);
  const start = clock();
  for (let sent = 0; sent < count; ) {
    const many = Math.min(plan.batch, count - sent);
    const from = performance.now();
    wanted = many;
    let rested = 0;
    if (brake) {
      for (let i = 0; i < many; i++) {
        connection.publishFrames(frames.batch(sent + i, 1, i), 1);
        rested += await brake(sent + i + 1);
      }
    } else connection.publishFrames(frames.batch(sent, many, 0), many);
    const late = () => fail('timeout', `JS PubAsync ack timeout (pending=${wanted})`, { retryable: true });
    await wait.wait(() => wanted <= 0, late).catch(acked);
    latency.record((performance.now() - from - rested) * 1e6);
    sent += many;
    client.progress(many);
  }
  await settle(connection);
  return sampleOf(client, count, start, clock(), latency);
};

function acked(error: unknown): never {
  if (error instanceof BoxError && error.kind === 'timeout') return doing('publishing')(error);
  return doing('publishing: async publish acknowledgement is an error')(error);
}

/** `bench js pub atomic`: every batch is stored completely or not at all (ADR-50). */
export const runAtomicPublisher: ClientRun = async (client) => {
  const { connection, plan, count, index, offset } = client;
  const batchId = `${plan.runId}-${index}`;
  const inbox = `${connection.newInbox()}.`;
  const wait = gate(client);
  let committed = false;
  connection.subscribeRaw(`${inbox}*`, {}, (frame) => {
    committed = true;
    try {
      if (isNoResponders(frame)) throw noStream();
      checkAck(frame);
      wait.open();
    } catch (error) {
      wait.reject(error);
    }
  });
  checkMessage(client, publishSubject(plan, offset), plan.payload.length);
  const latency = createRecorder();
  await client.ready();
  await stagger(client);
  const brake = brakeOf(client);
  const slab = new Uint8Array(plan.payload.length + 4096 + plan.subject.length * 3);
  const start = clock();
  for (let sent = 0; sent < count; ) {
    const many = Math.min(plan.batch, count - sent);
    const from = performance.now();
    let rested = 0;
    committed = false;
    for (let i = 0; i < many; i++) {
      const last = i === many - 1;
      const number = offset + sent + i;
      const extra: HeaderLine[] = [
        ...(plan.dedup ? [dedupHeader(plan, index, number)] : []),
        ['Nats-Batch-Id', batchId],
        ['Nats-Batch-Sequence', String(i + 1)],
        ...(last ? ([['Nats-Batch-Commit', '1']] as const) : []),
      ];
      const headers = headerBlock(plan.headers, extra);
      const reply = last ? `${inbox}1` : '';
      const room = headers.length > 4000 ? new Uint8Array(slab.length + headers.length) : slab;
      const end = putPublish(room, 0, publishSubject(plan, number), reply, headers, plan.payload);
      connection.publishFrames(room.subarray(0, end), 1);
      const full = connection.writable();
      if (full) await full;
      client.progress(1);
      if (brake) rested += await brake(sent + i + 1);
    }
    await wait.wait(() => committed, noAnswer).catch(doing('publishing: publishing with batch commit'));
    latency.record((performance.now() - from - rested) * 1e6);
    sent += many;
  }
  await settle(connection);
  return sampleOf(client, count, start, clock(), latency);
};

/** What a stream says while a fast batch runs; the end is an ordinary acknowledgement. */
interface FlowAnswer {
  readonly type?: 'ack' | 'gap' | 'err';
  readonly seq?: number | bigint;
  readonly msgs?: number;
  readonly error?: ApiProblem;
  readonly count?: number | bigint;
}

/** What a message of a fast batch is, in its reply subject. */
const Step = { start: 0, add: 1, end: 3 } as const;

/** `bench js pub fast`: the stream acknowledges every so many messages and sets the pace (ADR-50, fast ingest). */
export const runFastPublisher: ClientRun = async (client) => {
  const { connection, plan, count, index, offset } = client;
  const inbox = connection.newInbox();
  let flow = Math.min(plan.batch, 65_535);
  const prefix = `${inbox}.${flow}.fail.`;
  const latency = createRecorder();
  const wait = gate(client);
  let acknowledged = -1;
  let stored: number | undefined;
  let batchStart = 0;
  const note = (answer: FlowAnswer) => {
    if (answer.error) throw new JetStreamError(answer.error);
    if (answer.type === 'gap') throw fail('error', 'the stream missed messages of the batch');
    if (answer.type === 'ack') {
      acknowledged = Number(answer.seq ?? 0);
      flow = answer.msgs ?? flow;
      const now = performance.now();
      if (acknowledged > 0) latency.record((now - batchStart) * 1e6);
      batchStart = now;
    } else stored = Number(answer.count ?? 0);
    wait.open();
  };
  connection.subscribeRaw(`${inbox}.>`, {}, (frame) => {
    try {
      if (isNoResponders(frame)) throw noStream();
      note(parseFlow(frame));
    } catch (error) {
      wait.reject(error);
    }
  });
  const fixed = headerBlock(plan.headers);
  checkMessage(client, publishSubject(plan, offset), fixed.length + plan.payload.length);
  const slab = new Uint8Array(plan.payload.length + fixed.length + 4096 + (plan.subject.length + inbox.length) * 3);
  const send = (subject: string, sequence: number, step: number, headers: Uint8Array, payload: Uint8Array) => {
    const end = putPublish(slab, 0, subject, `${prefix}${sequence}.${step}.$FI`, headers, payload);
    connection.publishFrames(slab.subarray(0, end), 1);
  };
  await client.ready();
  await stagger(client);
  const brake = brakeOf(client);
  const start = clock();
  batchStart = performance.now();
  const what = doing('publishing: fast batch publishing');
  for (let i = 0; i < count; i++) {
    const headers = plan.dedup ? headerBlock(plan.headers, [dedupHeader(plan, index, offset + i)]) : fixed;
    const sequence = i + 1;
    send(publishSubject(plan, offset + i), sequence, i === 0 ? Step.start : Step.add, headers, plan.payload);
    client.progress(1);
    if (i === 0) await wait.wait(() => acknowledged >= 0, noAnswer).catch(what);
    else if (acknowledged + flow * plan.outstanding <= sequence) {
      await wait.wait(() => acknowledged + flow * plan.outstanding > sequence, noAnswer).catch(what);
    } else {
      const full = connection.writable();
      if (full) await full;
    }
    if (brake) batchStart += await brake(sequence);
  }
  send(
    publishSubject({ ...plan, multiRandom: false }, offset),
    count + 1,
    Step.end,
    new Uint8Array(0),
    new Uint8Array(0),
  );
  await wait.wait(() => stored !== undefined, noAnswer).catch(what);
  if (acknowledged < count) latency.record((performance.now() - batchStart) * 1e6);
  await settle(connection);
  const end = clock();
  if (stored !== count) throw fail('partial', `the stream stored ${stored} of ${count} messages`);
  return sampleOf(client, count, start, end, latency);
};

function parseFlow(frame: Frame): FlowAnswer {
  return parseJson(new TextDecoder().decode(frame.payload)) as FlowAnswer;
}
