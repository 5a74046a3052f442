// Records written from bytes are those made of values: the same text, or none where the patient way has to be taken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringifyJson } from '#base/json64.ts';
import { formatDateTime, formatRfc3339Nano } from '#base/time.ts';
import { visible } from '#base/visible.ts';
import { DirectMessage } from '#client/jetstream/direct.ts';
import { joinBytes, utf8 } from '#wire/bytes.ts';
import { Frame } from '#wire/frame.ts';
import { bodyFields } from './record.ts';
import { headRoom, headWriter, putRecord, recordRoom } from './record-bytes.ts';

function message(body: Uint8Array, subject: string, seq: bigint, time: string, own = ''): DirectMessage {
  const head = utf8.encode(
    `NATS/1.0\r\n${own}Nats-Stream: S\r\nNats-Subject: ${subject}\r\nNats-Sequence: ${seq}\r\nNats-Time-Stamp: ${time}\r\n\r\n`,
  );
  const frame = new Frame();
  frame.buf = joinBytes([head, body]);
  frame.head = 0;
  frame.body = head.length;
  frame.end = frame.buf.length;
  return new DirectMessage(frame);
}

/** What is written, behind three bytes that stay; undefined where nothing is. */
function written(one: DirectMessage): string | undefined {
  const into = new Uint8Array(3 + recordRoom(one)).fill(46);
  const end = putRecord(into, 3, one);
  if (end < 0) return undefined;
  assert.ok(end <= into.length, 'it fits in the room that was asked for');
  const text = new TextDecoder().decode(into.subarray(0, end));
  assert.ok(text.startsWith('...'));
  return text.slice(3);
}

function expected(one: DirectMessage): string {
  const { subject, seq, time, data } = one;
  const record = { subject, seq, time: formatRfc3339Nano(time), ...bodyFields(undefined, data) };
  return `${stringifyJson(record, { escapeHtml: false })}\n`;
}

const body = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((text) => utf8.encode(text)),
  fc.json().map((text) => utf8.encode(text)),
);
const moment = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }).map((ns) => formatRfc3339Nano(ns));
const subject = fc.oneof(fc.constantFrom('a.b', 'a"b', 'a\\b', 'ä.b'), fc.stringMatching(/^[!-~]{1,20}$/));

test('what is written is what the values give', () => {
  let lines = 0;
  fc.assert(
    fc.property(body, subject, fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), moment, (bytes, name, seq, time) => {
      const one = message(bytes, name, seq, time);
      const line = written(one);
      if (line !== undefined) assert.equal(line, expected(one));
      if (line !== undefined) lines++;
    }),
    { numRuns: 500 },
  );
  assert.ok(lines > 200, `only ${lines} of 500 were written`);
});

test('text and bodies with zero bytes are written', () => {
  for (const text of ['', 'plain', '{"a":"b\\n"}', 'two\nlines\r\n\t', '\0', 'ab\0', 'abc\0\xff']) {
    const one = message(Buffer.from(text, 'latin1'), 'a', 7n, '2026-12-01T06:27:27.81Z');
    assert.equal(written(one), expected(one), JSON.stringify(text));
  }
});

test('what needs more care is left alone', () => {
  const time = '2026-12-01T06:27:27Z';
  for (const bytes of [utf8.encode('ä'), Uint8Array.of(200), utf8.encode('\x07'), Uint8Array.of(127)]) {
    assert.equal(written(message(bytes, 'a', 1n, time)), undefined);
  }
  const text = utf8.encode('text');
  assert.equal(written(message(text, 'ä', 1n, time)), undefined, 'subject');
  assert.equal(written(message(text, 'a', 1n, '2026-12-01T06:27:27.10Z')), undefined, 'time');
  assert.equal(written(message(text, 'a', 1n, '2026-12-01T06:27:27+01:00')), undefined, 'zone');
  assert.equal(written(message(text, 'a', 1n, '')), undefined, 'no time');
  assert.equal(written(message(text, 'a', 1n, time, 'Own: 1\r\n')), undefined, 'headers');
});

test('the line above a message is what the values give', () => {
  const put = headWriter();
  let lines = 0;
  fc.assert(
    fc.property(subject, fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), moment, fc.boolean(), (name, seq, time, own) => {
      const one = message(new Uint8Array(0), name, seq, time, own ? 'Own: 1\r\n' : '');
      const into = new Uint8Array(3 + headRoom(one));
      const end = put(into, 3, one);
      if (end < 0) return;
      lines++;
      assert.ok(!own && end <= into.length);
      const wanted = `[${seq}] Subject: ${visible(name)} Received: ${formatDateTime(one.time)}\n`;
      assert.equal(new TextDecoder().decode(into.subarray(3, end)), wanted);
    }),
    { numRuns: 300 },
  );
  assert.ok(lines > 50, `only ${lines} of 300 were written`);
});
