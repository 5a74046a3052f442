import assert from 'node:assert/strict';
import { after } from 'node:test';
import { connect, encodePublish, MsgHeaders } from '#client/index.ts';
import type { Connection, Msg } from '#client/types.ts';
import { beforeServer as before, type NatsServer, startNatsServer, serverTest as test } from '#test/nats-server.ts';

let server: NatsServer;
let nc: Connection;
before(async () => {
  server = await startNatsServer({ config: 'max_payload: 2MB' });
  nc = await connect({ servers: server.url });
});
after(async () => {
  await nc?.close();
  await server?.stop();
});

async function collect(source: AsyncIterable<Msg>, count = Number.POSITIVE_INFINITY): Promise<Msg[]> {
  const list: Msg[] = [];
  for await (const msg of source) {
    list.push(msg);
    if (list.length >= count) break;
  }
  return list;
}

let subjects = 0;
const fresh = (): string => `t${++subjects}`;

test('publish and subscribe: text, bytes, headers in order and case, reply', async () => {
  const s = fresh();
  const sub = nc.subscribe(`${s}.>`);
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  nc.publish(`${s}.a`, 'grüße');
  nc.publish(`${s}.b`, bytes, {
    reply: 'back',
    headers: [
      ['b', ' 1 '],
      ['A', 'x'],
      ['b', '2'],
    ],
  });
  nc.publish(`${s}.c`);
  const [a, b, c] = (await collect(sub, 3)) as [Msg, Msg, Msg];
  assert.equal(a.string(), 'grüße');
  assert.equal(a.headers, undefined);
  assert.equal(a.reply, undefined);
  assert.deepEqual(b.data, bytes);
  assert.equal(b.reply, 'back');
  assert.equal(new TextDecoder().decode(b.headers!.raw), 'NATS/1.0\r\nb:  1 \r\nA: x\r\nb: 2\r\n\r\n');
  assert.equal(b.size, b.headers!.raw.length + 256);
  assert.deepEqual([c.subject, c.data.length], [`${s}.c`, 0]);
});

test('messages keep their bytes when the stream goes on', async () => {
  const s = fresh();
  const sub = nc.subscribe(s);
  for (let i = 0; i < 5000; i++) nc.publish(s, `${i}`.padStart(300, '.'));
  const list = await collect(sub, 5000);
  for (const [i, m] of list.entries()) assert.equal(m.string(), `${i}`.padStart(300, '.'));
});

test('what may not be sent is refused with the well-known texts', async () => {
  const publish = (subject: string, payload?: Uint8Array) => () => nc.publish(subject, payload);
  for (const bad of ['', 'a b', 'a\tb', 'a\r\nPUB x 0\r\n\r\n', ' '])
    assert.throws(publish(bad), { kind: 'usage', message: 'nats: invalid subject' });
  assert.throws(() => nc.publish('a', '', { reply: 'x y' }), { message: 'nats: invalid subject' });
  assert.throws(publish('a', new Uint8Array(2 * 1024 * 1024 + 1)), {
    kind: 'usage',
    message: 'nats: maximum payload exceeded',
  });
  for (const bad of ['', 'a..b', '.a', 'a.', 'a b'])
    assert.throws(() => nc.subscribe(bad), { message: 'nats: invalid subject' });
  assert.throws(() => nc.subscribe('a', { queue: 'q r' }), { message: 'nats: invalid queue name' });
  assert.throws(() => nc.publish('a', '', { headers: { 'a b': 'x' } }), { kind: 'usage' });
  publish('a', new Uint8Array(2 * 1024 * 1024))();
  await nc.flush();
});

test('queue groups share, plain subscribers get all', async () => {
  const s = fresh();
  const counts = [0, 0, 0];
  const subs = [0, 1].map((i) => nc.subscribe(s, { queue: 'q', callback: () => void counts[i]!++ }));
  subs.push(nc.subscribe(s, { callback: () => void counts[2]!++ }));
  for (let i = 0; i < 100; i++) nc.publish(s, 'x');
  await nc.flush();
  assert.equal(counts[0]! + counts[1]!, 100);
  assert.equal(counts[2], 100);
  assert.ok(counts[0]! > 0 && counts[1]! > 0);
  for (const sub of subs) sub.unsubscribe();
});

test('auto-unsubscribe: before, and after some messages came', async () => {
  const s = fresh();
  const sub = nc.subscribe(s, { max: 3 });
  const late = nc.subscribe(s);
  for (let i = 0; i < 10; i++) nc.publish(s, `${i}`);
  assert.equal((await collect(sub)).length, 3);
  assert.equal(sub.received, 3);
  assert.equal(await sub.closed, undefined);
  await nc.flush();
  late.unsubscribe(12);
  for (let i = 10; i < 20; i++) nc.publish(s, `${i}`);
  assert.equal((await collect(late)).length, 12);
  const gone = nc.subscribe(s);
  gone.unsubscribe();
  nc.publish(s, 'x');
  await nc.flush();
  assert.deepEqual(await collect(gone), []);
});

test('raw frames: a view that is only good during the call', async () => {
  const s = fresh();
  const seen: string[] = [];
  const frames: unknown[] = [];
  const sub = nc.subscribeRaw(s, { max: 3 }, (frame) => {
    frames.push(frame);
    seen.push(`${frame.subject}|${frame.reply}|${frame.headerBytes.length}|${new TextDecoder().decode(frame.payload)}`);
  });
  const template = encodePublish(s, new TextEncoder().encode('hi'), 'r');
  nc.publishFrames(template, 1);
  nc.publishFrames(encodePublish(s, new Uint8Array(0), '', MsgHeaders.from({ a: 'b' }).raw), 1);
  nc.publishFrames(template, 1);
  await sub.closed;
  assert.deepEqual(seen, [`${s}|r|0|hi`, `${s}||18|`, `${s}|r|0|hi`]);
  assert.equal(new Set(frames).size, 1);
});

test('a raw subscription answers in place, and leaves alone what asks for nothing', async () => {
  const s = fresh();
  const wanted: boolean[] = [];
  const sub = nc.subscribeRaw(s, {}, (frame) => {
    wanted.push(nc.answer(frame, frame.payload));
  });
  nc.publish(s, 'nobody asks');
  const long = 'x'.repeat(20_000);
  const [short, big] = await Promise.all([nc.request(s, 'a'), nc.request(s, long)]);
  assert.equal(short.string(), 'a');
  assert.equal(big.string(), long);
  assert.deepEqual(wanted, [false, true, true]);
  sub.unsubscribe();
});

test('request, no responders, timeout, abort', async () => {
  const s = fresh();
  const sub = nc.subscribe(s, { callback: (m) => m.respond(m.data, { headers: m.headers ?? {} }) });
  for (const noMux of [false, true]) {
    const answer = await nc.request(s, 'ping', { noMux, headers: { h: '1' } });
    assert.equal(answer.string(), 'ping');
    assert.equal(answer.headers?.get('h'), '1');
    await assert.rejects(nc.request(fresh(), 'x', { noMux }), {
      kind: 'no-responders',
      message: 'nats: no responders available for request',
    });
    const silent = fresh();
    const mute = nc.subscribe(silent, { callback: () => {} });
    await assert.rejects(nc.request(silent, 'x', { noMux, timeout: 30 }), {
      kind: 'timeout',
      message: 'nats: timeout',
    });
    const control = new AbortController();
    const waiting = nc.request(silent, 'x', { noMux, timeout: 10_000, signal: control.signal });
    control.abort();
    await assert.rejects(waiting, { message: 'nats: aborted' });
    mute.unsubscribe();
  }
  sub.unsubscribe();
});

test('a thousand requests at once, answered out of order', async () => {
  const s = fresh();
  const held: Msg[] = [];
  const sub = nc.subscribe(s, {
    callback: (m) => {
      held.push(m);
      if (held.length === 1000) for (const h of held.reverse()) h.respond(`re ${h.string()}`);
    },
  });
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => nc.request(s, `${i}`, { timeout: 5000 })));
  for (const [i, a] of answers.entries()) assert.equal(a.string(), `re ${i}`);
  sub.unsubscribe();
});

test('requestMany: by count, by sentinel, by stall, by time', async () => {
  const s = fresh();
  const sub = nc.subscribe(s, {
    callback: (m) => {
      for (let i = 0; i < 5; i++) m.respond(`${i}`);
      m.respond('');
    },
  });
  for (const noMux of [false, true]) {
    const texts = async (options: object): Promise<string[]> =>
      (await collect(nc.requestMany(s, '', { noMux, ...options }))).map((m) => m.string());
    assert.deepEqual(await texts({ maxMessages: 3 }), ['0', '1', '2']);
    assert.deepEqual(await texts({ sentinel: true }), ['0', '1', '2', '3', '4']);
    assert.deepEqual(await texts({ sentinel: (m: Msg) => m.string() === '2' }), ['0', '1']);
    // Long enough for a machine that is busy with something else.
    assert.equal((await texts({ stall: 400, maxWait: 20_000 })).length, 6);
    assert.equal((await texts({ maxWait: 1000 })).length, 6);
    await assert.rejects(collect(nc.requestMany(fresh(), '', { noMux })), { kind: 'no-responders' });
  }
  sub.unsubscribe();
});

test('flush and rtt', async () => {
  await nc.flush();
  const rtt = await nc.rtt();
  assert.equal(typeof rtt, 'bigint');
  assert.ok(rtt > 0n);
});

test('no echo', async () => {
  const quiet = await connect({ servers: server.url, noEcho: true });
  const s = fresh();
  const own = quiet.subscribe(s, { callback: () => assert.fail('heard itself') });
  const other = nc.subscribe(s);
  await nc.flush();
  quiet.publish(s, 'x');
  await quiet.flush();
  assert.equal((await collect(other, 1))[0]!.string(), 'x');
  assert.equal(own.received, 0);
  await quiet.close();
});

test('verbose and pedantic do not confuse the client', async () => {
  const loud = await connect({ servers: server.url, verbose: true, pedantic: true });
  const s = fresh();
  const sub = loud.subscribe(s);
  loud.publish(s, 'x');
  assert.equal((await collect(sub, 1)).length, 1);
  assert.equal((await loud.request('$nobody', 'x').catch((e) => e)).kind, 'no-responders');
  await loud.close();
});

test('drain of a subscription handles what is on the way; nothing is lost', async () => {
  const s = fresh();
  const sub = nc.subscribe(s);
  for (let i = 0; i < 1000; i++) nc.publish(s, `${i}`);
  await nc.flush();
  const drained = sub.drain();
  nc.publish(s, 'too late');
  const list = await collect(sub);
  await drained;
  assert.equal(list.length, 1000);
});

test('drain of a connection: subscribers finish, replies still leave, then it is closed', async () => {
  const a = await connect({ servers: server.url });
  const s = fresh();
  let handled = 0;
  const worker = (async () => {
    for await (const m of a.subscribe(s)) {
      await new Promise((r) => setImmediate(r));
      handled++;
      m.respond('done');
    }
  })();
  await a.flush();
  let answers = 0;
  const replies = nc.subscribe(`${s}.replies`, { callback: () => void answers++ });
  for (let i = 0; i < 200; i++) nc.publish(s, 'x', { reply: `${s}.replies` });
  await nc.flush();
  await a.drain();
  await worker;
  assert.equal(handled, 200);
  assert.equal(await a.closed, undefined);
  assert.throws(() => a.publish('x'), { message: 'nats: connection closed' });
  assert.throws(() => a.subscribe('x'), { message: 'nats: connection closed' });
  await assert.rejects(a.flush(), { message: 'nats: connection closed' });
  await assert.rejects(a.request('x'), { message: 'nats: connection closed' });
  await nc.flush();
  assert.equal(answers, 200);
  replies.unsubscribe();
});

test('drain waits for the handler that took the last message', async () => {
  const a = await connect({ servers: server.url });
  const s = fresh();
  const sub = a.subscribe(s);
  await a.flush();
  let took = (): void => {};
  let finish = (): void => {};
  const taken = new Promise<void>((resolve) => {
    took = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const worker = (async () => {
    for await (const m of sub) {
      took();
      await gate;
      m.respond('done');
    }
  })();
  const answer = nc.request(s, 'x', { timeout: 10_000 });
  await taken;
  let drained = false;
  const drain = a.drain().then(() => {
    drained = true;
  });
  for (let i = 0; i < 20; i++) await nc.flush();
  assert.equal(drained, false);
  finish();
  await Promise.all([worker, drain]);
  assert.equal((await answer).string(), 'done');
});

test('close sends what was published, and ends iterators and requests', async () => {
  const a = await connect({ servers: server.url });
  const s = fresh();
  const counted = nc.subscribe(s);
  await nc.flush();
  const idle = collect(a.subscribe('nothing'));
  const silent = nc.subscribe(`${s}.silent`, { callback: () => {} });
  await nc.flush();
  const request = assert.rejects(a.request(`${s}.silent`, '', { timeout: 10_000 }), {
    message: 'nats: connection closed',
  });
  for (let i = 0; i < 20_000; i++) a.publish(s, new Uint8Array(500));
  await a.close();
  assert.deepEqual(await idle, []);
  await request;
  assert.equal((await collect(counted, 20_000)).length, 20_000);
  silent.unsubscribe();
});

test('a slow iterator makes the socket rest; nothing is lost and memory stays bounded', async () => {
  const a = await connect({ servers: server.url });
  const s = fresh();
  const sub = a.subscribe(s);
  await a.flush();
  const N = 60_000;
  let largest = 0;
  const sender = (async () => {
    for (let i = 0; i < N; i++) {
      nc.publish(s, `${i}`.padStart(200));
      await nc.writable();
    }
    await nc.flush();
  })();
  let n = 0;
  for await (const m of sub) {
    assert.equal(Number(m.string()), n);
    largest = Math.max(largest, sub.pending);
    if (++n % 5000 === 0) await new Promise((r) => setTimeout(r, 5));
    if (n === N) break;
  }
  await sender;
  assert.equal(sub.dropped, 0);
  assert.ok(largest < 30_000, `${largest} waiting`);
  await a.close();
});

test('a full queue does not starve a request on the same connection', async () => {
  const a = await connect({ servers: server.url });
  const s = fresh();
  const sub = a.subscribe(s);
  const echo = nc.subscribe(`${s}.echo`, { callback: (m) => m.respond('ok') });
  await Promise.all([a.flush(), nc.flush()]);
  for (let i = 0; i < 30_000; i++) nc.publish(s, new Uint8Array(100));
  await nc.flush();
  let n = 0;
  for await (const _ of sub) {
    if (n++ % 10_000 === 0) assert.equal((await a.request(`${s}.echo`, '', { timeout: 5000 })).string(), 'ok');
    if (n === 30_000) break;
  }
  echo.unsubscribe();
  await a.close();
});

test('the dropping policy counts and says so once per episode', async () => {
  const a = await connect({ servers: server.url, pendingLimits: { messages: 100 } });
  const s = fresh();
  const notices: number[] = [];
  a.on('slow-consumer', (e) => notices.push(e.pending));
  const sub = a.subscribe(s, { policy: 'drop' });
  await a.flush();
  for (let i = 0; i < 1000; i++) nc.publish(s, `${i}`);
  await nc.flush();
  await a.flush();
  assert.deepEqual(notices, [100]);
  assert.equal(sub.pending, 100);
  assert.equal(sub.dropped, 900);
  assert.equal(a.stats().dropped, 900);
  assert.equal(sub.received, 1000);
  await a.close();
});

test('pauseReading holds the stream, resumeReading goes on', async () => {
  const a = await connect({ servers: server.url });
  const s = fresh();
  let n = 0;
  const sub = a.subscribeRaw(s, { max: 50_000 }, () => {
    if (++n === 10) {
      a.pauseReading();
      setTimeout(() => a.resumeReading(), 20);
    }
  });
  await a.flush();
  for (let i = 0; i < 50_000; i++) nc.publish(s, new Uint8Array(64));
  await sub.closed;
  assert.equal(n, 50_000);
  await a.close();
});

test('an exception in one handler is an event and does not stop the others', async () => {
  const s = fresh();
  const errors: string[] = [];
  const off = nc.on('error', (p) => errors.push(p.error.message));
  const bad = nc.subscribe(s, {
    callback: () => {
      throw new Error('handler');
    },
  });
  const good = nc.subscribe(s);
  nc.publish(s, 'x');
  assert.equal((await collect(good, 1)).length, 1);
  assert.deepEqual(errors, ['nats: handler']);
  bad.unsubscribe();
  off();
});

test('statistics', async () => {
  const a = await connect({ servers: server.url });
  const s = fresh();
  const sub = a.subscribe(s);
  a.publish(s, 'abc', { headers: { k: 'v' } });
  await collect(sub, 1);
  const headers = 'NATS/1.0\r\nk: v\r\n\r\n'.length;
  assert.deepEqual(a.stats(), {
    inMsgs: 1,
    inBytes: 3 + headers,
    outMsgs: 1,
    outBytes: 3 + headers,
    reconnects: 0,
    dropped: 0,
  });
  await a.close();
});

test('abort signal: while connecting and when open', async () => {
  const control = new AbortController();
  control.abort();
  await assert.rejects(connect({ servers: server.url, signal: control.signal }), { message: 'nats: aborted' });
  const later = new AbortController();
  const a = await connect({ servers: server.url, signal: later.signal });
  later.abort();
  assert.equal((await a.closed)?.message, 'nats: aborted');
});

test('the trace hook sees control lines, no secrets', async () => {
  const lines: string[] = [];
  const a = await connect({
    servers: `nats://user:hidden@127.0.0.1:${server.port}`,
    trace: (d, l) => lines.push(`${d} ${l}`),
  });
  const s = fresh();
  const sub = a.subscribe(s);
  a.publish(s, 'payload');
  await collect(sub, 1);
  await a.flush();
  assert.ok(lines.includes(`out SUB ${s} 1`) && lines.includes(`out PUB ${s} 7`) && lines.includes(`in MSG ${s} 1 7`));
  assert.ok(!lines.join().includes('hidden') && !lines.join().includes('payload'));
  await a.close();
});
