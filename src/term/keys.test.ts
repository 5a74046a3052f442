import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKeyDecoder, type Key, readKeys } from './keys.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function label(k: Key): string {
  return `${k.ctrl ? 'C-' : ''}${k.alt ? 'A-' : ''}${k.shift ? 'S-' : ''}${k.name}${k.text && k.text !== k.name ? `=${k.text}` : ''}`;
}

function decode(text: string): string[] {
  const decoder = createKeyDecoder();
  return [...decoder.push(bytes(text)), ...decoder.flush()].map(label);
}

test('printable keys, utf-8 and wide characters', () => {
  assert.deepEqual(decode('aZ é生😀'), ['a', 'Z', 'space= ', 'é', '生', '😀']);
});

test('control keys', () => {
  assert.deepEqual(decode('\x01\x03\x1a\r\n\t\x7f\x08\x00\x1c'), [
    'C-a',
    'C-c',
    'C-z',
    'enter',
    'enter',
    'tab',
    'backspace',
    'backspace',
    'C-space',
    'C-\\',
  ]);
});

test('cursor and function keys of xterm, vt and the Linux console', () => {
  assert.deepEqual(decode('\x1b[A\x1bOB\x1b[C\x1b[D\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[5~\x1b[6~\x1b[2~\x1b[3~'), [
    'up',
    'down',
    'right',
    'left',
    'home',
    'end',
    'home',
    'end',
    'pageup',
    'pagedown',
    'insert',
    'delete',
  ]);
  assert.deepEqual(decode('\x1bOP\x1b[15~\x1b[24~\x1b[[A\x1b[Z'), ['f1', 'f5', 'f12', 'f1', 'S-tab']);
  assert.deepEqual(decode('\x1b[1;5C\x1b[1;2A\x1b[3;3~'), ['C-right', 'S-up', 'A-delete']);
});

test('alt is escape before a key', () => {
  assert.deepEqual(decode('\x1bb\x1b\x7f\x1b\x1b[A'), ['A-b', 'A-backspace', 'escape', 'up']);
});

test('mouse, focus and reports are swallowed', () => {
  const typed = decode('\x1b[<0;10;20Mx\x1b[M !!y\x1b[Iz\x1b[24;80R\x1b[?1;2c').filter((k) => k !== 'unknown');
  assert.deepEqual(typed, ['x', 'y', 'z']);
});

test('a lone escape waits, then is the escape key', () => {
  const decoder = createKeyDecoder();
  assert.deepEqual(decoder.push(bytes('\x1b')), []);
  assert.equal(decoder.pending, true);
  assert.deepEqual(decoder.flush().map(label), ['escape']);
  assert.equal(decoder.pending, false);
});

test('a bracketed paste is one key with line breaks, however it is split', () => {
  const text = '\x1b[200~one\r\ntwo \x1b[A three\x1b[201~!';
  const decoder = createKeyDecoder();
  const keys = [...text].flatMap((char) => decoder.push(bytes(char)));
  assert.deepEqual(keys.map(label), ['paste=one\ntwo \x1b[A three', '!']);
});

test('keys do not depend on how the bytes are split', () => {
  const piece = fc.constantFrom(
    'a',
    'é',
    '😀',
    '\x1b[A',
    '\x1b[1;5C',
    '\x1bb',
    '\r',
    '\x03',
    '\x1b[200~p\x1b[201~',
    '\x1b[5~',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(40), { maxLength: 6 }), (pieces, cuts) => {
      const all = bytes(pieces.join(''));
      const decoder = createKeyDecoder();
      const keys: Key[] = [];
      let at = 0;
      for (const cut of cuts.sort((a, b) => a - b)) {
        keys.push(...decoder.push(all.slice(at, Math.max(at, cut))));
        at = Math.max(at, cut);
      }
      keys.push(...decoder.push(all.slice(at)), ...decoder.flush());
      const whole = createKeyDecoder();
      assert.deepEqual(keys, [...whole.push(all), ...whole.flush()]);
    }),
  );
});

test('random input never throws and never stalls', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const decoder = createKeyDecoder();
      decoder.push(noise);
      decoder.flush();
      const after = decoder.push(bytes('\x1b[201~q'));
      assert.ok(after.length >= 1);
    }),
  );
});

test('readKeys gives the escape key when the timer fires', async () => {
  let send: (chunk: Uint8Array) => void = () => {};
  const more = new Promise<Uint8Array>((resolve) => (send = resolve));
  async function* input() {
    yield bytes('a\x1b');
    yield await more;
  }
  const keys = readKeys(input(), {
    startTimer: (_ms, run) => {
      queueMicrotask(() => queueMicrotask(run));
      return () => {};
    },
  });
  assert.equal((await keys.next()).value?.name, 'a');
  assert.equal((await keys.next()).value?.name, 'escape');
  send(bytes('b'));
  assert.equal((await keys.next()).value?.name, 'b');
  assert.equal((await keys.next()).done, true);
});
