import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conn } from './conn-list.ts';
import { connzOf, emptySample, emptyVarz, parseAnswer, varzOf } from './model.ts';
import { countText, sizeText } from './numbers.ts';
import { changesOf, restarted, snapshotOf } from './rates.ts';
import { sortConns } from './sort.ts';
import { goTimeText, gridText, separatedText } from './text.ts';

const how = { sort: 'cid', limit: 10 };
const varz = { ...emptyVarz, server_id: 'A', server_name: 'a', start: 's', now: '2026-01-01T00:00:00Z' };

test('counts by thousands, sizes by 1024, raw with every digit', () => {
  assert.deepEqual(
    [0, 999, 1000, 1_250_000, 7e9, 1e15].map((n) => countText(n, false)),
    ['0', '999', '1.0K', '1.2M', '7.0B', '1000.0T'],
  );
  assert.deepEqual(
    [1023, 1024, 2 ** 30, 2 ** 50].map((n) => sizeText(n, false)),
    ['1023', '1.0K', '1.0G', '1048576.0G'],
  );
  assert.equal(countText(9_007_199_254_740_993n, true), '9007199254740993');
});

test('times as Go prints them', () => {
  assert.equal(goTimeText('2026-01-02T03:04:05.670Z'), '2026-01-02 03:04:05.67 +0000 UTC');
  assert.equal(goTimeText('2026-01-02T03:04:05.000Z'), '2026-01-02 03:04:05 +0000 UTC');
  assert.equal(goTimeText('2026-01-02T03:04:05+02:00'), '2026-01-02 03:04:05 +0200 +0200');
  assert.equal(goTimeText(undefined), '0001-01-01 00:00:00 +0000 UTC');
});

test('answers of any shape are survived, large numbers stay exact', () => {
  for (const answer of [null, 1, [], { connections: 'x' }, { connections: [null, 1, { cid: 'x', name: {} }] }]) {
    assert.ok(
      connzOf(answer)
        .connections.slice()
        .every((c) => c.cid === 0 && c.name === ''),
    );
    assert.equal(varzOf(answer).server_id, '');
  }
  assert.equal(varzOf(parseAnswer('{"in_bytes": 9007199254740993}')).in_bytes, 9_007_199_254_740_993n);
  assert.deepEqual(parseAnswer('{"name":"1234567890123456789"}'), { name: '1234567890123456789' });
});

test('rates by the clock of the server, none over a restart', () => {
  const at = (now: string, in_msgs: number, more = {}) => ({
    ...emptySample,
    varz: { ...varz, now, in_msgs, ...more },
    connz: connzOf({ now, connections: [{ cid: 1, in_bytes: in_msgs * 2 }] }),
  });
  const first = at('2026-01-01T00:00:00Z', 100);
  const rates = (now: typeof first) => snapshotOf([first], [now], how);
  const next = rates(at('2026-01-01T00:00:02Z', 300));
  assert.equal(next.rate.inMsgs, 100);
  assert.equal(next.connRate(next.connz.connections.slice()[0] as Conn)?.inBytes, 200);
  assert.equal(rates(at('2026-01-01T00:00:02Z', 50)).rate.inMsgs, 0);
  assert.equal(rates(first).rate.inMsgs, 0);
  const reborn = at('2026-01-01T00:00:02Z', 300, { start: 't' });
  assert.ok(restarted(first.varz, reborn.varz));
  assert.equal(rates(reborn).rate.inMsgs, 0);
  assert.equal(changesOf([first], [reborn]), 'server restarted, up ');
  assert.equal(changesOf([first], [first]), '');
});

test('several servers are added up by their own clocks, and what is down is named', () => {
  const server = (name: string, now: string, in_msgs: number | bigint) => ({
    ...emptySample,
    varz: { ...varz, server_id: name, server_name: name, now, in_msgs },
    connz: connzOf({ total: 5, connections: [{ cid: 2 }] }, name),
  });
  const down = { ...emptySample, varz: { ...emptyVarz, server_name: 'c' }, error: 'connection refused' };
  const before = [server('a', '2026-01-01T00:00:00Z', 0), server('b', '2025-01-01T00:00:00Z', 0), down];
  const now = [server('a', '2026-01-01T00:00:02Z', 2n ** 53n), server('b', '2025-01-01T00:00:01Z', 1), down];
  const joined = snapshotOf(before, now, how);
  assert.equal(joined.varz.in_msgs, 2n ** 53n + 1n);
  assert.equal(joined.rate.inMsgs, 2 ** 52 + 1);
  assert.equal(joined.error, 'c: connection refused');
  assert.match(joined.varz.server_name, /^2 of 3 servers/);
  assert.equal(joined.connz.connections.length, 2);
  assert.equal(changesOf(now.slice(0, 1), now), 'b joined');
  assert.equal(changesOf(now, [{ ...(now[0] as typeof down), error: 'x' }, ...now.slice(1)]), 'a is away');
  assert.equal(changesOf([{ ...(now[0] as typeof down), error: 'x' }, ...now.slice(1)], now), 'a is back');
});

test('connections of several servers are ordered as one server orders them', () => {
  const { connections } = connzOf({
    connections: [
      { cid: 1, subscriptions: 1, last_activity: '2026-01-01T00:00:00Z' },
      { cid: 2, subscriptions: 9, last_activity: '2026-01-03T00:00:00Z' },
    ],
  });
  assert.deepEqual(
    ['subs', 'cid', 'last', 'idle'].map((s) => sortConns(connections.slice(), s)[0]?.cid),
    [2, 1, 2, 1],
  );
});

test('the name column is there when somebody has a name, separated values always have it', () => {
  const sample = {
    varz,
    connz: connzOf({ num_connections: 1, connections: [{ cid: 7, ip: '1.2.3.4', port: 5 }] }),
    answers: {},
    error: '',
  };
  const snapshot = snapshotOf(undefined, [sample], how);
  const look = { raw: false, subs: true, perSecond: false };
  const grid = [...gridText(snapshot, look)];
  assert.ok(!grid[8]?.includes('NAME') && grid[8]?.endsWith('SUBSCRIPTIONS'));
  const row = [...separatedText(snapshot, look, ',')].at(-1);
  assert.equal(row, '1.2.3.4:5,7,,0,0,0,0,0,0,,,,0001-01-01 00:00:00 +0000 UTC,');
});
