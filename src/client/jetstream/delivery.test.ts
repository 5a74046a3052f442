import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frame } from '#wire/frame.ts';
import { AckSubject, DeliveredMessage, parseDelivery } from './delivery.ts';
import { DirectMessage } from './direct.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const most = '18446744073709551615';

function read(subject: string): AckSubject | undefined {
  const buf = bytes(`..${subject}..`);
  const facts = new AckSubject();
  return facts.read(buf, 2, buf.length - 2) ? facts : undefined;
}

test('both forms of the subject are read alike, in place and as text, exact to the last digit', () => {
  const subjects = [
    `$JS.ACK.S.C.3.${most}.7.1700000000123456789.${most}`,
    `$JS.ACK._.HASH.S.C.3.${most}.7.1700000000123456789.${most}`,
    `$JS.ACK.hub.HASH.S.C.3.${most}.7.1700000000123456789.${most}.random`,
  ];
  for (const [i, subject] of subjects.entries()) {
    const expected = {
      domain: i === 2 ? 'hub' : '',
      stream: 'S',
      consumer: 'C',
      delivered: 3,
      streamSeq: BigInt(most),
      consumerSeq: 7n,
      time: 1_700_000_000_123_456_789n,
      pending: BigInt(most),
    };
    assert.deepEqual(read(subject)?.delivery, expected);
    const late = parseDelivery(subject);
    for (const key of Object.keys(expected) as (keyof typeof expected)[]) assert.equal(late?.[key], expected[key]);
  }
  assert.equal(read('$JS.ACK.S.C.1.12.7.1.5')?.streamSeq, 12);
});

test('other subjects are none', () => {
  for (const subject of [
    '',
    '$JS.ACK',
    '$JS.ACK.a.b.c.d.e.f',
    '$JS.ACK.1.2.3.4.5.6.7.8',
    '$JS.FC.S.C.abcdefghijklmno',
  ]) {
    assert.equal(read(subject), undefined, subject);
    assert.equal(parseDelivery(subject), undefined, subject);
  }
});

function frameOf(headers: string, body: string): Frame {
  const frame = new Frame();
  frame.buf = bytes(headers + body);
  frame.body = bytes(headers).length;
  frame.end = frame.buf.length;
  return frame;
}

test('a direct message tells its facts, and whether it has headers of its own', () => {
  const facts = `Nats-Stream: S\r\nNats-Subject: a.ü\r\nNats-Sequence: ${most}\r\nNats-Time-Stamp: 2026-01-02T03:04:05.000000001Z\r\nNats-Num-Pending: 4\r\n`;
  const plain = new DirectMessage(frameOf(`NATS/1.0\r\n${facts}\r\n`, 'body'));
  assert.deepEqual(
    [plain.subject, plain.seq, plain.time, plain.pending, plain.isPlain, new TextDecoder().decode(plain.data)],
    ['a.ü', BigInt(most), 1_767_323_045_000_000_001n, 4n, true, 'body'],
  );
  const own = new DirectMessage(frameOf(`NATS/1.0\r\nNats-Subjecx: 1\r\n${facts}Nats-Sequence: 9\r\n\r\n`, ''));
  assert.deepEqual([own.subject, own.seq, own.isPlain, own.data.length], ['a.ü', BigInt(most), false, 0]);
  const bare = new DirectMessage(frameOf('NATS/1.0\r\nnonsense\r\n\r\n', ''));
  assert.deepEqual([bare.subject, bare.seq, bare.pending, bare.isPlain], ['', 0n, undefined, false]);
});

test('a delivered message keeps its bytes when the buffer is used again', () => {
  const frame = frameOf('NATS/1.0\r\nA: 1\r\n\r\n', 'body');
  const message = new DeliveredMessage(frame);
  frame.buf.fill(0);
  assert.equal(message.headers?.get('A'), '1');
  assert.equal(new TextDecoder().decode(message.data), 'body');
});
