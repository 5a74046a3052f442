import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textWidth } from '#base/width.ts';
import { createHistory } from './history.ts';
import { createLineEditor, type LineEditorOptions } from './lineedit.ts';
import { fakeTerminal } from './testing.ts';

const words = ['stream', 'server', 'service', 'sub'];

function shell(options: LineEditorOptions = {}, columns = 40) {
  const io = fakeTerminal({ columns, rows: 12 });
  const editor = createLineEditor(io, {
    complete: (text, cursor) => ({ from: text.lastIndexOf(' ', cursor - 1) + 1, words }),
    ...options,
  });
  const read = async (keys: string) => {
    const line = editor.readLine('> ');
    io.type(keys);
    return line;
  };
  return { io, editor, read };
}

test('a line is edited and given back', async () => {
  const { io, read } = shell();
  assert.deepEqual(await read('helo\x1b[Dl\r'), { kind: 'line', text: 'hello' });
  assert.deepEqual(await io.screen(), ['> hello']);
  assert.deepEqual(await io.cursor(), { row: 1, column: 0 });
  assert.equal(io.rawMode, false);
});

test('Ctrl-C throws the line away, Ctrl-D ends only on an empty line', async () => {
  const { io, read } = shell();
  assert.deepEqual(await read('abc\x03'), { kind: 'interrupt' });
  assert.deepEqual(await read('abc\x01\x04\r'), { kind: 'line', text: 'bc' });
  assert.deepEqual(await read('\x04'), { kind: 'end' });
  assert.deepEqual(await io.screen(), ['> abc^C', '> bc', '>']);
  const closed = shell();
  const line = closed.editor.readLine('> ');
  closed.io.endInput();
  assert.deepEqual(await line, { kind: 'end' });
});

test('history: arrows walk, edits and the draft stay, doubles and hidden lines are left out', async () => {
  const { editor, read } = shell({ history: ['old'] });
  await read('one\r');
  await read('two\r');
  await read('two\r');
  await read(' secret\r');
  await read('\r');
  assert.deepEqual(editor.history, ['old', 'one', 'two']);
  assert.deepEqual(await read('draft\x1b[A\x1b[A!\x1b[B\x1b[B\x1b[A\x1b[A\r'), { kind: 'line', text: 'one!' });
  assert.deepEqual(await read('draft\x1b[A\x1b[B+\r'), { kind: 'line', text: 'draft+' });
  assert.deepEqual(await read('\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\r'), { kind: 'line', text: 'old' });
});

test('a history has a size', () => {
  const history = createHistory(['a', 'b', 'c'], 2);
  history.add('d');
  assert.deepEqual(history.lines, ['c', 'd']);
});

test('Ctrl-R searches backwards', async () => {
  const { io, editor, read } = shell({ history: ['stream info A', 'pub x 1', 'stream info B'] });
  const line = editor.readLine('> ');
  io.type('\x12info');
  await io.settled();
  assert.deepEqual(await io.screen(), ['search "info": stream info B']);
  io.type('\x12');
  await io.settled();
  assert.deepEqual(await io.screen(), ['search "info": stream info A']);
  io.type('\x12');
  await io.settled();
  assert.deepEqual(await io.screen(), ['not found "info": stream info A']);
  io.type('\x1b[D\x7fZ\r');
  assert.deepEqual(await line, { kind: 'line', text: 'stream infoZA' });
  assert.deepEqual(await read('\x12pub\r'), { kind: 'line', text: 'pub x 1' });
  assert.deepEqual(await read('\x12pub\x07new\r'), { kind: 'line', text: 'new' });
});

test('Tab completes what is certain and lists the rest below', async () => {
  const { io, editor } = shell();
  const line = editor.readLine('> ');
  io.type('x st\t');
  await io.settled();
  assert.deepEqual(await io.screen(), ['> x stream']);
  io.type('ser\t');
  await io.settled();
  assert.deepEqual(await io.screen(), ['> x stream serv']);
  io.type('\t');
  await io.settled();
  assert.deepEqual(await io.screen(), ['> x stream serv', 'server   service']);
  assert.deepEqual(await io.cursor(), { row: 0, column: 15 });
  io.type('i\t');
  await io.settled();
  assert.deepEqual(await io.screen(), ['> x stream service']);
  io.type('q\t\r');
  assert.deepEqual(await line, { kind: 'line', text: 'x stream service q' });
});

test('a completion that fails is no completion; many words are bounded', async () => {
  const failing = shell({ complete: () => Promise.reject(new Error('no server')) });
  assert.deepEqual(await failing.read('a\tb\r'), { kind: 'line', text: 'ab' });
  const many = shell({
    complete: () => ({ from: 0, words: Array.from({ length: 200 }, (_, i) => `stream-${i}\x1b`) }),
  });
  const line = many.editor.readLine('> ');
  many.io.type('\t\t');
  await many.io.settled();
  const screen = await many.io.screen();
  assert.equal(screen.length, 6);
  assert.match(screen.at(-1) ?? '', /^and \d+ more$/);
  assert.ok(!many.io.output.includes('\x1b '));
  many.io.type('\x03');
  await line;
});

test('a paste goes in whole and does not run', async () => {
  const { io, editor } = shell();
  const line = editor.readLine('> ');
  io.type('\x1b[200~pub a 1\npub b 2\n\x1b[201~');
  await io.settled();
  assert.deepEqual(await io.screen(), ['> pub a 1\\npub b 2']);
  io.type('\r');
  assert.deepEqual(await line, { kind: 'line', text: 'pub a 1\npub b 2' });
});

test('long lines scroll sideways within the window, Ctrl-L clears', async () => {
  const { io, editor } = shell({}, 24);
  io.write('before\n');
  const line = editor.readLine('> ');
  io.type('0123456789'.repeat(5));
  await io.settled();
  const screen = await io.screen();
  assert.equal(screen.length, 2);
  assert.ok(textWidth(screen[1] ?? '') < 24 && screen[1]?.endsWith('6789'));
  io.type('\x0c\x01');
  await io.settled();
  assert.equal((await io.screen())[0], '> 01234567890123456789…');
  io.resize({ columns: 14, rows: 12 });
  await io.settled();
  for (const row of await io.screen()) assert.ok(textWidth(row) <= 14);
  io.type('\r');
  assert.equal((await line).kind, 'line');
});
