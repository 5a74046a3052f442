/** What waits for receivers that take nothing: shared where that saves memory, copied where it would waste some. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Shared } from './broadcast.ts';
import { accept, createState, defaultOptions, systemClock } from './state.ts';
import type { Client, ServerState } from './types.ts';
import type { Wire, WireHandler } from './wire.ts';

interface Peer {
  readonly client: Client;
  readonly handler: WireHandler;
  /** Bytes its wire takes before it is full; -1 when the connection is gone. */
  room: number;
  got: string;
}

function server(maxPending = 64 * 1024 * 1024): ServerState {
  const options = { ...defaultOptions, maxPending, shortFirstPing: false };
  return createState({ options, clock: systemClock, logger: null, runtime: 'test' });
}

function join(srv: ServerState, subscriptions: string): Peer {
  const made: { room: number; got: string } = { room: Number.POSITIVE_INFINITY, got: '' };
  const wire: Wire = {
    peer: { host: '127.0.0.1', port: 1, kind: 'tcp' },
    write(buf, offset, length) {
      if (made.room < 0) return -1;
      const took = Math.min(length, made.room);
      made.room -= took;
      made.got += Buffer.from(buf.subarray(offset, offset + took)).latin1Slice();
      return took;
    },
    end: () => {},
    destroy: () => {},
    pause: () => {},
    resume: () => {},
  };
  const handler = accept(srv, wire) as WireHandler & { client: Client };
  const peer = Object.assign(made, { handler, client: handler.client });
  say(peer, `CONNECT {"verbose":false,"pedantic":false}\r\n${subscriptions}`);
  made.got = '';
  return peer;
}

const say = (p: Peer, text: string): void => p.handler.onData(Buffer.from(text));
const message = (subject: string, body: string): string => `PUB ${subject} ${body.length}\r\n${body}\r\n`;
const delivery = (subject: string, body: string): string => `MSG ${subject} 1 ${body.length}\r\n${body}\r\n`;

/** Bytes of all memory that clients keep for what they have not sent. */
function kept(peers: readonly Peer[]): number {
  const buffers = new Set(peers.flatMap((p) => (p.client.waiting ?? []).map((w) => w.buf.buffer)));
  return [...buffers].reduce((sum, b) => sum + b.byteLength, 0);
}

/** What is waited for together, and how many times. */
function shared(peers: readonly Peer[]): Map<Shared, number> {
  const held = new Map<Shared, number>();
  for (const w of peers.flatMap((p) => p.client.waiting ?? [])) {
    if (w.shared !== null) held.set(w.shared, (held.get(w.shared) ?? 0) + 1);
  }
  return held;
}

test('receivers that take nothing wait on the same bytes', () => {
  const srv = server();
  const peers = Array.from({ length: 20 }, () => join(srv, 'SUB all 1\r\n'));
  const from = join(srv, '');
  let want = '';
  peers.forEach((p, i) => {
    // One takes everything, the others stop anywhere.
    if (i > 0) p.room = i * 5000;
  });
  for (let i = 0; i < 60; i++) {
    const bodies = [`${i}a`.padEnd(16_000, 'x'), `${i}b`.padEnd(16_000, 'y')];
    say(from, bodies.map((b) => message('all', b)).join(''));
    want += bodies.map((b) => delivery('all', b)).join('');
  }
  assert.equal(peers[0]!.got, want);
  peers.forEach((p, i) => {
    if (i > 0) assert.equal(p.client.pending, want.length - i * 5000);
  });
  // Each has one copy of its own at most: the bytes it stopped at.
  assert.ok(kept(peers) < want.length * 1.5 + 20 * 16_384, `${kept(peers)} bytes kept for ${want.length}`);
  const held = shared(peers);
  for (const [s, users] of held) assert.equal(s.users, users);
  for (const p of peers) {
    p.room = Number.POSITIVE_INFINITY;
    p.handler.onDrain();
    assert.equal(p.got, want);
    assert.equal(p.client.pending, 0);
    assert.equal(p.client.waiting, null);
    assert.equal(p.client.blocked, false);
  }
  for (const s of held.keys()) assert.deepEqual([s.users, s.buf], [0, null]);
});

test('few bytes that wait do not keep a large buffer each', () => {
  const srv = server();
  const peers = Array.from({ length: 5 }, () => join(srv, 'SUB few.* 1\r\n'));
  const from = join(srv, '');
  for (const p of peers) p.room = 0;
  let want = '';
  for (let i = 0; i < 2000; i++) {
    say(from, message(`few.${i % 500}`, `${i}`));
    want += delivery(`few.${i % 500}`, `${i}`);
  }
  const pending = peers.reduce((sum, p) => sum + p.client.pending, 0);
  assert.equal(pending, want.length * peers.length);
  assert.ok(kept(peers) < pending * 4 + 65_536, `${kept(peers)} bytes kept for ${pending}`);
  for (const p of peers) {
    p.room = Number.POSITIVE_INFINITY;
    p.handler.onDrain();
    assert.equal(p.got, want);
  }
});

test('shared bytes count against the limit of each receiver', () => {
  const limit = 1024 * 1024;
  const srv = server(limit);
  const peers = Array.from({ length: 6 }, () => join(srv, 'SUB all 1\r\n'));
  const from = join(srv, '');
  const ended: string[] = [];
  srv.emit = (event, value) => {
    if (event === 'disconnect') ended.push((value as { reason: string }).reason);
  };
  peers[1]!.room = peers[2]!.room = 0;
  const body = 'z'.repeat(16_000);
  const line = delivery('all', body).length;
  let sent = 0;
  for (; (sent + 1) * line <= limit; sent++) say(from, message('all', body));
  assert.deepEqual(ended, []);
  peers[2]!.room = 100;
  peers[2]!.handler.onDrain();
  say(from, message('all', body));
  assert.deepEqual(ended, ['Slow Consumer (Pending Bytes)', 'Slow Consumer (Pending Bytes)']);
  assert.equal(kept(peers), 0);
  assert.equal(srv.slowConsumers, 2);
  assert.equal(peers[0]!.got, delivery('all', body).repeat(sent + 1));
});

test('a connection that ends while its backlog is written gives nothing back twice', () => {
  const srv = server();
  const peers = Array.from({ length: 5 }, () => join(srv, 'SUB all 1\r\nSUB own.> 2\r\n'));
  const from = join(srv, 'SUB own.none 2\r\n');
  const [one, two, three] = peers as [Peer, Peer, Peer];
  one.room = two.room = 0;
  const body = 'x'.repeat(16_000);
  for (let i = 0; i < 12; i++) say(from, message('all', body) + message(`own.${i}`, body));
  // Its wire takes what waits first, and is gone then.
  let calls = 0;
  one.client.wire = { ...one.client.wire, write: (...a) => (calls++ < 2 ? a[2] : -1) };
  one.handler.onDrain();
  assert.equal(one.client.phase, 'closed');
  assert.equal(calls, 3);
  // What the others are sent from now on is theirs alone.
  two.room = three.room = Number.POSITIVE_INFINITY;
  two.handler.onDrain();
  two.got = three.got = '';
  say(from, 'UNSUB 2\r\n');
  say(two, 'UNSUB 2\r\nSUB two 3\r\n');
  say(three, 'UNSUB 2\r\nSUB three 3\r\n');
  let [toTwo, toThree] = ['', ''];
  let text = '';
  for (let i = 0; i < 8; i++) {
    const [a, b] = [`${i}`.padEnd(5000, 'a'), `${i}`.padEnd(5000, 'b')];
    text += message('two', a) + message('three', b);
    toTwo += `MSG two 3 5000\r\n${a}\r\n`;
    toThree += `MSG three 3 5000\r\n${b}\r\n`;
  }
  say(from, text);
  assert.equal(two.got, toTwo);
  assert.equal(three.got, toThree);
});
