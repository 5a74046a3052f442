import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareResults, worst } from './comparison.ts';
import { createRecorder, mergeLatency, summarize } from './latency.ts';
import { planOf, publishSubject, shareOf, shares } from './plan.ts';
import { reportCsv, reportText } from './report.ts';
import type { Sample } from './sample.ts';

const plan = planOf({ kind: 'pub', runId: 'RUN', clients: 2, msgs: 11, size: 16, subject: 'a' });

function sample(msgs: number, ms: number, times: readonly number[] = []): Sample {
  const recorder = createRecorder();
  for (const t of times) recorder.record(t);
  return {
    msgs,
    bytes: msgs * 16,
    wire: msgs,
    start: 1000,
    end: 1000 + ms,
    ...(times.length ? { latency: recorder.data() } : {}),
  };
}

test('messages are shared as evenly as possible, the first clients take the rest', () => {
  assert.deepEqual(shares(11, 4), [3, 3, 3, 2]);
  assert.deepEqual(shareOf(plan, 1), { count: 5, offset: 6 });
  assert.deepEqual(shareOf({ ...plan, kind: 'sub' }, 1), { count: 11, offset: 0 });
});

test('numbers in subjects have as many digits as the bound', () => {
  const multi = { ...plan, multi: true, multiMax: 100 };
  assert.equal(publishSubject(multi, 105), 'a.005');
  assert.equal(publishSubject({ ...multi, multiMax: 0 }, 105), 'a.105');
});

test('latencies of several clients come together; extremes and mean are exact', () => {
  const a = createRecorder();
  const b = createRecorder();
  for (let i = 1; i <= 1000; i++) (i % 2 ? a : b).record(i * 1000);
  const all = summarize(mergeLatency([a.data(), b.data()]));
  assert.deepEqual([all.min, all.max, all.avg], [1, 1000, 500.5]);
  assert.ok(Math.abs(all.p50 - 500) <= 1, String(all.p50));
  assert.ok(Math.abs(all.p99 - 990) <= 1, String(all.p99));
  assert.ok(Math.abs(all.stddev - 288.675) < 0.01, String(all.stddev));
});

test('one client has one line, several have a line each and three for all', () => {
  assert.equal(
    reportText({ plan, samples: [sample(10, 10)], disconnected: false }),
    'NATS Core NATS publisher stats: 1,000 msgs/sec ~ 16 KiB/sec\n',
  );
  const text = reportText({ plan, samples: [sample(10, 10, [1000]), sample(10, 20, [3000])], disconnected: false });
  assert.deepEqual(
    text.split('\n').map((l) => l.slice(0, 24)),
    [
      '  [1] 1,000 msgs/sec ~ 1',
      '  [2] 500 msgs/sec ~ 7.8',
      '',
      ' NATS Core NATS publishe',
      ' message rates min 500 |',
      ' latencies per operation',
      '',
    ],
  );
  assert.match(text, /message rates min 500 \| avg 750 \| max 1,000 \| stddev 250 msgs/);
  assert.match(reportText({ plan, samples: [], disconnected: false }), /^No publisher or subscribers/);
});

test('the CSV has latencies only where there are some', () => {
  const plain = reportCsv({ plan, samples: [sample(10, 10)], disconnected: false });
  assert.equal(plain.split('\n')[1], 'RUN,P0,10,160,1000,16000.000000,0.010000');
  const timed = reportCsv({ plan, samples: [sample(10, 10, [2000])], disconnected: false });
  assert.equal(timed.split('\n')[0]?.split(',').length, 15);
  assert.equal(timed.split('\n')[1]?.split(',')[7], '2.000000');
});

test('a comparison knows which way is worse, and what differs besides', () => {
  const result = (rate: number, p99: number, cpus: number) => ({
    benchmark: 'pub',
    environment: { cpus },
    total: { msgs_per_sec: rate, bytes_per_sec: rate, latency_us: { p99 } },
  });
  const compared = compareResults(result(1000, 10, 2), result(900, 8, 4));
  assert.equal(worst(compared)?.name, 'msgs/sec');
  assert.equal(worst(compared)?.worse_percent, 10);
  assert.equal(compared.figures[1]?.worse_percent, -20);
  assert.deepEqual(compared.notes, ['cpus differs: 2 and 4']);
});
