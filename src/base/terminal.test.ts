import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { paint, plainOutput, visibleText } from './terminal.ts';

test('control characters are shown, not sent', () => {
  assert.equal(visibleText('a\x1b[31mb\x07\r\n'), 'a\\e[31mb\\x07\\r\\n');
  assert.equal(visibleText('\u009b31m \u202e x'), '\\x9b31m \\u202e x');
  assert.equal(visibleText('a\nb\tc\r', '\n\t'), 'a\nb\tc\\r');
  assert.equal(visibleText('\ud800x😀'), '\\ud800x😀');
  assert.equal(visibleText('größe 生命'), 'größe 生命');
});

test('nothing that steers a terminal survives', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(visibleText(text), /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

test('styles need a colour terminal', () => {
  assert.equal(paint('x', 'red', plainOutput), 'x');
  assert.equal(paint('x', 'green bold', { color: 1 }), '\x1b[32;1mx\x1b[0m');
  assert.equal(paint('', 'red', { color: 256 }), '');
});
