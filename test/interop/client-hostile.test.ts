import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Core } from '#client/core.ts';
import type { Link, LinkSink } from '#client/link.ts';
import { createPool } from '#client/pool.ts';
import { createRequester } from '#client/requests.ts';
import { settingsOf } from '#client/settings.ts';
import { subscribe, subscribeRaw } from '#client/subscription.ts';
import { createWsReader, encodeWsFrame, loadDeflate, OP } from '#client/ws-frames.ts';
import { createRandom, mutate, pieces } from '#test/hostile.ts';
import { emptyBytes, joinBytes, utf8 } from '#wire/bytes.ts';
import { ProtocolError } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import type { ServerInfo } from '#wire/info.ts';
import { createScanner } from '#wire/scanner.ts';
import { encodePublish } from '#wire/writer.ts';

const folder = fileURLToPath(new URL('../corpus/client/', import.meta.url));
const corpus = readdirSync(folder)
  .filter((f) => f.endsWith('.bin'))
  .sort()
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(folder + name)) }));

/** Keeps what failed, so that it is replayed for ever. */
function keep(bytes: Uint8Array): string {
  const name = `found-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.bin`;
  writeFileSync(folder + name, bytes);
  return `kept as test/corpus/client/${name}`;
}

/** What a scanner makes of a stream: everything it found, and the fault it ended with. */
function reading(parts: readonly Uint8Array[], peer: 'server' | 'client' = 'server'): string[] {
  const found: string[] = [];
  const scanner = createScanner(peer, {
    message: (f) => {
      const text = (b: Uint8Array): string => Buffer.from(b).toString('latin1');
      found.push(`${f.subject}|${f.sid}|${f.reply}|${text(f.headerBytes)}|${text(f.payload)}`);
      MsgHeaders.parse(f.headerBytes.slice()).entries();
    },
    line: (op, buf, start, end) => found.push(`${op} ${Buffer.from(buf.subarray(start, end)).toString('latin1')}`),
  });
  let total = 0;
  try {
    for (const part of parts) {
      scanner.feed(part);
      total += part.length;
      if (scanner.held > total) throw new Error(`holds ${scanner.held} of ${total} bytes`);
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    found.push(`! ${error.fault}`);
  }
  return found;
}

test('the kept corpus: the same reading however the stream is cut', () => {
  assert.ok(corpus.length >= 10);
  for (const { name, bytes } of corpus) {
    for (const peer of ['server', 'client'] as const) {
      const whole = reading([bytes], peer);
      for (let cut = 1; cut < bytes.length; cut++)
        assert.deepEqual(reading([bytes.subarray(0, cut), bytes.subarray(cut)], peer), whole, `${name} cut at ${cut}`);
      assert.deepEqual(
        reading(
          [...bytes].map((b) => Uint8Array.of(b)),
          peer,
        ),
        whole,
        name,
      );
    }
  }
});

test('100,000 mutated streams: no crash, no growth, no reading that depends on the cuts', { timeout: 60_000 }, () => {
  const seed = Number(process.env.FUZZ_SEED ?? 20_260_113);
  const random = createRandom(seed);
  for (let i = 0; i < 100_000; i++) {
    const bytes = mutate(random.pick(corpus).bytes, random);
    const peer = i % 4 === 0 ? 'client' : 'server';
    const whole = reading([bytes], peer).join('\n');
    const cut = reading(pieces(bytes, random), peer).join('\n');
    if (whole !== cut) assert.fail(`stream ${i} of seed ${seed} reads differently in pieces; ${keep(bytes)}`);
  }
});

const token = fc.stringMatching(/^[!-~]{1,12}$/);
const payload = fc.uint8Array({ maxLength: 300 });

test('what is written is read back, byte for byte', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ subject: token, reply: fc.option(token, { nil: '' }), payload, headers: fc.boolean() }), {
        maxLength: 8,
      }),
      fc.integer(),
      (messages, seed) => {
        const head = utf8.encode('NATS/1.0\r\nA: b\r\n\r\n');
        const stream = joinBytes(
          messages.map((m) => encodePublish(m.subject, m.payload, m.reply, m.headers ? head : emptyBytes)),
        );
        const latin = (b: Uint8Array): string => Buffer.from(b).toString('latin1');
        const expected = messages.map(
          (m) => `${m.subject}|-1|${m.reply}|${m.headers ? latin(head) : ''}|${latin(m.payload)}`,
        );
        assert.deepEqual(reading(pieces(stream, createRandom(seed)), 'client'), expected);
      },
    ),
    { numRuns: 2000 },
  );
});

test('headers: any block is read without failing and written back as it was', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const h = MsgHeaders.parse(bytes);
      h.entries();
      h.toRecord();
      assert.deepEqual(h.encode(), bytes);
      h.append('X', 'y');
      assert.equal(MsgHeaders.parse(h.encode()).get('X'), 'y');
    }),
    { numRuns: 3000 },
  );
});

const info = { server_id: 'x', headers: true, max_payload: 1000, proto: 1 } as ServerInfo;

/** A link without a kernel: what is written is forgotten, what arrives is said by the test. */
function deadLink(): Link & { gone: boolean } {
  let sink: LinkSink = { data: () => {}, drain: () => {}, close: () => {} };
  return {
    gone: false,
    get sink() {
      return sink;
    },
    set sink(s) {
      sink = s;
    },
    secure: false,
    write: (_buf, _from, length) => length,
    pause: () => {},
    resume: () => {},
    end() {
      this.gone = true;
    },
    destroy() {
      this.gone = true;
    },
    startTls: () => Promise.reject(new Error('no')),
    facts: () => ({ local: '', remote: '' }),
  };
}

test('the whole client under 10,000 mutated streams: it reads on or gives the link up, and never throws', {
  timeout: 60_000,
}, async () => {
  const random = createRandom(7);
  let given = 0;
  const cores: Core[] = [];
  for (let i = 0; i < 10_000; i++) {
    const core = new Core(settingsOf({ pingInterval: 0 }), createPool([], {}));
    let lost = 0;
    core.onLost = () => lost++;
    const link = deadLink();
    core.attach({ link, info, rest: emptyBytes }, core.pool.current()!);
    let seen = 0;
    for (const [s, max] of [
      ['a.b', 0],
      ['h', 2],
    ] as const)
      subscribe(core, s, { max, callback: (m) => void (seen += m.headers?.size ?? 1) });
    subscribeRaw(core, 'bin', {}, (f) => void (seen += f.size));
    const inbox = subscribe(core, 'q', {});
    createRequester(core)
      .request('r', 'x', { timeout: 5 })
      .catch(() => {});
    for (const part of pieces(mutate(random.pick(corpus).bytes, random), random)) link.sink.data(part);
    if (lost > 0) given++;
    assert.equal(lost > 0, link.gone);
    assert.ok(lost <= 1);
    assert.ok(inbox.pending < 50);
    core.shut(undefined);
    if (i % 100 === 0) cores.push(core);
  }
  await new Promise((r) => setTimeout(r, 10));
  // Whoever waited for bytes has been told: a count left over would switch backpressure off.
  for (const core of cores) assert.equal(core.starving, 0);
  assert.ok(given > 1000 && given < 9000, `${given} given up`);
});

test('WebSocket frames: cut anywhere, mutated anyhow', { timeout: 60_000 }, async () => {
  const deflate = await loadDeflate();
  const unmask = (frame: Uint8Array): Uint8Array => {
    // What a server would send: the same frame without the mask.
    const extra = (frame[1]! & 127) === 126 ? 2 : (frame[1]! & 127) === 127 ? 8 : 0;
    const out = Uint8Array.from([...frame.slice(0, 2 + extra), ...frame.slice(6 + extra)]);
    out[1]! &= 127;
    for (let i = 2 + extra; i < out.length; i++) out[i]! ^= frame[2 + extra + ((i - 2 - extra) & 3)]!;
    return out;
  };
  const messages = [0, 1, 125, 126, 400, 70_000].map((n) => Uint8Array.from({ length: n }, (_, i) => i % 7));
  const stream = joinBytes([
    ...messages.map((m) => unmask(encodeWsFrame(OP.binary, m))),
    unmask(encodeWsFrame(OP.ping, utf8.encode('hello'))),
    ...messages.map((m) => unmask(encodeWsFrame(OP.binary, m, deflate))),
    unmask(encodeWsFrame(OP.close, Uint8Array.of(3, 232))),
  ]);
  const read = (parts: readonly Uint8Array[]): string => {
    let data = '';
    const notes: string[] = [];
    const reader = createWsReader(deflate, {
      data: (b) => {
        data += Buffer.from(b).toString('latin1');
      },
      ping: (p) => notes.push(`ping ${Buffer.from(p)}`),
      close: (code) => notes.push(`close ${code}`),
    });
    for (const part of parts) reader.feed(part);
    return `${data.length} ${createHash('sha1').update(data).digest('hex')} ${notes.join()}`;
  };
  const whole = read([stream]);
  assert.match(whole, /^141304 .* ping hello,close 1000$/);
  const random = createRandom(3);
  for (let i = 0; i < 20; i++) assert.equal(read(pieces(stream, random)), whole);
  const small = stream.subarray(0, 700);
  for (let i = 0; i < 5000; i++) {
    const bytes = mutate(small, random);
    try {
      read(pieces(bytes, random));
    } catch (error) {
      const expected =
        (error as Error).name === 'BoxError' ||
        /zlib|data|block|distance|code|stored|invalid|Z_|length/i.test((error as Error).message);
      assert.ok(expected, `${(error as Error).stack}`);
    }
  }
});
