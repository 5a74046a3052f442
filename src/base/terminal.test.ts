import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paint, plainOutput } from './terminal.ts';

test('styles need a colour terminal', () => {
  assert.equal(paint('x', 'red', plainOutput), 'x');
  assert.equal(paint('x', 'green bold', { color: 1 }), '\x1b[32;1mx\x1b[0m');
  assert.equal(paint('', 'red', { color: 256 }), '');
});
