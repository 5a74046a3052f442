// Publishing without answers, closed and open loop.
import { createRecorder, type Recorder } from '../latency.ts';
import { type Client, type ClientRun, clock, doing, sampleOf, settle, turn } from './client.ts';
import { copiesOf, type Frames, plainFrames } from './frames.ts';
import { canMark, putMark } from './marks.ts';
import { brakeOf, scheduleOf, stagger, until } from './pace.ts';

/** Slabs that are sent before others have their turn, and bytes where all of them are the same array. */
const TURN_EVERY = 4;
const LENT_TURN_EVERY = 4 * 1024 * 1024;

/** `bench pub`. */
export const runPublisher: ClientRun = (client) =>
  (client.plan.rate > 0 ? openLoop(client) : closedLoop(client)).catch(doing('publishing: publishing'));

async function closedLoop(client: Client) {
  const { connection, count } = client;
  const frames = plainFrames(client);
  const latency = createRecorder();
  await client.ready();
  await stagger(client);
  const brake = brakeOf(client);
  if (frames.alike && !brake) return blast(client, frames.alike, latency);
  // With a brake every message goes by itself, else as many as the slab holds.
  const room = brake ? 1 : frames.room;
  const start = clock();
  for (let sent = 0, slabs = 1; sent < count; slabs++) {
    const many = Math.min(room, count - sent);
    handOver(client, frames, latency, sent, many);
    sent += many;
    client.progress(many);
    await connection.writable();
    if (brake) await brake(sent);
    else if (slabs % TURN_EVERY === 0) await turn();
    client.signal.throwIfAborted();
    if (connection.lastError) throw connection.lastError;
  }
  await settle(connection);
  return sampleOf(client, count, start, clock(), latency);
}

/**
 * Messages that are all alike leave from one array that was filled before. What the kernel takes at once is timed at
 * once, with the wait for it to take more: each of its messages took its share.
 */
async function blast(client: Client, frame: Uint8Array, latency: Recorder) {
  const { connection, count } = client;
  const all = copiesOf(frame, count);
  const room = all.length / frame.length;
  const turnEvery = Math.max(1, Math.floor(LENT_TURN_EVERY / all.length));
  const start = clock();
  for (let sent = 0, slabs = 1; sent < count; slabs++) {
    const many = Math.min(room, count - sent);
    const from = performance.now();
    connection.publishFrames(many === room ? all : all.slice(0, many * frame.length), many, true);
    await connection.writable();
    latency.record(((performance.now() - from) * 1e6) / many, many);
    sent += many;
    client.progress(many);
    if (slabs % turnEvery === 0) await turn();
    client.signal.throwIfAborted();
    if (connection.lastError) throw connection.lastError;
  }
  await settle(connection);
  return sampleOf(client, count, start, clock(), latency);
}

/** Hands messages to the connection and notes how long each took. A function of its own, since it is what runs hot. */
function handOver({ connection }: Client, frames: Frames, latency: Recorder, first: number, many: number): void {
  let at = 0;
  let from = performance.now();
  for (let done = 0; done < many; ) {
    const group = Math.min(frames.group, many - done);
    at = frames.put(at, first + done, group);
    done += group;
    if (done === many) connection.publishFrames(frames.slab.subarray(0, at), many);
    const to = performance.now();
    latency.record(((to - from) * 1e6) / group, group);
    from = to;
  }
}

/**
 * Sends at the times the rate gives. The latency of a message goes from when it should have left to when the server said
 * that it has it; messages that are due together share one question.
 */
async function openLoop(client: Client) {
  const { connection, count } = client;
  const frames = plainFrames(client);
  const latency = createRecorder();
  const marked = canMark(client.plan);
  await client.ready();
  const schedule = scheduleOf(client);
  const start = clock();
  const answers: Promise<void>[] = [];
  for (let sent = 0; sent < count; ) {
    await until(schedule.at(sent), client.signal);
    const first = sent;
    const many = Math.min(frames.room, count - sent, schedule.due() - sent);
    let at = 0;
    for (let i = 0; i < many; i++) {
      at = frames.put(at, sent + i, 1);
      if (marked) putMark(frames.slab, at - frames.tail, client.index, sent + i, wall(schedule.at(sent + i)));
    }
    connection.publishFrames(frames.slab.subarray(0, at), many);
    sent += many;
    client.progress(many);
    const taken = connection.flush(60_000).then(() => {
      const now = performance.now();
      for (let i = first; i < first + many; i++) latency.record((now - schedule.at(i)) * 1e6);
    });
    answers.push(taken);
    if (answers.length > 1000) await Promise.all(answers.splice(0, 500));
  }
  await Promise.all(answers);
  await settle(connection);
  return sampleOf(client, count, start, clock(), latency);
}

function wall(time: number): number {
  return performance.timeOrigin + time;
}
