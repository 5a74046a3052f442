import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MsgHeaders } from '#wire/headers.ts';
import { firstQuery } from './direct.ts';
import { dumpText } from './dump.ts';
import { createInflow } from './inflow.ts';
import type { Options, Received } from './options.ts';
import { headline } from './print.ts';
import { reportTable } from './report.ts';
import { consumerFor } from './stored.ts';

const options = (more: Partial<Options> = {}) =>
  ({ subjects: [], ignore: [], startSequence: 0n, since: '', ...more }) as unknown as Options;
const received = (more: Partial<Received> = {}): Received => ({
  subject: 'a.b',
  reply: undefined,
  headers: undefined,
  data: new Uint8Array(0),
  subscription: '>',
  ...more,
});

test('the line above a message', () => {
  assert.equal(headline(received()), 'Received on "a.b"');
  assert.equal(headline(received({ reply: 'r"1' })), 'Received on "a.b" with reply "r\\"1"');
  const delivery = { stream: 'S', consumer: 'C', streamSeq: 12_345n, time: 0n, pending: 6789n };
  assert.match(
    headline(received({ delivery })),
    /^Received JetStream message: stream: S seq: 12,345 \/ pending: 6,789 \/ subject: a\.b \/ time: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  );
  assert.match(
    headline(received({ delivery: { ...delivery, consumer: '' } })),
    /^Received JetStream message \(direct\): stream: S seq 12345 \/ subject: a\.b \/ time: /,
  );
});

test('a dumped message reads as Go writes it', () => {
  const headers = MsgHeaders.from({ b: '2', a: ['1', '<'] });
  assert.equal(
    dumpText(received({ headers }), new TextEncoder().encode('x')),
    '{"Subject":"a.b","Reply":"","Header":{"a":["1","\\u003c"],"b":["2"]},"Data":"eA==","Sub":null}',
  );
  assert.match(dumpText(received(), new Uint8Array(0)), /"Header":null,"Data":"","Sub":null}$/);
});

test('a report shows the busiest, with the sums of what it shows', () => {
  const busy = (subject: string, count: number, bytes: number) => ({ subject, count, bytes });
  const table = reportTable([busy('b', 5, 10), busy('c', 2000, 2048), busy('a', 5, 10)], 2);
  assert.deepEqual(table.rows, [
    ['c', '2,000', '2.0 KiB'],
    ['a', '5', '10 B'],
  ]);
  assert.deepEqual(table.footer, ['Totals', '2,005', '2.0 KiB']);
  assert.equal(table.title, 'Top 2 Active Subjects Report');
  assert.equal(reportTable([], 1).title, 'Top Subject Report');
});

test('where a consumer starts', () => {
  const now = 1_700_000_000_000_000_000n;
  const at = (more: Partial<Options>) => {
    const { config, line } = consumerFor(options(more), now);
    return [config.deliver_policy, config.opt_start_seq ?? config.opt_start_time, line];
  };
  assert.deepEqual(at({ startSequence: 4n }), [
    'by_start_sequence',
    4n,
    'Subscribing to subject > starting at sequence 4 ',
  ]);
  assert.deepEqual(at({ last: true, subjects: ['a.*'] }), [
    'last',
    undefined,
    'Subscribing to subject a.* from last received message ',
  ]);
  assert.deepEqual(at({ all: true, ignore: ['x', 'y'] }), [
    'all',
    undefined,
    'Subscribing to subject > from first received message \nIgnored subjects: x, y',
  ]);
  assert.deepEqual(at({ fresh: true })[0], 'new');
  assert.deepEqual(at({ since: '1h' }), [
    'by_start_time',
    '2023-11-14T21:13:20Z',
    'Subscribing to subject > since 1h0m0s ',
  ]);
  assert.deepEqual(at({ lastPerSubject: true })[0], 'last_per_subject');
  assert.deepEqual(at({}), ['all', undefined, undefined]);
  assert.throws(() => at({ since: 'soon' }));
  assert.equal(consumerFor(options({ subjectsOnly: true }), now).config.headers_only, true);
});

test('where direct gets start', () => {
  const stream = { state: { first_seq: 3, last_seq: 9 } } as never;
  const first = (more: Partial<Options>) => firstQuery(options(more), stream, 0n);
  assert.deepEqual(first({ all: true }), { query: { seq: 3n }, next: 3n });
  assert.deepEqual(first({ last: true }), { query: { seq: 9n }, next: 9n });
  assert.deepEqual(first({ fresh: true }), { query: { seq: 10n }, next: 10n });
  assert.deepEqual(first({ startSequence: 5n }), { query: { seq: 5n }, next: 5n });
  assert.deepEqual(first({ lastPerSubject: true, subjects: ['a.>'] }), {
    query: { multi_last: ['a.>'], up_to_seq: 9n },
    next: 10n,
  });
  const empty = { state: { first_seq: 0, last_seq: 0 } } as never;
  assert.deepEqual(firstQuery(options({ all: true }), empty, 0n), { query: { seq: 1n }, next: 1n });
});

test('a long queue stops the reading, and a short one starts it again', async () => {
  const calls: string[] = [];
  const inflow = createInflow<number>({
    pauseReading: () => calls.push('pause'),
    resumeReading: () => calls.push('resume'),
  });
  for (let i = 0; i < 10_000; i++) inflow.push(i);
  assert.deepEqual(calls, ['pause']);
  for (let i = 0; i < 10_000; i++) assert.equal(await inflow.next(), i);
  assert.deepEqual(calls, ['pause', 'resume']);
  const waiting = inflow.next();
  inflow.push(1);
  assert.equal(await waiting, 1);
  assert.equal(await inflow.next(1), undefined);
  inflow.push(2);
  inflow.finish();
  inflow.push(3);
  assert.deepEqual([await inflow.next(), await inflow.next()], [2, undefined]);
});

test('a queue that is stopped gives its error once and nothing else', async () => {
  const inflow = createInflow<number>({ pauseReading: () => undefined, resumeReading: () => undefined });
  inflow.push(1);
  inflow.stop(new Error('gone'));
  await assert.rejects(inflow.next(), /gone/);
});
