import { formatDuration, MICROSECOND } from '#base/duration.ts';
import { during, fail } from '#base/errors.ts';
import { distributionTable, histogram } from '#base/hdr.ts';
import { int, map, nanos, record } from '#cli/schema.ts';
import type { Connection } from '#client/types.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';

const percentiles = [10, 50, 75, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999, 100];
const filePercentiles = [10, 25, 50, 75, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999, 100];
/** Room for the send time at the beginning of a message. */
const STAMP = 8;

interface Measured {
  /** Nanoseconds, in the order of arrival. */
  readonly latencies: number[];
  readonly publishTook: bigint;
  readonly receiveTook: bigint;
}

/** `nats latency` */
export const command = defineCommand({
  name: 'latency',
  aliases: ['lat'],
  help: 'Measure the time messages take from one server to another\n\nMessages are sent at an even rate, whatever the servers do; a stall shows in all messages it delays.',
  flags: {
    'server-b': { type: 'string', required: true, help: 'Server to subscribe on' },
    size: { type: 'int', default: '8', help: 'Bytes of a message' },
    rate: { type: 'int', default: '1000', help: 'Messages per second' },
    duration: { type: 'duration', default: '5s', help: 'How long to send' },
    histogram: { type: 'string', help: 'Write FILE.histogram and FILE.raw' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: record({ messages: int, lost: int, minimum: nanos, median: nanos, maximum: nanos, percentiles: map(nanos) }),
  async run(input, runtime) {
    const { size, rate, duration, histogram: file } = input.flags;
    if (size < STAMP) throw fail('usage', `message Payload Size must be at least ${STAMP} bytes`);
    if (rate < 1) throw fail('usage', '--rate must be at least 1');
    const start = runtime.clock.mono();
    const first = await runtime.connect().catch(during('first connection failed'));
    const second = await runtime
      .connect({ servers: [input.flags['server-b']] })
      .catch(during('second connection failed'));
    const total = Math.max(1, Math.floor((Number(duration) / 1e9) * rate));
    const say = talker(runtime);
    const line = '==============================';
    say(line);
    say(`Pub Server RTT : ${brief(await first.rtt())}`);
    say(`Sub Server RTT : ${brief(await second.rtt())}`);
    await waitForRoute(runtime, first, second);
    say(`Message Payload: ${shortBytes(size)}`);
    say(`Target Duration: ${formatDuration(duration)}`);
    say(`Target Msgs/Sec: ${rate}`);
    say(`Target Band/Sec: ${shortBytes(rate * size * 2)}`);
    say(line);
    const begun = runtime.clock.mono() - start;
    const measured = await measure(runtime, first, second, { size, rate, total });
    const { latencies, publishTook } = measured;
    if (latencies.length === 0) throw fail('timeout', 'no message arrived at the second server');
    if (file) await writeFiles(runtime, file, latencies);
    const h = histogramOf(latencies);
    const sorted = [...latencies].sort((a, b) => a - b);
    say('HDR Percentiles:');
    for (const p of percentiles) say(`${`${p}:`.padEnd(9)} ${brief(BigInt(Math.round(h.percentile(p))))}`);
    say(line);
    const actual = Math.floor(total / (Number(publishTook) / 1e9));
    say(`Actual Msgs/Sec: ${actual}`);
    say(`Actual Band/Sec: ${shortBytes(actual * size * 2)}`);
    say(`Minimum Latency: ${brief(BigInt(sorted[0] as number))}`);
    say(`Median Latency : ${brief(median(sorted))}`);
    say(`Maximum Latency: ${brief(BigInt(sorted.at(-1) as number))}`);
    say(`1st Sent Wall Time : ${brief(begun)}`);
    say(`Last Sent Wall Time: ${brief(publishTook)}`);
    say(`Last Recv Wall Time: ${brief(measured.receiveTook)}`);
    const lost = total - latencies.length;
    if (lost > 0) say(`Messages lost: ${lost}`);
    const data = {
      messages: total,
      lost,
      minimum: sorted[0],
      median: median(sorted),
      maximum: sorted.at(-1),
      percentiles: Object.fromEntries(percentiles.map((p) => [String(p), Math.round(h.percentile(p))])),
    };
    await runtime.show({ data, text: () => '' });
  },
});

/** Log lines for people; under --as only the data counts. */
function talker(runtime: Runtime): (text: string) => void {
  return runtime.contract.as === 'text' ? (text) => runtime.log(text) : () => undefined;
}

function brief(ns: bigint): string {
  return formatDuration(ns - (ns % MICROSECOND));
}

/** `128B`, `3.1K`, `50K`. */
function shortBytes(n: number): string {
  if (n < 10) return `${n}B`;
  const power = Math.floor(Math.log(n) / Math.log(1024));
  const value = Math.floor((n / 1024 ** power) * 10 + 0.5) / 10;
  return (value < 10 ? value.toFixed(1) : value.toFixed(0)) + 'BKMGT'.charAt(power);
}

function median(sorted: readonly number[]): bigint {
  const middle = Math.floor(sorted.length / 2);
  const upper = BigInt(sorted[middle] as number);
  return sorted.length % 2 === 1 ? upper : (BigInt(sorted[middle - 1] as number) + upper) / 2n;
}

function histogramOf(latencies: readonly number[]) {
  const h = histogram({ lowest: 1, highest: Math.max(2, ...latencies.slice(0, 1), maximum(latencies)), digits: 3 });
  for (const ns of latencies) h.record(Math.max(1, ns));
  return h;
}

function maximum(values: readonly number[]): number {
  return values.reduce((m, v) => Math.max(m, v), 0);
}

/** In a cluster the interest has to travel first: asks until a message arrives. */
async function waitForRoute(runtime: Runtime, first: Connection, second: Connection): Promise<void> {
  if (first.info.server_id === second.info.server_id) return;
  const subject = second.newInbox();
  let arrived = false;
  const subscription = second.subscribe(subject, {
    callback: () => {
      arrived = true;
    },
  });
  await second.flush();
  for (let tries = 0; !arrived; tries++) {
    if (tries === 200) throw fail('timeout', "couldn't receive end-to-end test message");
    first.publish(subject);
    await runtime.clock.sleep(10, runtime.signal);
  }
  subscription.unsubscribe();
}

async function measure(
  runtime: Runtime,
  first: Connection,
  second: Connection,
  plan: { size: number; rate: number; total: number },
): Promise<Measured> {
  const { clock } = runtime;
  const latencies: number[] = [];
  const subject = second.newInbox();
  const origin = clock.mono();
  const now = () => Number(clock.mono() - origin);
  let finish: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    finish = resolve;
  });
  second.subscribeRaw(subject, {}, (frame) => {
    const { payload } = frame;
    const sent = new DataView(payload.buffer, payload.byteOffset).getFloat64(0, true);
    latencies.push(now() - sent);
    if (latencies.length >= plan.total) finish();
  });
  await second.flush();
  const data = runtime.random(plan.size);
  const view = new DataView(data.buffer, data.byteOffset);
  const begin = now();
  for (let sent = 0; sent < plan.total; ) {
    const due = Math.min(plan.total, Math.floor(((now() - begin) / 1e9) * plan.rate) + 1);
    for (; sent < due; sent++) {
      view.setFloat64(0, now(), true);
      first.publish(subject, data);
    }
    if (sent < plan.total) await clock.sleep(1, runtime.signal);
  }
  await first.flush();
  const publishTook = BigInt(now() - begin);
  await Promise.race([all, clock.sleep(5000, runtime.signal)]);
  return { latencies, publishTook, receiveTook: BigInt(now() - begin) };
}

async function writeFiles(runtime: Runtime, file: string, latencies: readonly number[]): Promise<void> {
  const raw = latencies.map((ns) => `${(ns / 1e6).toFixed(6)}\n`).join('');
  await runtime.files.write(`${file}.raw`, raw);
  await runtime.files.write(`${file}.histogram`, distributionTable(histogramOf(latencies), filePercentiles, 1 / 1e6));
}
