// However nats-top ends or stops, the terminal is as it was.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startPty } from '#test/pty.ts';
import { closeTops, conn, fakeMonitor, quits, noPty as skip, topScreen as top, topProgram } from '#test/top.ts';

after(closeTops);

test('signals that end it', { skip }, async () => {
  const monitor = await fakeMonitor([conn(1)]);
  for (const [name, status] of [
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const) {
    const pty = top(monitor.port);
    await pty.until(/client-1/);
    pty.kill(name);
    await quits(pty, status);
  }
});

test('a crash', { skip }, async () => {
  const crash = fileURLToPath(new URL('../lib/top-crash.ts', import.meta.url));
  const pty = startPty([process.execPath, crash]);
  const rows = await pty.until(/the program is broken/);
  assert.notEqual(await pty.exited, 0);
  assert.equal(pty.buffer, 'normal', rows.join('\n'));
  assert.match(pty.output, /\x1b\[\?1049h[\s\S]*\x1b\[\?25h[\s\S]*\x1b\[\?1049l/);
});

/** A shell with job control that has started nats-top. */
async function inShell() {
  const monitor = await fakeMonitor([conn(1)]);
  const pty = startPty(['bash', '--norc', '-i'], { env: { PS1: '$ ' } });
  pty.type(`${topProgram} -m ${monitor.port}\r`);
  await pty.until(/client-1/);
  return pty;
}

test('Ctrl-Z gives the shell the terminal, fg takes it again', { skip }, async () => {
  const pty = await inShell();
  for (const round of [1, 2]) {
    pty.type('\x1a');
    await pty.until(/Stopped +.*nats-top/);
    assert.equal(pty.buffer, 'normal');
    pty.type(`stty -a | grep -o ' icanon'; echo round$((${round} + 10))\r`);
    await pty.until(new RegExp(`^ icanon\\nround${round + 10}$`, 'm'));
    pty.type('fg\r');
    await pty.until((rows) => pty.buffer === 'alternate' && rows.join().includes('client-1'));
    pty.type('2');
    await pty.until(/^SERVER +STATE/m);
    pty.type('1');
    await pty.until(/client-1/);
  }
  pty.type('q');
  await pty.until(() => pty.buffer === 'normal');
  pty.type('exit\r');
  await pty.exited;
});

test('stopped from outside, and let go on', { skip }, async () => {
  const pty = await inShell();
  pty.type('\x1a');
  await pty.until(/Stopped/);
  pty.type('fg\r');
  await pty.until(() => pty.buffer === 'alternate');
  pty.type('\x03');
  await pty.until(() => pty.buffer === 'normal');
  // Without a shell nobody could let it go on: it does not stop.
  const monitor = await fakeMonitor([conn(1)]);
  const alone = top(monitor.port);
  await alone.until(/client-1/);
  alone.type('\x1a');
  alone.type('2');
  await alone.until(/^SERVER +STATE/m);
  alone.kill('SIGTSTP');
  alone.type('1');
  await alone.until(/client-1/);
  alone.type('q');
  await quits(alone);
  pty.type('exit\r');
  await pty.exited;
});
