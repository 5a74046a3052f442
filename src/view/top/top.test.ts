import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connzOf,
  emptyConnz,
  emptyVarz,
  joinSamples,
  parseAnswer,
  restarted,
  sortConns,
  varzOf,
  withRates,
} from './model.ts';
import { countText, sizeText } from './numbers.ts';
import { pressTop, topState } from './state.ts';
import { goTimeText, gridText, separatedText } from './text.ts';

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
    assert.ok(connzOf(answer).connections.every((c) => c.cid === 0 && c.name === ''));
    assert.equal(varzOf(answer).server_id, '');
  }
  assert.equal(varzOf(parseAnswer('{"in_bytes": 9007199254740993}')).in_bytes, 9_007_199_254_740_993n);
  assert.deepEqual(parseAnswer('{"name":"1234567890123456789"}'), { name: '1234567890123456789' });
});

test('rates by the clock of the server, none over a restart', () => {
  const at = (now: string, in_msgs: number, more = {}) => ({
    varz: { ...varz, now, in_msgs, ...more },
    connz: connzOf({ now, connections: [{ cid: 1, in_bytes: in_msgs * 2 }] }),
    error: '',
  });
  const first = at('2026-01-01T00:00:00Z', 100);
  const next = withRates(first, at('2026-01-01T00:00:02Z', 300), true);
  assert.equal(next.rate.inMsgs, 100);
  assert.equal(next.connRates.get('1')?.inBytes, 200);
  assert.equal(withRates(first, at('2026-01-01T00:00:02Z', 50), true).rate.inMsgs, 0);
  assert.equal(withRates(first, first, true).rate.inMsgs, 0);
  const reborn = at('2026-01-01T00:00:02Z', 300, { start: 't' });
  assert.ok(restarted(first.varz, reborn.varz));
  assert.equal(withRates(first, reborn, true).rate.inMsgs, 0);
});

test('several servers are added up, and what is down is named', () => {
  const up = {
    varz: { ...varz, in_msgs: 2n ** 53n },
    connz: connzOf({ total: 5, connections: [{ cid: 2 }] }, 'a'),
    error: '',
  };
  const down = { varz: { ...emptyVarz, server_name: 'b' }, connz: emptyConnz, error: 'connection refused' };
  const joined = joinSamples([up, { ...up, varz: { ...up.varz, in_msgs: 1 } }, down], 'cid', 10);
  assert.equal(joined.varz.in_msgs, 2n ** 53n + 1n);
  assert.equal(joined.error, 'b: connection refused');
  assert.match(joined.varz.server_name, /^2 of 3 servers/);
  assert.equal(joined.connz.connections.length, 2);
});

test('connections of several servers are ordered as one server orders them', () => {
  const { connections } = connzOf({
    connections: [
      { cid: 1, subscriptions: 1, last_activity: '2026-01-01T00:00:00Z' },
      { cid: 2, subscriptions: 9, last_activity: '2026-01-03T00:00:00Z' },
    ],
  });
  assert.deepEqual(
    ['subs', 'cid', 'last', 'idle'].map((s) => sortConns(connections, s)[0]?.cid),
    [2, 1, 2, 1],
  );
});

test('the name column is there when somebody has a name, separated values always have it', () => {
  const sample = {
    varz,
    connz: connzOf({ num_connections: 1, connections: [{ cid: 7, ip: '1.2.3.4', port: 5 }] }),
    error: '',
  };
  const snapshot = withRates(undefined, sample, false);
  const look = { raw: false, subs: true, perSecond: false };
  const grid = [...gridText(snapshot, look)];
  assert.ok(!grid[8]?.includes('NAME') && grid[8]?.endsWith('SUBSCRIPTIONS'));
  const row = [...separatedText(snapshot, look, ',')].at(-1);
  assert.equal(row, '1.2.3.4:5,7,,0,0,0,0,0,0,,,,0001-01-01 00:00:00 +0000 UTC,');
});

test('while a field is typed other keys are letters, q quits but in a filter', () => {
  const world = { page: 5, rows: 20, isSort: (t: string) => t === 'subs' };
  const press = (keys: string, from = topState({ sort: 'cid', limit: 10, subs: false, lookup: false, raw: false })) => {
    let state = from;
    let wish: unknown;
    for (const name of keys.split(' ')) {
      [state, wish] = pressTop(state, { name, ctrl: false, text: name.length === 1 ? name : '' }, world);
    }
    return { state, wish };
  };
  assert.deepEqual([press('o s u b s enter').state.sort, press('o s u b s enter').state.subs], ['subs', false]);
  assert.equal(press('o x enter').state.message, 'invalid order: x');
  assert.equal(press('o q').wish, 'quit');
  assert.equal(press('/ q').state.filter, 'q');
  assert.equal(press('/ q escape').state.filter, '');
  assert.equal(press('n 1 2 x enter').state.limit, 12);
  assert.equal(press('n x enter').state.limit, 10);
  assert.equal(press('end').state.top, 15);
  assert.equal(press('end pageup up').state.top, 9);
  assert.equal(press('h x').state.help, false);
});
