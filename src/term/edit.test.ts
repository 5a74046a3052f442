import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { symbols, textWidth } from '#base/width.ts';
import { editKey, type LineState, lineState, windowOf } from './edit.ts';
import { createKeyDecoder } from './keys.ts';

/** The line after some typing, with `|` for the cursor. */
function typed(keys: string, start: LineState = lineState()): string {
  const decoder = createKeyDecoder();
  let state = start;
  for (const key of [...decoder.push(new TextEncoder().encode(keys)), ...decoder.flush()])
    state = editKey(state, key) ?? state;
  return `${state.text.slice(0, state.cursor)}|${state.text.slice(state.cursor)}`;
}

test('typing and moving', () => {
  assert.equal(typed('hello'), 'hello|');
  assert.equal(typed('hello\x01x\x05y'), 'xhelloy|');
  assert.equal(typed('abc\x1b[D\x1b[D_'), 'a_|bc');
  assert.equal(typed('abc\x1b[H\x1b[C-\x1b[F!'), 'a-bc!|');
  assert.equal(typed('one two three\x1bb\x1bb^'), 'one ^|two three');
  assert.equal(typed('one two\x01\x1b[1;5C.'), 'one.| two');
});

test('removing and putting back', () => {
  assert.equal(typed('abc\x7f\x08'), 'a|');
  assert.equal(typed('abc\x01\x1b[3~\x04'), '|c');
  assert.equal(typed('stream info ORDERS\x17\x17'), 'stream |');
  assert.equal(typed('a/b c\x1b\x7f'), 'a/b |');
  assert.equal(typed('one two\x15'), '|');
  assert.equal(typed('one two\x1bb\x0b\x01\x19'), 'two|one ');
  assert.equal(typed('one two\x01\x1bd'), '| two');
});

test('a symbol of several code points is one step', () => {
  assert.equal(typed('a👨‍👩‍👧é\x1b[D\x1b[D!'), 'a!|👨‍👩‍👧é');
  assert.equal(typed('e\u0301x\x7f\x7f'), '|');
});

test('a paste goes in as it is', () => {
  assert.equal(typed('ab\x1b[D\x1b[200~1\n2\x1b[201~'), 'a1\n2|b');
});

test('the window shows the cursor', () => {
  assert.deepEqual(windowOf(lineState('hello'), 10), { text: 'hello', column: 5 });
  assert.deepEqual(windowOf(lineState('0123456789'), 6), { text: '…6789', column: 5 });
  assert.deepEqual(windowOf(lineState('0123456789', 0), 6), { text: '01234…', column: 0 });
  assert.deepEqual(windowOf(lineState('secret'), 20, { mask: '*' }), { text: '******', column: 6 });
  assert.deepEqual(windowOf(lineState('a\nb\x1b'), 20), { text: 'a\\nb\\x1b', column: 8 });
});

test('whatever the text, the window fits and is safe', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.nat(60),
      fc.integer({ min: 8, max: 40 }),
      (text, at, room) => {
        const ends = [0];
        for (const [symbol] of symbols(text)) ends.push((ends.at(-1) ?? 0) + symbol.length);
        const { text: shown, column } = windowOf(lineState(text, ends[at % ends.length]), room);
        assert.ok(textWidth(shown) <= room, `${textWidth(shown)} > ${room}`);
        assert.ok(column >= 0 && column < room, `column ${column} of ${room}`);
        assert.doesNotMatch(shown, /[\x00-\x1f\x7f-\x9f]/);
      },
    ),
  );
});

test('no key leaves the cursor outside of the text', () => {
  const key = fc.constantFrom(
    '\x01',
    '\x05',
    '\x02',
    '\x06',
    '\x04',
    '\x0b',
    '\x15',
    '\x17',
    '\x19',
    '\x1bb',
    '\x1bf',
    '\x1bd',
    '\x7f',
    '\x1b[D',
    '\x1b[C',
    'x',
    ' ',
    '生',
    '👍🏽',
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
      const line = typed(keys.join(''));
      assert.match(line, /\|/);
    }),
  );
});
