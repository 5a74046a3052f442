import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from './bytes.ts';
import { ProtocolError } from './frame.ts';
import { createScanner, type Scanner } from './scanner.ts';

/** A scanner whose finds are written down as text, payload bytes as hex. */
function recorder(peer: 'server' | 'client' = 'server'): { scanner: Scanner; found: string[] } {
  const found: string[] = [];
  const scanner = createScanner(peer, {
    message: (f) => {
      const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
      found.push(`${f.subject}|${f.sid}|${f.hasReply ? f.reply : '-'}|${hex(f.headerBytes)}|${hex(f.payload)}`);
    },
    line: (op, buf, start, end) => found.push(`${op} ${Buffer.from(buf.subarray(start, end)).toString('latin1')}`),
  });
  return { scanner, found };
}

const binary = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 255);
const head = 'NATS/1.0 503\r\nA: b\r\n\r\n';
const stream = Buffer.concat([
  Buffer.from('INFO {"server_id":"x","max_payload":1048576}\r\nPING\r\n+OK\r\n'),
  Buffer.from('MSG a.b 1 5\r\nhello\r\nMSG a.b 12 _INBOX.x.1 0\r\n\r\n'),
  Buffer.from(`HMSG h 3 ${head.length} ${head.length + 2}\r\n${head}hi\r\n`),
  Buffer.from(`HMSG h 3 rep.ly ${head.length} ${head.length}\r\n${head}\r\n`),
  Buffer.from(`MSG bin 7 ${binary.length}\r\n`),
  binary,
  Buffer.from(
    '\r\nPONG\r\n-ERR \'Permissions Violation for Publish to "x"\'\r\nMSG t\t9   2\r\nok\r\nMSG \u00fc.\u00fc 4 1\r\nz\r\n',
  ),
]);

function whole(): string[] {
  const { scanner, found } = recorder();
  assert.equal(scanner.feed(stream), stream.length);
  assert.equal(scanner.held, 0);
  return found;
}

test('a stream in one piece', () => {
  const found = whole();
  assert.equal(found.length, 12);
  assert.equal(found[3], 'a.b|1|-||68656c6c6f');
  assert.equal(found[4], 'a.b|12|_INBOX.x.1||');
  assert.equal(found[6], `h|3|rep.ly|${Buffer.from(head).toString('hex')}|`);
  assert.equal(found[9], '-ERR \'Permissions Violation for Publish to "x"\'');
  assert.equal(found[10], 't|9|-||6f6b');
  assert.equal(found[11], 'ü.ü|4|-||7a');
});

test('frames split at every byte border, in two and in all pieces', () => {
  const expected = whole();
  for (let cut = 0; cut <= stream.length; cut++) {
    const { scanner, found } = recorder();
    scanner.feed(stream.subarray(0, cut));
    scanner.feed(stream.subarray(cut));
    assert.deepEqual(found, expected, `cut at ${cut}`);
  }
  for (const step of [1, 2, 3, 5, 7, 11, 64]) {
    const { scanner, found } = recorder();
    // A reused read buffer, as node:net's onread has it: what the scanner keeps must be a copy.
    const shared = new Uint8Array(step);
    for (let at = 0; at < stream.length; at += step) {
      const part = stream.subarray(at, at + step);
      shared.fill(0x58);
      shared.set(part);
      scanner.feed(shared.subarray(0, part.length));
    }
    assert.deepEqual(found, expected, `steps of ${step}`);
  }
});

test('a reply subject of digits alone is told from a size', () => {
  const { scanner, found } = recorder();
  scanner.feed(utf8.encode('MSG a 1 123 2\r\nhi\r\nHMSG a 1 77 12 13\r\nNATS/1.0\r\n\r\nx\r\nHMSG a 1 0 1\r\ny\r\n'));
  assert.deepEqual(found, ['a|1|123||6869', 'a|1|77|4e4154532f312e300d0a0d0a|78', 'a|1|-||79']);
});

test('what a client sends', () => {
  const { scanner, found } = recorder('client');
  const text =
    'CONNECT {"verbose":false}\r\nPUB a 2\r\nhi\r\nSUB a.* q 1\r\nUNSUB 1 5\r\nPUB a r 0\r\n\r\nHPUB h 12 13\r\nNATS/1.0\r\n\r\nx\r\nping\r\n';
  const bytes = utf8.encode(text);
  for (let i = 0; i < bytes.length; i++) scanner.feed(bytes.subarray(i, i + 1));
  assert.deepEqual(found, [
    'CONNECT {"verbose":false}',
    'a|-1|-||6869',
    'SUB a.* q 1',
    'UNSUB 1 5',
    'a|-1|r||',
    'h|-1|-|4e4154532f312e300d0a0d0a|78',
    'PING ',
  ]);
});

test('stop leaves the rest to the caller', () => {
  const found: string[] = [];
  const scanner = createScanner('server', {
    message: () => assert.fail('read behind the stop'),
    line: (op) => {
      found.push(op);
      scanner.stop();
    },
  });
  const bytes = utf8.encode('INFO {}\r\nMSG a 1 1\r\nx\r\n');
  assert.equal(scanner.feed(bytes), 9);
  assert.deepEqual(found, ['INFO']);
});

for (const [what, text, fault] of [
  ['noise', 'HTTP/1.1 200 OK\r\n', 'unknown operation'],
  ['noise without a line end', 'XXXX', 'unknown operation'],
  ['a size that is no number', 'MSG a 1 x\r\n', 'bad arguments'],
  ['a size of ten digits', 'MSG a 1 1234567890\r\n', 'bad arguments'],
  ['a negative size', 'MSG a 1 -1\r\n', 'bad arguments'],
  ['headers longer than the message', 'HMSG a 1 12 3\r\n', 'bad arguments'],
  ['too few words', 'MSG a 1\r\n', 'bad arguments'],
  ['too many words', 'MSG a 1 r 2 3 4\r\n', 'bad arguments'],
  ['a payload that is not closed', 'MSG a 1 1\r\nxyz\r\n', 'payload not closed'],
  ['a message beyond the limit', 'MSG a 1 900000000\r\n', 'payload too large'],
  ['another direction', 'PUB a 1\r\nx\r\n', 'unknown operation'],
  ['an endless line', `INFO ${'x'.repeat(1024 * 1024 + 10)}`, 'control line too long'],
] as const) {
  test(`refuses ${what}`, () => {
    for (const step of [text.length, 1]) {
      if (step === 1 && text.length > 1000) continue;
      const { scanner } = recorder();
      const bytes = utf8.encode(text);
      assert.throws(
        () => {
          for (let i = 0; i < bytes.length; i += step) scanner.feed(bytes.subarray(i, i + step));
        },
        (e) => e instanceof ProtocolError && e.fault === fault,
      );
    }
  });
}

test('a promised large message costs no memory before it arrives', () => {
  const { scanner } = recorder();
  scanner.feed(utf8.encode('MSG a 1 200000000\r\nabc'));
  assert.ok(scanner.held < 100);
});
