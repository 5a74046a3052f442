import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conn } from '#view/top/conn-list.ts';
import { connzOf, parseAnswer } from '#view/top/model.ts';
import { readConnz } from './connz.ts';

const COUNT = 700;

/** An answer as the server lays it out. */
function answer(connections: object[]): string {
  const head = { server_id: 'N', now: '2026-01-01T00:00:00Z', num_connections: connections.length, total: 9_000 };
  return JSON.stringify({ ...head, connections }, undefined, 2);
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const whole = (bytes: Uint8Array): unknown => parseAnswer(new TextDecoder().decode(bytes));
const never = (): never => {
  throw new Error('read whole');
};

function conns(more: (at: number) => object = () => ({})): object[] {
  return Array.from({ length: COUNT }, (_, i) => ({
    cid: i * 7 + 1,
    ip: '10.0.0.1',
    port: i,
    name: `n${i}`,
    ...more(i),
  }));
}

test('a large answer that is cut up says the same as one that is read whole', () => {
  const nasty = ['\n    },\n    {\n      "cid": 5', '"}],', 'µ日本', '\\', '\u2028'];
  const list = conns((i) => ({
    name: nasty[i % nasty.length],
    subscriptions_list: ['a', '\n    }'],
    in_bytes: i,
    tls_peer_certs: [{ subject: 'x' }],
  }));
  const bytes = bytesOf(answer(list));
  const cut = readConnz(bytes, 's', never);
  const expected = connzOf(whole(bytes), 's');
  assert.deepEqual(cut.connections.slice(), expected.connections.slice());
  assert.deepEqual([cut.now, cut.num_connections, cut.total], [expected.now, COUNT, 9_000]);
  assert.deepEqual(cut.connections.slice(2, 4), expected.connections.slice(2, 4));
  assert.deepEqual(cut.connections.slice(COUNT - 1, COUNT + 5), expected.connections.slice(COUNT - 1));
});

test('a connection is found by its id before any was read', () => {
  const { connections } = readConnz(bytesOf(answer(conns())), undefined, never);
  assert.equal((connections.byCid(8) as Conn).name, 'n1');
  assert.equal(connections.byCid(9), undefined);
});

test('figures beyond 2^53 stay exact', () => {
  const text = answer(conns(() => ({ in_bytes: 1 }))).replace('"in_bytes": 1\n', '"in_bytes": 9007199254740993\n');
  assert.equal(readConnz(bytesOf(text), undefined, never).connections.slice(0, 1)[0]?.in_bytes, 9_007_199_254_740_993n);
});

test('answers that look any other way are read whole', () => {
  const good = answer(conns());
  const others = [
    JSON.stringify(JSON.parse(good)),
    answer(conns().slice(0, 3)),
    answer(conns().map((c, i) => (i === 5 ? { name: 'first', ...c } : c))),
    answer([]),
    '{}',
  ];
  for (const text of others) {
    let read = 0;
    const connz = readConnz(bytesOf(text), undefined, (bytes) => {
      read++;
      return whole(bytes);
    });
    assert.equal(read, 1);
    assert.equal(connz.connections.length, connzOf(whole(bytesOf(text))).connections.length);
  }
  assert.throws(() => readConnz(bytesOf(good.slice(0, -9)), undefined, whole));
});
