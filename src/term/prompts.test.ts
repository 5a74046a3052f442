import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoxError } from '#base/errors.ts';
import { textWidth } from '#base/width.ts';
import { createPrompts } from './prompts.ts';
import { fakeTerminal } from './testing.ts';

const choices = ['AAA', 'ORDERS', 'EVENTS', 'orders-dlq'].map((label) => ({ label, value: label.toLowerCase() }));

function failure(kind: string, message: RegExp | string, hint?: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof BoxError, String(error));
    assert.equal(error.kind, kind);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    if (hint) assert.ok(error.facts.hint?.includes(hint), String(error.facts.hint));
    return true;
  };
}

test('text: the answer takes the place of the typing', async () => {
  const io = fakeTerminal();
  const answer = createPrompts(io).input({ message: 'account name', flag: '--name' });
  await io.settled();
  assert.deepEqual(await io.screen(), ['? account name']);
  assert.deepEqual(await io.cursor(), { row: 0, column: 15 });
  assert.equal(io.rawMode, true);
  io.type('AXC\x1b[D\x7fC\r');
  assert.equal(await answer, 'ACC');
  assert.deepEqual(await io.screen(), ['? account name ACC']);
  assert.deepEqual(await io.cursor(), { row: 1, column: 0 });
  assert.equal(io.rawMode, false);
});

test('text: Enter takes the default, Ctrl-U clears proposed text, ? shows help', async () => {
  const io = fakeTerminal();
  const prompts = createPrompts(io);
  const first = prompts.input({
    message: 'valid until (0 is always)',
    default: '0',
    help: 'a date or 0',
    flag: '--expiry',
  });
  await io.settled();
  assert.deepEqual(await io.screen(), ['? valid until (0 is always) [? for help] (0)']);
  io.type('?\r');
  await io.settled();
  assert.deepEqual(await io.screen(), ['a date or 0', '? valid until (0 is always) (0)']);
  io.type('\r');
  assert.equal(await first, '0');
  const second = prompts.input({ message: 'name', initial: 'proposed', flag: '--name' });
  await io.settled();
  assert.equal((await io.screen()).at(-1), '? name proposed');
  io.type('\x15mine\r');
  assert.equal(await second, 'mine');
  assert.deepEqual(await io.screen(), ['? valid until (0 is always) 0', '? name mine']);
});

test('text: a wrong answer is told and can be mended', async () => {
  const io = fakeTerminal();
  const validate = (text: string) => (/^\d+$/.test(text) ? undefined : `${text} is no number`);
  const answer = createPrompts(io).input({ message: 'How many', flag: '--count', validate });
  io.type('1x\r');
  await io.settled();
  assert.deepEqual(await io.screen(), ['X 1x is no number', '? How many 1x']);
  io.type('\x7f2\r');
  assert.equal(await answer, '12');
  assert.deepEqual(await io.screen(), ['? How many 12']);
});

test('answers typed ahead reach the questions they are meant for', async () => {
  const io = fakeTerminal();
  const prompts = createPrompts(io);
  io.type('one\ry\rtwo\r');
  assert.equal(await prompts.input({ message: 'First', flag: '-a' }), 'one');
  assert.equal(await prompts.confirm({ message: 'Sure', flag: '-f' }), true);
  assert.equal(await prompts.input({ message: 'Second', flag: '-b' }), 'two');
});

test('a password is never shown', async () => {
  const io = fakeTerminal();
  const answer = createPrompts(io).password({ message: 'Passphrase', flag: '--pass' });
  io.type('s3cret');
  await io.settled();
  assert.deepEqual(await io.screen(), ['? Passphrase ******']);
  io.type('\r');
  assert.equal(await answer, 's3cret');
  assert.deepEqual(await io.screen(), ['? Passphrase ********']);
  assert.ok(!io.output.includes('s3c'));
});

test('confirmations', async () => {
  const io = fakeTerminal();
  const prompts = createPrompts(io);
  const ask = async (keys: string, usual?: boolean) => {
    io.type(keys);
    return prompts.confirm({
      message: 'Really delete Stream ORDERS',
      flag: '--force',
      ...(usual === undefined ? {} : { default: usual }),
    });
  };
  assert.equal(await ask('\r'), false);
  assert.equal(await ask('\r', true), true);
  assert.equal(await ask('YES\r'), true);
  assert.equal(await ask('no\r', true), false);
  const mended = ask('maybe\r');
  await io.settled();
  assert.deepEqual((await io.screen()).slice(-2), [
    'X "maybe" is neither yes nor no',
    '? Really delete Stream ORDERS (y/N)',
  ]);
  io.type('y\r');
  assert.equal(await mended, true);
  assert.equal((await io.screen()).at(-1), '? Really delete Stream ORDERS Yes');
});

test('one of a list: arrows, filter, wrap-around', async () => {
  const io = fakeTerminal();
  const prompts = createPrompts(io);
  const first = prompts.select({ message: 'Select a Stream', choices, flag: 'the <stream> argument' });
  await io.settled();
  assert.deepEqual(await io.screen(), [
    '? Select a Stream  [arrows move, typing filters, Enter picks]',
    '> AAA',
    '  ORDERS',
    '  EVENTS',
    '  orders-dlq',
  ]);
  io.type('\x1b[A');
  await io.settled();
  assert.equal((await io.screen()).at(-1), '> orders-dlq');
  io.type('ord');
  await io.settled();
  assert.deepEqual((await io.screen()).slice(1), ['  ORDERS', '> orders-dlq']);
  io.type('x');
  await io.settled();
  assert.deepEqual((await io.screen()).length, 1);
  io.type('\r\x7f\r');
  assert.equal(await first, 'orders');
  assert.deepEqual(await io.screen(), ['? Select a Stream ORDERS']);
});

test('a long list shows a page around the marked entry', async () => {
  const io = fakeTerminal({ columns: 40, rows: 8 });
  const many = Array.from({ length: 50 }, (_, i) => ({ label: `stream-${i}`, value: i, note: 'x'.repeat(60) }));
  const answer = createPrompts(io).select({ message: 'Select', choices: many, flag: 'x', default: 20 });
  await io.settled();
  const screen = await io.screen();
  assert.ok(screen.length <= 8);
  assert.ok(screen.some((line) => line.startsWith('> stream-20 - xxx')));
  for (const line of screen) assert.ok(textWidth(line) <= 40);
  io.type('\x1b[F\r');
  assert.equal(await answer, 49);
});

test('several of a list', async () => {
  const io = fakeTerminal();
  const answer = createPrompts(io).multiSelect({ message: 'Pick', choices, default: [1], flag: '--streams' });
  io.type(' \x1b[B\x1b[Beve \x1b[D\x1b[C');
  await io.settled();
  assert.deepEqual((await io.screen()).slice(1), ['  [x]  AAA', '  [x]  ORDERS', '> [x]  EVENTS', '  [x]  orders-dlq']);
  io.type('\x1b[D \x1b[A\x1b[A \r');
  assert.deepEqual(await answer, ['aaa', 'events']);
  assert.equal((await io.screen())[0], '? Pick AAA, EVENTS');
});

test('an editor runs with the terminal in its normal mode', async () => {
  const io = fakeTerminal();
  const seen: string[] = [];
  const prompts = createPrompts(io, {
    async edit(text, extension) {
      seen.push(`${text}${extension} raw=${io.rawMode}`);
      return `${text}!`;
    },
  });
  const answer = prompts.editor({ message: 'Configuration', text: 'a: 1', extension: '.yaml', flag: '--config' });
  await io.settled();
  assert.deepEqual(await io.screen(), ['? Configuration [Enter opens the editor]']);
  io.type('\r');
  assert.equal(await answer, 'a: 1!');
  assert.deepEqual(seen, ['a: 1.yaml raw=false']);
});

test('Ctrl-C and the end of input reject and give the terminal back', async () => {
  for (const [end, message] of [
    ['\x03', 'interrupt'],
    ['\x04', 'input ended before an answer'],
    ['', 'input ended before an answer'],
  ] as const) {
    const io = fakeTerminal();
    const answer = createPrompts(io).select({ message: 'Select a Stream', choices, flag: '--stream' });
    if (end === '') io.endInput();
    else io.type(end);
    await assert.rejects(answer, failure('error', message));
    assert.equal(io.rawMode, false);
    assert.ok(io.output.endsWith('\x1b[?2004l\x1b[?25h'));
    assert.deepEqual(await io.screen(), ['? Select a Stream']);
  }
});

test('Ctrl-D is a no where no is the default, and leaves where yes is', async () => {
  const io = fakeTerminal();
  const answer = createPrompts(io).confirm({ message: 'Really', flag: '--force' });
  io.type('\x04');
  assert.equal(await answer, false);
  assert.deepEqual(await io.screen(), ['? Really No']);
  const other = fakeTerminal();
  const usual = createPrompts(other).confirm({ message: 'Allow', default: true, flag: '--allow' });
  other.type('\x04');
  await assert.rejects(usual, failure('error', 'input ended before an answer'));
});

test('without a terminal nothing is asked: the error names what would answer', async () => {
  const piped = { ...fakeTerminal(), facts: { ...fakeTerminal().facts, isTTY: false } };
  for (const io of [undefined, piped]) {
    const prompts = createPrompts(io);
    const hint = 'use --force to answer "Really"';
    await assert.rejects(
      prompts.confirm({ message: 'Really', flag: '--force' }),
      failure('usage', 'cannot ask for confirmation without a terminal', hint),
    );
    await assert.rejects(
      prompts.input({ message: 'Name', flag: '--name' }),
      failure('usage', 'cannot prompt for user input without a terminal', '--name'),
    );
    const noTerminal = 'cannot pick a Stream without a terminal and no Stream name supplied';
    await assert.rejects(
      prompts.select({ message: 'Select', choices, flag: '<stream>', noTerminal }),
      failure('usage', noTerminal),
    );
    await assert.rejects(
      prompts.editor({ message: 'E', text: '', extension: '.y', flag: '--config' }),
      failure('usage', /terminal/),
    );
  }
});

test('a process that ends while asking leaves a sane terminal', async () => {
  const io = fakeTerminal();
  void createPrompts(io).input({ message: 'Name', flag: '--name' });
  await io.settled();
  io.exit();
  assert.equal(io.rawMode, false);
  assert.ok(io.output.endsWith('\x1b[?25h'));
});

test('long questions and answers fit a narrow window, also after it changed', async () => {
  const io = fakeTerminal({ columns: 30, rows: 10 });
  const message = 'enter a configuration directory for all of the operators';
  const answer = createPrompts(io).input({ message, default: '/a/rather/long/path/to/stores', flag: '--dir' });
  io.type('x'.repeat(50));
  await io.settled();
  for (const line of await io.screen()) assert.ok(textWidth(line) < 30, line);
  io.resize({ columns: 60, rows: 10 });
  await io.settled();
  assert.ok((await io.screen()).join(' ').includes('configuration directory'));
  io.type('\r');
  assert.equal(await answer, 'x'.repeat(50));
});

test('a window that gets narrower leaves no remains of the question', async () => {
  const io = fakeTerminal({ columns: 60, rows: 10 });
  const validate = () => 'this is a rather long explanation of what is wrong';
  const answer = createPrompts(io).input({ message: 'A question of some length, is it not', flag: '-q', validate });
  io.type('some answer\r');
  await io.settled();
  io.resize({ columns: 24, rows: 10 });
  await io.settled();
  const screen = await io.screen();
  assert.equal(screen.filter((line) => line.startsWith('X this is')).length, 1, screen.join('\n'));
  assert.equal(screen.filter((line) => line.includes('A question')).length, 1, screen.join('\n'));
  io.type('\x03');
  await assert.rejects(answer);
});

test('names from the network cannot steer the terminal', async () => {
  const io = fakeTerminal();
  const answer = createPrompts(io).select({
    message: 'Pick \x1b[2J',
    choices: [{ label: 'a\x1b]0;x\x07', value: 1 }],
    flag: 'x',
  });
  await io.settled();
  assert.ok(!io.output.includes('\x1b[2J') && !io.output.includes('\x07'));
  io.type('\r');
  assert.equal(await answer, 1);
});
