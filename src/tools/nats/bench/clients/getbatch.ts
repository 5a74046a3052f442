// Reading stored messages many at a time (ADR-31).
import { fail } from '#base/errors.ts';
import { streamInfo } from '#client/jetstream/streams.ts';
import { createRecorder } from '../latency.ts';
import { noAnswer } from './ask.ts';
import { type ClientRun, clock, doing, pause, sampleOf, settle } from './client.ts';
import { statusOf } from './deliveries.ts';

/** `bench js get batch`. */
export const runBatchGetter: ClientRun = async (client) => {
  const { plan, js, connection, count } = client;
  const info = await streamInfo(js, plan.stream).catch(doing(`getting stream '${plan.stream}'`));
  if (!info.config.allow_direct) {
    throw fail('error', `stream ${plan.stream} does not allow direct access`, {
      hint: `nats stream edit ${plan.stream} --allow-direct`,
    });
  }
  const latency = createRecorder();
  const inbox = connection.newInbox();
  let gotten = 0;
  let next = 1n;
  let over: (error?: unknown) => void = () => {};
  connection.subscribeRaw(inbox, {}, (frame) => {
    const status = statusOf(frame);
    if (status === undefined) {
      gotten++;
      lastSequence = frame.headerBytes.slice();
      return;
    }
    if (status.code === 204 || status.code === 404) over();
    else over(fail('error', `nats: ${status.text} (${status.code})`, { code: status.code }));
  });
  let lastSequence = new Uint8Array(0);
  await settle(connection);
  await client.ready();
  const start = clock();
  let end = start;
  let done = 0;
  let short = false;
  while (done < count) {
    const many = Math.min(plan.batch, count - done);
    const from = performance.now();
    gotten = 0;
    const body = `{"batch":${many},"seq":${next},"next_by_subj":${JSON.stringify(plan.filters[0] ?? '>')}}`;
    await ask(() => connection.publish(`${js.prefix}.DIRECT.GET.${plan.stream}`, body, { reply: inbox })).catch(
      doing('getting message from the stream'),
    );
    latency.record((performance.now() - from) * 1e6);
    end = clock();
    done += gotten;
    client.progress(gotten);
    if (gotten < many) {
      short = true;
      client.log(`[${client.index + 1}] Warning: Got ${gotten} (expected ${many}) messages in this batch`);
    }
    if (gotten === 0) break;
    next = sequenceOf(lastSequence) + 1n;
    if (plan.sleep > 0) await pause(plan.sleep, client.signal);
  }
  if (done === 0)
    throw fail('not-found', `no messages in stream ${plan.stream}`, { hint: 'nats bench js pub writes some' });
  return sampleOf(client, done, start, end, latency, { short, drained: done < count });

  function ask(send: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => over(noAnswer()), plan.timeout);
      const stop = () => over(client.signal.reason);
      client.signal.addEventListener('abort', stop, { once: true });
      over = (error) => {
        clearTimeout(timer);
        client.signal.removeEventListener('abort', stop);
        if (error === undefined) resolve();
        else reject(error as Error);
      };
      send();
    });
  }
};

const text = new TextDecoder();

function sequenceOf(headers: Uint8Array): bigint {
  return BigInt(/Nats-Sequence: *(\d+)/.exec(text.decode(headers))?.[1] ?? 0);
}
