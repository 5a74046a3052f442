import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64url, toBase64url, utf8Text } from './bytes.ts';

test('base64url goes both ways as Buffer does it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64url(bytes);
      assert.equal(text, Buffer.from(bytes).toString('base64url'));
      assert.deepEqual(fromBase64url(text), new Uint8Array(bytes));
    }),
  );
});

test('what is no base64url is refused, wherever it stands', () => {
  const character = fc.constantFrom(...'AQgwZ_-9', ' ', '\n', '=', '+', '/', 'ü', '.');
  fc.assert(
    fc.property(fc.array(character, { maxLength: 12 }), (characters) => {
      const text = characters.join('');
      const good = /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1;
      assert.deepEqual(fromBase64url(text), good ? new Uint8Array(Buffer.from(text, 'base64url')) : undefined);
    }),
    { numRuns: 3000 },
  );
});

test('text is that of TextDecoder', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc.uint8Array({ maxLength: 50, max: 127 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
    fc.constantFrom(new Uint8Array(5000).fill(65), Uint8Array.of(0xef, 0xbb, 0xbf, 65)),
  );
  fc.assert(fc.property(bytes, (given) => assert.equal(utf8Text(given), new TextDecoder().decode(given))));
});
