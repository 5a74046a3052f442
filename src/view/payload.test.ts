import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hexDump, showPayload, textOf } from './payload.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a pipe gets the very bytes', () => {
  const body = new Uint8Array([0, 255, 27, 91, 10]);
  assert.equal(showPayload(body, { tty: false }), body);
  assert.equal(showPayload(body, { tty: false, mode: 'text' }), body);
});

test('a terminal gets text that cannot steer it, and binary as a dump', () => {
  assert.equal(showPayload(bytes('a\x1b[31m\r\nb\tc\r'), { tty: true }), 'a\\x1b[31m\nb\tc\\r');
  assert.equal(showPayload(new Uint8Array([1, 2, 255]), { tty: true }), hexDump(new Uint8Array([1, 2, 255])));
  assert.equal(showPayload(new Uint8Array([65, 255]), { tty: true, mode: 'text' }), 'A\\xff');
});

test('no payload reaches a terminal with control characters', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom('auto', 'text', 'json', 'hex', 'base64'),
      (body, mode) => {
        const shown = showPayload(body, { tty: true, mode });
        assert.ok(typeof shown === 'string');
        assert.doesNotMatch(shown, /[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      },
    ),
  );
});

test('hex dumps', () => {
  assert.equal(
    hexDump(bytes('hello, natsbox\x00!!')),
    '00000000  68 65 6c 6c 6f 2c 20 6e  61 74 73 62 6f 78 00 21  |hello, natsbox.!|\n' +
      '00000010  21                                                |!|\n',
  );
  for (const line of hexDump(bytes('x'.repeat(40)), 60).split('\n')) assert.ok(line.length <= 60);
});

test('base64 and json', () => {
  assert.equal(showPayload(bytes('hi?'), { tty: false, mode: 'base64' }), 'aGk/');
  const prettyJson = (text: string) => (text.startsWith('{') ? JSON.stringify(JSON.parse(text), null, 2) : undefined);
  assert.equal(showPayload(bytes('{"a":1}'), { tty: false, mode: 'json', prettyJson }), '{\n  "a": 1\n}');
  assert.deepEqual(showPayload(bytes('plain'), { tty: false, mode: 'json', prettyJson }), bytes('plain'));
});

test('a limit bounds what is shown and says so', () => {
  assert.equal(showPayload(bytes('aaé'), { tty: true, limit: 3 }), 'aa\n... 1 more bytes\n');
  assert.equal(showPayload(bytes('aaaa'), { tty: false, limit: 2 }).length, 4);
  assert.match(
    String(showPayload(bytes('abcdef'), { tty: false, mode: 'hex', limit: 2 })),
    /61 62 .*\n\.\.\. 4 more bytes\n$/,
  );
});

test('text or not', () => {
  assert.equal(textOf(bytes('größe\n')), 'größe\n');
  assert.equal(textOf(new Uint8Array([0xc3])), undefined);
  assert.equal(textOf(bytes('a\0b')), undefined);
});
