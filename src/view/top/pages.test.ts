import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf } from './answers.ts';
import { cellText, chosenColumns, connColumns, pageColumns, readChoice } from './columns.ts';
import { emptySample, emptyVarz, type Sample, type Want } from './model.ts';
import { alarming, pageOf, pageRows, pageTotals, sortRows } from './pages.ts';
import { emptySnapshot, snapshotOf } from './rates.ts';
import { sparkline } from './spark.ts';

const how = { sort: 'cid', limit: 10 };
const look = { raw: false, subs: false, perSecond: false };

function sample(name: string, want: Want, reply: object, seconds = 0): Sample {
  const now = `2026-01-01T00:00:0${seconds}Z`;
  const varz = { ...emptyVarz, server_id: name, server_name: name, now };
  return { ...emptySample, varz, answers: { [want]: answerOf(want, [{ now, ...reply }]) } };
}

const account = (acc: string, conns: number, msgs: number) => ({
  account_statz: [{ acc, conns, num_subscriptions: 1, sent: { msgs, bytes: msgs * 10 }, received: {} }],
});

test('accounts of several servers are added up, with the sum of their rates', () => {
  const page = pageOf('accounts');
  const before = [sample('a', 'accounts', account('X', 1, 0)), sample('b', 'accounts', account('X', 2, 0))];
  const now = [sample('a', 'accounts', account('X', 1, 100), 1), sample('b', 'accounts', account('X', 2, 100), 2)];
  const rows = pageRows(page, snapshotOf(before, now, how));
  assert.equal(rows.length, 1);
  const [row] = rows;
  assert.deepEqual([row?.['servers'], row?.['conns'], row?.['msgs_to'], row?.['msgs_to_rate']], [2, 3, 200, 150]);
  assert.equal(row?.['server'], undefined);
});

test('of a replicated stream the row of its leader counts', () => {
  const page = pageOf('streams');
  const stream = (messages: number, replicas: object[]) => ({
    account_details: [
      {
        name: 'A',
        stream_detail: [{ name: 'S', cluster: { leader: 'b', replicas }, state: { messages, last_seq: messages } }],
      },
    ],
  });
  const peers = [{ current: true }, { current: false, lag: 7 }];
  const rows = pageRows(
    page,
    snapshotOf(undefined, [sample('a', 'streams', stream(90, [])), sample('b', 'streams', stream(100, peers))], how),
  );
  assert.deepEqual(
    rows.map((r) => [r['stream'], r['msgs'], r['replicas'], r['lag']]),
    [['S', 100, '2/3', 7]],
  );
  assert.ok(alarming(page, rows[0] ?? {}));
});

test('links: routes, gateways both ways, leaf nodes', () => {
  const conn = { ip: '::1', port: 7, out_msgs: 5 };
  const { rows } = answerOf('links', [
    { routes: [{ rid: 1, remote_name: 'r', ...conn, pending_size: 9 }] },
    { outbound_gateways: { east: { connection: conn } }, inbound_gateways: { west: [{ connection: conn }] } },
    { leafs: [{ name: 'l', account: 'A', ...conn }] },
  ]);
  assert.deepEqual(
    rows.map((r) => [r['kind'], r['name'], r['address'], r['msgs_to']]),
    [
      ['route', 'r', '[::1]:7', 5],
      ['gateway out', 'east', '[::1]:7', 5],
      ['gateway in', 'west', '[::1]:7', 5],
      ['leaf', 'l', '[::1]:7', 5],
    ],
  );
});

test('answers of any shape are survived', () => {
  const wants: Want[] = ['accounts', 'streams', 'consumers', 'subscriptions', 'links', 'closed'];
  for (const reply of [null, 1, 'x', [], { connections: [null, 1] }, { account_details: [{ stream_detail: [5] }] }]) {
    for (const want of wants) assert.equal(answerOf(want, [reply, reply, reply]).error, '');
  }
});

test('rows go by figures from large to small, by texts from A to Z, by times from late to early', () => {
  const rows = [
    { reason: 'b', stop: '2026-01-01T00:00:00Z', cid: 9 },
    { reason: 'a', stop: '2026-01-02T00:00:00Z', cid: 8 },
  ];
  const by = (id: string) => sortRows(pageOf('closed'), rows, id).map((r) => r.cid);
  assert.deepEqual(
    [by('cid'), by('reason'), by('stop')],
    [
      [9, 8],
      [8, 9],
      [8, 9],
    ],
  );
});

test('what a page could not be had for is told once, its totals are added up', () => {
  const page = pageOf('streams');
  const bad = { now: '', rows: [], totals: {}, error: 'stats request failed 404' };
  const failed: Sample = { ...emptySample, answers: { streams: bad } };
  assert.equal(pageTotals(page, snapshotOf(undefined, [failed, failed], how)).error, bad.error);
  const two = ['a', 'b'].map((name) => sample(name, 'streams', { memory: 5, api: { total: 2 } }));
  const { totals } = pageTotals(page, snapshotOf(undefined, two, how));
  assert.deepEqual([totals['memory'], totals['api']], [10, 4]);
});

test('columns: the usual ones, more or fewer, or those named', () => {
  const all = connColumns(emptySnapshot, look);
  const ids = (...choice: string[]) => chosenColumns(all, choice).map((c) => c.id);
  assert.ok(!ids().includes('rtt'));
  assert.ok(ids('+rtt', '-lang').includes('rtt') && !ids('+rtt', '-lang').includes('lang'));
  assert.deepEqual(ids('rtt', 'cid'), ['rtt', 'cid']);
  assert.deepEqual(readChoice(' A, +b;', ['a', 'b']), { choice: ['a', '+b;'], unknown: ['+b;'] });
  assert.ok(pageColumns(pageOf('closed'), look).some((c) => c.head === 'REASON'));
  assert.deepEqual(
    [cellText({ kind: 'rate' }, 12.25, false), cellText({ kind: 'time' }, '0001-01-01T00:00:00Z', false)],
    ['12.3', 'never'],
  );
});

test('bars: the largest is the highest, the newest at the right', () => {
  assert.equal(sparkline([0, 1, 7, 100], 6), '  ▁▂▂█');
  assert.equal(sparkline([0, 0], 2), '▁▁');
  assert.equal(sparkline([1, 2, 3, 4], 2), '▇█');
});
