import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { base32Decode, base32Encode, base32EncodeToBytes } from './base32.ts';
import { crc16 } from './crc16.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

test('base32 of the RFC 4648 examples', () => {
  const cases = { '': '', f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' };
  for (const [plain, coded] of Object.entries(cases)) {
    assert.equal(base32Encode(ascii(plain)), coded);
    assert.deepEqual(base32Decode(coded), ascii(plain));
  }
  assert.equal(base32Encode(ascii('f'), true), 'MY======');
  assert.equal(base32Encode(ascii('fooba'), true), 'MZXW6YTB');
});

test('base32 round trip, as text and as codes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const text = base32Encode(bytes);
      assert.deepEqual(base32Decode(text), bytes);
      assert.deepEqual(base32EncodeToBytes(bytes), ascii(text));
      assert.deepEqual(base32Decode(ascii(text)), bytes);
    }),
  );
});

test('base32 refuses foreign characters and impossible lengths', () => {
  for (const bad of ['mzxq', 'MZX1', 'MZXQ====', 'M', 'MZX', 'MZXW6Y', 'MZ XQ', 'MZ\u00e9Q', 'MZ\u{1f600}'])
    assert.equal(base32Decode(bad), undefined, bad);
});

test('crc16 is XMODEM', () => {
  assert.equal(crc16(ascii('123456789')), 0x31c3);
  assert.equal(crc16(new Uint8Array(0)), 0);
  assert.equal(crc16(ascii('123456789xyz'), 9), 0x31c3);
});
