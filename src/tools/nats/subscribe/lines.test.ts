// Lines made of bytes are those made of values.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringifyJson } from '#base/json64.ts';
import type { Bulk } from '#base/sink.ts';
import { AckSubject, parseDelivery } from '#client/jetstream/delivery.ts';
import type { Emitter, Runtime } from '#runtime/runtime.ts';
import { joinBytes, utf8 } from '#wire/bytes.ts';
import { Frame } from '#wire/frame.ts';
import { MsgHeaders } from '#wire/headers.ts';
import { storedHead } from './fast.ts';
import { lineWriter } from './lines.ts';
import type { Options } from './options.ts';
import { headline, recordView } from './print.ts';

const empty = new Uint8Array(0);

interface Parts {
  readonly subject: Uint8Array;
  readonly reply: Uint8Array;
  readonly headers: Uint8Array;
  readonly body: Uint8Array;
}

function frameOf({ subject, reply, headers, body }: Parts): Frame {
  const frame = new Frame();
  frame.buf = joinBytes([Uint8Array.of(0, 255), subject, reply, headers, body, Uint8Array.of(13, 10)]);
  frame.subjectAt = 2;
  frame.subjectEnd = frame.replyAt = frame.subjectAt + subject.length;
  frame.replyEnd = frame.head = frame.replyAt + reply.length;
  frame.body = frame.head + headers.length;
  frame.end = frame.body + body.length;
  return frame;
}

/** A slab with exactly the room that was asked for, another one each time, so that nothing can rely on more. */
function tightBulk(): Bulk & { text(): string } {
  let buf: Uint8Array = empty;
  const bulk = {
    get buf() {
      return buf;
    },
    tail: 0,
    held: 0,
    reserve(bytes: number) {
      buf = joinBytes([buf.slice(0, bulk.tail), new Uint8Array(bytes)]);
      return bulk.tail;
    },
    kick: () => undefined,
    end: () => Promise.resolve(),
    text() {
      assert.ok(bulk.tail <= buf.length, 'no more is written than there was room for');
      return Buffer.from(buf.subarray(0, bulk.tail)).toString();
    },
  };
  return bulk;
}

/** What the view for records makes of the same messages. */
function patient(messages: readonly Parts[], stored: boolean, now: () => bigint): string {
  const lines: string[] = [];
  const emitter = { emit: (data: object) => lines.push(`${stringifyJson(data, { escapeHtml: false })}\n`) };
  const runtime = { clock: { now } } as unknown as Runtime;
  const view = recordView({} as Options, runtime, emitter as unknown as Emitter<object>);
  messages.forEach((parts, i) => {
    const frame = frameOf(parts);
    const headers = frame.hasHeaders ? MsgHeaders.parse(parts.headers) : undefined;
    const reply = frame.hasReply ? frame.reply : undefined;
    const delivery = stored ? parseDelivery(reply) : undefined;
    void view.message(
      { subject: frame.subject, reply, headers, data: parts.body, subscription: '', delivery },
      i * 999 + 1,
    );
  });
  return lines.join('');
}

function quick(messages: readonly Parts[], stored: boolean, now: () => bigint): string {
  const bulk = tightBulk();
  const facts = new AckSubject();
  let found = false;
  const put = lineWriter(bulk, now, () => (found ? facts : undefined));
  messages.forEach((parts, i) => {
    const frame = frameOf(parts);
    found = stored && facts.read(frame.buf, frame.replyAt, frame.replyEnd);
    put(frame, i * 999 + 1);
  });
  return bulk.text();
}

/** A clock that jumps. */
function jumping(steps: readonly bigint[]): () => bigint {
  let at = 0;
  return () => steps[at++ % steps.length]!;
}

const bytes = (text: string) => utf8.encode(text);
const name = fc.oneof(fc.stringMatching(/^[!-~]{1,12}$/), fc.constantFrom('a"b', 'ä.b', 'a\\b', '\u0001'));
const moment = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n });
const place = fc
  .tuple(fc.stringMatching(/^[A-Za-z"\\_-]{1,9}$/), fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), moment, fc.nat())
  .map(([stream, seq, time, pending]) => `$JS.ACK.${stream}.C-${stream}.1.${seq}.7.${time}.${pending}`);
const headers = fc
  .array(fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,8}$/), fc.string({ unit: 'binary', maxLength: 8 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map(
    (lines) => `NATS/1.0\r\n${lines.map(([key, value]) => `${key}: ${value.replace(/[\r\n]/g, '')}\r\n`).join('')}\r\n`,
  );
const body = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.json().map(bytes),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map(bytes),
  fc.string({ unit: 'binary-ascii', maxLength: 400 }).map(bytes),
);
const message = fc.record<Parts>({
  subject: name.map(bytes),
  reply: fc.oneof(fc.constant(''), name, place).map(bytes),
  headers: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: headers }).map(bytes),
  body,
});

test('what is written is what the values give', () => {
  const some = fc.array(message, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(some, fc.boolean(), fc.array(moment, { minLength: 1, maxLength: 3 }), (messages, stored, times) => {
      assert.equal(quick(messages, stored, jumping(times)), patient(messages, stored, jumping(times)));
    }),
    { numRuns: 1000 },
  );
});

test('one of each kind', () => {
  const parts = { subject: bytes('a.b'), reply: empty, headers: empty, body: bytes('{"x": 1}\n') };
  const stored = { ...parts, reply: bytes('$JS.ACK.S.C.1.2.3.1796124236750800620.4') };
  const time = () => 1_796_124_236_750_800_620n;
  const at = '2026-12-01T11:23:56.75080062Z';
  const given = `"data":"{\\"x\\": 1}\\n"`;
  assert.equal(quick([parts], false, time), `{"n":1,"subject":"a.b",${given},"time":"${at}"}\n`);
  assert.equal(
    quick([stored], true, () => 0n),
    `{"n":1,"subject":"a.b","reply":"$JS.ACK.S.C.1.2.3.1796124236750800620.4",${given},"stream":"S","seq":2,"pending":4,"consumer":"C","time":"${at}"}\n`,
  );
});

test('the line above a stored message is that of the view', () => {
  const facts = new AckSubject();
  const named = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/).map(bytes);
  fc.assert(
    fc.property(fc.array(fc.tuple(named, place), { minLength: 1, maxLength: 4 }), (messages) => {
      const bulk = tightBulk();
      let found = false;
      const head = storedHead(() => (found ? facts : undefined));
      let expected = '';
      for (const [subject, reply] of messages) {
        const frame = frameOf({ subject, reply: bytes(reply), headers: empty, body: empty });
        found = facts.read(frame.buf, frame.replyAt, frame.replyEnd);
        head(bulk, frame, 12_345);
        expected += `[#12345] ${headline({ subject: frame.subject, reply, delivery: parseDelivery(reply) })}\n`;
      }
      assert.equal(bulk.text(), expected);
    }),
  );
});
