import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinTraces, kinds, type TraceEvent } from './tracing.ts';

const event = (name: string, hop: string, kind: number, to: readonly (readonly [string, string])[]): TraceEvent => ({
  server: { name, id: `id-${name}` },
  request: { header: hop ? { 'Nats-Trace-Hop': [hop] } : {} },
  hops: to.length,
  events: [
    { type: 'in', kind, name: 'before' },
    ...to.map(([next, at]) => ({ type: 'eg' as const, kind: kinds.router, name: next, hop: at })),
  ],
});

test('answers that come in any order are joined by their hops', () => {
  const found = [
    event('c', '1.1', kinds.router, []),
    event('b', '1', kinds.router, [['c', '1.1']]),
    event('a', '', kinds.client, [
      ['b', '1'],
      ['lost', '2'],
    ]),
  ];
  const trace = joinTraces(found);
  assert.equal(trace?.server.name, 'a');
  const [, first, second] = trace?.events ?? [];
  assert.equal(first?.link?.server.name, 'b');
  assert.equal(first?.link?.events[1]?.link?.server.name, 'c');
  assert.equal(second?.link, undefined);
});

test('servers whose answer is missing are put in by what the next ones say', () => {
  const trace = joinTraces([event('c', '1.1', kinds.router, [])]);
  assert.equal(trace?.server.name, '<Unknown>');
  assert.match(trace?.events[0]?.error ?? '', /missing/);
  const middle = trace?.events[1]?.link;
  assert.equal(middle?.server.name, 'before');
  assert.equal(middle?.events[1]?.link?.server.name, 'c');
});

test('no answers are no trace, and hops that lead back lead nowhere', () => {
  assert.equal(joinTraces([]), undefined);
  const circle = joinTraces([event('a', '', kinds.client, [['b', '1']]), event('b', '1', kinds.router, [['b', '1']])]);
  assert.equal(circle?.events[1]?.link?.events[1]?.link, undefined);
});
