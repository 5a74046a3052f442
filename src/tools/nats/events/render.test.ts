import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudEvent, longEvent, shortEvent } from './render.ts';
import { shapeOf, shapes } from './shapes.ts';

const base = { id: 'ID', timestamp: '2026-03-04T05:06:07.5Z' };
const js = 'io.nats.jetstream.advisory.v1';

test('every kind of event reads in all forms, with members or without', () => {
  for (const type of Object.keys(shapes)) {
    const event = { ...base, type };
    assert.match(longEvent(event), /^\n\[05:06:07\] \[ID\] \S/, type);
    assert.match(shortEvent(event), /^05:06:07 \[/, type);
    assert.doesNotMatch(longEvent(event) + shortEvent(event), /undefined|null|NaN|\[object/, type);
    const { data, ...head } = cloudEvent(event);
    assert.equal(head['specversion'], '1.0');
    assert.deepEqual(Object.keys(data as object).slice(0, 3), ['type', 'id', 'timestamp']);
  }
  assert.equal(shapeOf('constructor'), undefined);
  assert.equal(shapeOf('io.nats.other'), undefined);
});

test('labels stand in their columns', () => {
  const event = { ...base, type: `${js}.stream_action`, stream: 'S', action: 'create' };
  assert.equal(longEvent(event), '\n[05:06:07] [ID] Stream Create Action\n\n        Stream: S');
  assert.equal(shortEvent(event), '05:06:07 [Stream Create] S');
  const election = {
    ...base,
    type: `${js}.stream_leader_elected`,
    stream: 'S',
    leader: 'n1',
    replicas: [{ name: 'n1' }],
  };
  assert.equal(shortEvent(election), '05:06:07 [RAFT] Stream S elected n1 of 1 peers');
  assert.match(longEvent(election), /Replicas:\n\n {13}Name: n1\n {10}Current: false\n {11}Active: 0s\n$/);
});

test('a connection that ended tells why, and what went over it', () => {
  const event = {
    ...{ ...base, type: 'io.nats.server.advisory.v1.client_disconnect', reason: 'Client Closed' },
    server: { name: 'n1', cluster: 'C1' },
    client: { id: 7n, user: 'u', acc: 'A', ver: '1.0', rtt: 1_500_000 },
    sent: { msgs: 3, bytes: 2048 },
  };
  const text = longEvent(event);
  for (const line of [
    '    Reason: Client Closed',
    '   Cluster: C1',
    '                 ID: 7',
    '               User: u',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} in ${text}`);
  }
  assert.match(text, /Client Published: 3 messages \(2\.0 KiB\)$/);
  assert.equal(shortEvent(event), '05:06:07 [Disconnection] user: u cid: 7 in account A: Client Closed');
});

test('a CloudEvent holds the members of the kind, in order, and no others', () => {
  const event = { zzz: 1, stream: 'S', ...base, type: `${js}.max_deliver`, stream_seq: 9007199254740993n };
  const { data, ...head } = cloudEvent(event);
  assert.deepEqual(data, {
    ...{ type: `${js}.max_deliver`, ...base, stream: 'S', consumer: '', stream_seq: 9007199254740993n, deliveries: 0 },
  });
  assert.equal(head['source'], 'urn:nats:jetstream');
  assert.equal(head['subject'], 'advisory');
  assert.match(String(head['dataschema']), /\/schemas\/jetstream\/advisory\/v1\/max_deliver\.json$/);
});
