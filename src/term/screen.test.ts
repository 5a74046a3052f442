import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textWidth } from '#base/width.ts';
import { createScreen, renderLine, type Span } from './screen.ts';
import { fakeTerminal } from './testing.ts';

test('a frame is shown, and only what changed is written again', async () => {
  const io = fakeTerminal({ columns: 20, rows: 5 });
  const screen = createScreen(io);
  screen.draw({ lines: ['title', 'one', 'two'] });
  assert.deepEqual(await io.screen(), ['title', 'one', 'two']);
  assert.equal(io.buffer, 'alternate');

  const before = io.output.length;
  screen.draw({ lines: ['title', 'ONE', 'two'] });
  assert.deepEqual(await io.screen(), ['title', 'ONE', 'two']);
  const written = io.output.slice(before);
  assert.ok(written.includes('ONE') && !written.includes('title') && !written.includes('two'), JSON.stringify(written));

  const quiet = io.output.length;
  screen.draw({ lines: ['title', 'ONE', 'two'] });
  assert.equal(io.output.length, quiet);

  screen.draw({ lines: ['title'] });
  assert.deepEqual(await io.screen(), ['title']);
});

test('full lines keep their last character, long ones are cut, rows beyond the window too', async () => {
  const io = fakeTerminal({ columns: 10, rows: 3 });
  const screen = createScreen(io);
  screen.draw({ lines: ['0123456789', 'abcdefghijKLM', '生命生命生命x', 'below'] });
  assert.deepEqual(await io.screen(), ['0123456789', 'abcdefghij', '生命生命生']);
  // A real terminal would erase the last character of a full line here.
  assert.ok(!/(9|j|生)\x1b\[K/.test(io.output));
  screen.draw({ lines: ['0123456789', 'ABCDEFGHIJ', '生命生命x'] });
  assert.deepEqual(await io.screen(), ['0123456789', 'ABCDEFGHIJ', '生命生命x']);
});

test('stop gives the terminal back, once, also when the process ends', async () => {
  for (const end of ['stop', 'exit'] as const) {
    const io = fakeTerminal();
    io.write('before');
    const screen = createScreen(io);
    screen.draw({ lines: ['x'], cursor: { row: 0, column: 1 } });
    if (end === 'stop') screen.stop();
    else io.exit();
    screen.draw({ lines: ['late'] });
    screen.stop();
    assert.deepEqual(await io.screen(), ['before']);
    assert.equal(io.buffer, 'normal');
    assert.equal(io.output.split('\x1b[?1049l').length, 2);
    assert.ok(io.output.endsWith('\x1b[?25h\x1b[?1049l'));
    assert.ok(io.output.includes('\x1b[?1003l'));
  }
});

test('without the alternate screen the cursor ends below the last line', async () => {
  const io = fakeTerminal({ columns: 20, rows: 10 });
  const screen = createScreen(io, { alternate: false });
  screen.draw({ lines: ['one', 'two'] });
  screen.stop();
  io.write('$ ');
  assert.deepEqual(await io.screen(), ['one', 'two', '$']);
});

test('a new size redraws everything, then asks for a new frame', async () => {
  const io = fakeTerminal({ columns: 20, rows: 4 });
  const sizes: string[] = [];
  const screen = createScreen(io, { onResize: (size) => sizes.push(`${size.columns}x${size.rows}`) });
  screen.draw({ lines: ['a long line of text', 'b', 'c', 'd'] });
  io.resize({ columns: 8, rows: 2 });
  assert.deepEqual(await io.screen(), ['a long l', 'b']);
  io.resize({ columns: 30, rows: 5 });
  assert.deepEqual(await io.screen(), ['a long line of text', 'b', 'c', 'd']);
  assert.deepEqual(sizes, ['8x2', '30x5']);
});

test('the cursor is put where the frame says', async () => {
  const io = fakeTerminal({ columns: 20, rows: 4 });
  const screen = createScreen(io);
  screen.draw({ lines: ['a', 'b'], cursor: { row: 1, column: 7 } });
  assert.deepEqual(await io.cursor(), { row: 1, column: 7 });
});

test('data cannot steer the terminal; our own colours pass', async () => {
  const io = fakeTerminal({ columns: 60, rows: 4 }, { color: 256 });
  const screen = createScreen(io);
  screen.draw({
    lines: [['\x1b[2Jx', { text: 'y\x07', style: 'red' }, { ansi: 'p\x1b[1mq\x1b[2J\x1b]0;t\x07' }], '\x9b1m'],
  });
  assert.deepEqual(await io.screen(), ['\\x1b[2Jxy\\x07pq\\x1b[2J\\x1b]0;t\\x07', '\\x9b1m']);
  assert.ok(io.output.includes('\x1b[31my\\x07\x1b[0m'));
});

const span: fc.Arbitrary<Span> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.record({ text: fc.string({ maxLength: 10 }), style: fc.constant('red' as const) }),
  fc.record({ ansi: fc.constantFrom('\x1b[31mred\x1b[0m', '\x1b[1mopen', '\x1b[5;5H!', 'plain') }),
);

test('rendered lines fit, carry only styles, and close them', () => {
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      (line, columns, color) => {
        const { text, width } = renderLine(line, columns, color);
        assert.ok(width <= columns);
        assert.equal(textWidth(text), width);
        const bare = text.replace(/\x1b\[[\d;]*m/g, '');
        assert.doesNotMatch(bare, /[\x00-\x1f\x7f-\x9f]/);
        if (!color) assert.equal(bare, text);
        const last = [...text.matchAll(/\x1b\[[\d;]*m/g)].at(-1)?.[0];
        assert.ok(last === undefined || last === '\x1b[0m');
      },
    ),
  );
});
