import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPrintableAscii } from './ascii.ts';
import { isUtf8, visible, visibleLine } from './visible.ts';

test('controls are shown', () => {
  assert.equal(visible('a\x1b[31mb\x07\x9b\x7f'), 'a\\x1b[31mb\\x07\\x9b\\x7f');
  assert.equal(visible('line\n\ttab\r\nlone\rcr'), 'line\n\ttab\r\nlone\\rcr');
  assert.equal(visible('\u202eevil\u2066'), '\\u202eevil\\u2066');
  assert.equal(visible('a\ud800b'), 'a\\ud800b');
  assert.equal(visible('日本 😀 👩‍👧'), '日本 😀 👩‍👧');
  assert.equal(visibleLine('a\nb\tc\r\n'), 'a\\nb\\tc\\r\\n');
});

test('bytes that are no UTF-8 are shown', () => {
  assert.equal(
    visible(Uint8Array.of(0x61, 0xff, 0xc3, 0x62, 0xc3, 0xa9, 0xed, 0xa0, 0x80)),
    'a\\xff\\xc3bé\\xed\\xa0\\x80',
  );
  assert.equal(visible(Uint8Array.of(0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f)), '😀\\xf0\\x9f');
  assert.equal(visible(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
  assert.equal(visible(new Uint8Array()), '');
});

test('nothing that controls a terminal passes', () => {
  const check = (shown: string) =>
    assert.ok(!/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(shown) && shown.isWellFormed());
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => check(visible(bytes))));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => check(visible(text))));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => !/[\n\r\t]/.test(visibleLine(bytes))));
});

test('valid text is not touched', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      const clean = text.replace(/[\x00-\x1f\x7f]/g, '');
      assert.equal(visible(new TextEncoder().encode(clean)), clean);
      assert.equal(isPrintableAscii(clean), true);
    }),
  );
});

test('kinds of text', () => {
  assert.ok(isUtf8(new TextEncoder().encode('é')) && !isUtf8(Uint8Array.of(0xc3)));
  assert.ok(!isPrintableAscii('é') && !isPrintableAscii('a\n'));
});
