// One question after the other, or many at their times: requests, acknowledged publishes, puts and gets.
import { type BoxError, fail } from '#base/errors.ts';
import { isNoResponders } from '#client/msg.ts';
import { readNumber } from '#wire/bytes.ts';
import type { Frame } from '#wire/frame.ts';
import { createRecorder } from '../latency.ts';
import type { Sample } from '../sample.ts';
import { type Client, clock, sampleOf, settle } from './client.ts';
import { type AskOptions, askFrames } from './frames.ts';
import { type Brake, brakeOf, scheduleOf, stagger, until } from './pace.ts';

export interface Question extends Omit<AskOptions, 'inbox'> {
  /** Looks at an answer; throws when it is none. */
  check(frame: Frame, i: number): void;
}

/** Asks `client.count` questions. */
export async function askAll(client: Client, question: Question): Promise<Sample> {
  return client.plan.rate > 0 ? openLoop(client, question) : closedLoop(client, question);
}

export function noAnswer(): BoxError {
  return fail('timeout', 'nats: timeout', { hint: 'raise --timeout to wait longer', retryable: true });
}

export function noResponders(): BoxError {
  return fail('no-responders', 'nats: no responders available for request', {
    hint: 'nobody listens on this subject',
    retryable: true,
  });
}

/**
 * The next question leaves from within the handler of the last answer: no promise and no turn of the event loop stands
 * between them.
 */
async function closedLoop(client: Client, question: Question): Promise<Sample> {
  const { connection, count, plan } = client;
  const inbox = `${connection.newInbox()}.`;
  const frames = askFrames(client, { ...question, inbox });
  const latency = createRecorder();
  const over = Promise.withResolvers<void>();
  // It may fail before anybody waits for it: while the other clients get ready.
  over.promise.catch(() => undefined);
  const skip = inbox.length;
  let asked = 0;
  let wanted = -1;
  let from = Number.POSITIVE_INFINITY;
  let brake: Brake | undefined;
  const ask = () => {
    wanted = asked;
    from = performance.now();
    connection.publishFrames(frames.batch(asked, 1, asked), 1);
  };
  const next = (now: number) => {
    latency.record((now - from) * 1e6);
    client.progress(1);
    from = Number.POSITIVE_INFINITY;
    if (++asked === count) over.resolve();
    else if (brake) brake(asked).then(ask).catch(over.reject);
    else ask();
  };
  const subscription = connection.subscribeRaw(`${inbox}*`, {}, (frame) => {
    // An answer that comes again, or after its time, belongs to no question any more.
    if (readNumber(frame.buf, frame.subjectAt + skip, frame.subjectEnd) !== wanted) return;
    wanted = -1;
    try {
      if (isNoResponders(frame)) throw noResponders();
      question.check(frame, asked);
      next(performance.now());
    } catch (error) {
      over.reject(error);
    }
  });
  const watch = setInterval(
    () => {
      if (performance.now() - from > plan.timeout) over.reject(noAnswer());
    },
    Math.max(5, plan.timeout / 20),
  );
  const stop = () => over.reject(client.signal.reason);
  client.signal.addEventListener('abort', stop);
  const offError = connection.on('error', ({ error }) => over.reject(error));
  void subscription.closed.then((error) => over.reject(error ?? noAnswer()));
  await client.ready();
  await stagger(client);
  brake = brakeOf(client);
  const start = clock();
  try {
    if (count > 0) ask();
    else over.resolve();
    await over.promise;
  } finally {
    wanted = -1;
    clearInterval(watch);
    offError();
    client.signal.removeEventListener('abort', stop);
    subscription.unsubscribe();
  }
  await settle(connection);
  return sampleOf(client, count, start, clock(), latency);
}

/** Questions leave at their times; an answer that does not come in time counts as lost, one that comes again as duplicate. */
async function openLoop(client: Client, question: Question): Promise<Sample> {
  const { connection, count, plan } = client;
  const inbox = `${connection.newInbox()}.`;
  const frames = askFrames(client, { ...question, inbox });
  const latency = createRecorder();
  const seen = new Uint8Array(count);
  let answered = 0;
  let duplicate = 0;
  let gaps = 0;
  let newest = -1;
  let problem: unknown;
  let schedule = scheduleOf(client);
  let last: () => void = () => {};
  const subscription = connection.subscribeRaw(`${inbox}*`, {}, (frame) => {
    const i = readNumber(frame.buf, frame.subjectAt + inbox.length, frame.subjectEnd);
    if (seen[i] === 1) {
      duplicate++;
      return;
    }
    seen[i] = 1;
    if (i > newest + 1) gaps++;
    newest = Math.max(newest, i);
    try {
      if (isNoResponders(frame)) throw noResponders();
      question.check(frame, i);
      latency.record((performance.now() - schedule.at(i)) * 1e6);
    } catch (error) {
      problem ??= error;
    }
    client.progress(1);
    if (++answered === count || problem !== undefined) last();
  });
  await client.ready();
  schedule = scheduleOf(client);
  const start = clock();
  for (let sent = 0; sent < count && problem === undefined; ) {
    await until(schedule.at(sent), client.signal);
    const many = Math.min(count - sent, schedule.due() - sent, 256);
    connection.publishFrames(frames.batch(sent, many, sent), many);
    sent += many;
    await connection.writable();
  }
  await settle(connection);
  if (answered < count && problem === undefined)
    await waitFor(plan.timeout, client.signal, (fn) => {
      last = fn;
    });
  const end = clock();
  subscription.unsubscribe();
  if (problem !== undefined) throw problem;
  if (answered === 0) throw noAnswer();
  return sampleOf(client, answered, start, end, latency, { counts: { lost: count - answered, duplicate, gaps } });
}

/** Resolves when the function that `arm` was given is called, or after the time. */
function waitFor(ms: number, signal: AbortSignal, arm: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    arm(() => {
      clearTimeout(timer);
      resolve();
    });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
