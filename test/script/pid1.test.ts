// Commands as the first process of a process namespace, which is what they are in a container: the kernel gives that
// one no default signal actions, so a signal that nobody listens to does nothing at all.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { freePort } from '#test/nats-server.ts';
import { createUser } from '#test/program.ts';
import { startPty } from '#test/pty.ts';
import { closeTops, conn, fakeMonitor, noPty, quits, topProgram } from '#test/top.ts';

const rights = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
const FIRST = ['unshare', ...rights, '--pid', '--fork', '--kill-child', '--mount-proc'];
const can = process.platform === 'linux' && spawnSync(FIRST[0]!, [...FIRST.slice(1), 'true']).status === 0;
const skip = can ? false : 'needs unshare and the right to make a process namespace';

const user = createUser();
let silent: Server;
let silentUrl = '';
let reached = (): void => {};

before(async () => {
  // Takes connections and says nothing, so a client waits for the greeting.
  silent = createServer((socket) => {
    socket.on('error', () => {});
    reached();
  });
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  silentUrl = `nats://127.0.0.1:${(silent.address() as { port: number }).port}`;
});
after(() => {
  user.remove();
  closeTops();
  silent.close();
});

/** Sends a signal to the process that `unshare` made; itself it ignores most. */
function tell(unshare: number, name: NodeJS.Signals): void {
  const child = Number(readFileSync(`/proc/${unshare}/task/${unshare}/children`, 'latin1').trim());
  assert.ok(child > 1, 'unshare has started nothing');
  process.kill(child, name);
}

test('a command that does not listen ends as by the default action', { skip }, async () => {
  for (const argv of [
    // The short lane, and the way of every other command.
    ['nats', 'pub', '-s', silentUrl, 'x', 'y'],
    ['nats', 'account', 'info', '-s', silentUrl, '--timeout', '60s'],
  ]) {
    for (const [name, status] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
      ['SIGHUP', 129],
      ['SIGQUIT', 131],
    ] as const) {
      const connected = new Promise<void>((done) => {
        reached = done;
      });
      const [program = '', ...args] = argv;
      const started = user.start([...FIRST, program, ...args]);
      await connected;
      tell(started.child.pid!, name);
      const ended = await started.ended;
      assert.equal(ended.status, status, `${program} ${args[0]} after ${name}: ${ended.err}`);
    }
  }
});

test('a command that listens ends as it does anywhere', { skip }, async () => {
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  const server = user.start([...FIRST, 'natsbox', 'server', '-a', '127.0.0.1', '-p', String(port)]);
  await server.said(/ready/);
  for (const [argv, pattern] of [
    [['nats', 'sub', 'x', '-s', url], /Subscribing on/],
    [['nats', 'reply', 'x', 'y', '-s', url], /Listening on/],
    [['natsbox', 'hold'], /holding/],
  ] as const) {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      const plain = user.start(argv);
      await plain.said(pattern);
      const expected = await plain.stop(name);
      const first = user.start([...FIRST, ...argv]);
      await first.said(pattern);
      tell(first.child.pid!, name);
      const ended = await first.ended;
      const clock = /^\d+:\d+:\d+ /gm;
      assert.deepEqual(
        [ended.status, ended.out, ended.err.replace(clock, '')],
        [expected.status, expected.out, expected.err.replace(clock, '')],
        `${argv.join(' ')} after ${name}`,
      );
    }
  }
  tell(server.child.pid!, 'SIGTERM');
  const ended = await server.ended;
  assert.equal(ended.status, 0, ended.err);
  assert.match(ended.err, /Server Exiting/);
});

test('nats-top gives the terminal back', { skip: skip || noPty }, async () => {
  const monitor = await fakeMonitor([conn(1)]);
  for (const [name, status] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    // As Ctrl-C is: the key that ends it.
    ['SIGINT', 0],
  ] as const) {
    const pty = startPty([...FIRST, topProgram, '-s', '127.0.0.1', '-m', String(monitor.port)]);
    await pty.until(/client-1/);
    tell(pty.pid, name);
    await quits(pty, status);
  }
});
