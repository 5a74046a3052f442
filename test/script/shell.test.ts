// `natsbox shell`: scripts, and the prompt in a real terminal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer, type Server } from '#server/index.ts';
import { createUser, type User } from '#test/program.ts';
import { hasPty, type Pty, startPty } from '#test/pty.ts';

const program = fileURLToPath(new URL('../../dist/bin/natsbox', import.meta.url));
let server: Server;
let user: User;
before(async () => {
  server = await createServer({ host: '127.0.0.1', port: 0 });
  user = createUser({ NATS_URL: server.url });
});
after(async () => {
  user.remove();
  await server.close();
});

const script = (text: string, ...flags: string[]) => user.run(['natsbox', 'shell', ...flags], { stdin: text });

test('a script runs commands of every tool over one connection', async () => {
  const before = server.stats().totalConnections;
  const ran = await script('# a comment\n\npub a 1\nnats pub a 2 --quiet\nrtt 1 --as json\nnk -v\nstatus\n');
  assert.equal(ran.status, 0, ran.err);
  assert.match(ran.out, /"rtt"/);
  assert.match(ran.out, /\n0\n$/);
  // rtt measures on a connection of its own; the rest shares one.
  assert.equal(server.stats().totalConnections - before, 2);
});

test('1,000 commands share it too', async () => {
  const before = server.stats().totalConnections;
  const ran = await script('pub a x --quiet\n'.repeat(1000));
  assert.deepEqual([ran.status, ran.out, ran.err], [0, '', '']);
  assert.equal(server.stats().totalConnections - before, 1);
});

test('variables hold for all later lines, or for one command', async () => {
  const lines = [
    'NATS_URL=nats://127.0.0.1:1 pub a x',
    'pub a back --quiet',
    'NATS_URL=nats://127.0.0.1:1',
    'pub a y',
    'status',
  ];
  const ran = await script(lines.join('\n'));
  assert.equal(ran.err.match(/no servers available/g)?.length, 2, ran.err);
  assert.equal(ran.out, '1\n');
});

test('jobs run beside the next lines, and their end is told', async () => {
  const ran = await script('sub j --count 1 --raw &\njobs\nreq nobody x --timeout 1s --as json\npub j hi\nwait\n');
  assert.match(ran.out, /\[1\] sub j --count 1 --raw &\n[\s\S]*hi\n/);
  assert.match(ran.err, /\[1\] exit 0: sub j/);
});

test('--errexit ends at the first failure, exit at once', async () => {
  const failed = await script('foo\nnk -gen user\n', '-e');
  assert.equal(failed.status, 1);
  assert.doesNotMatch(failed.out, /^SU/m);
  const left = await script('exit\nnk -gen user\n');
  assert.deepEqual([left.status, left.out], [0, '']);
});

test('the prompt stays below what jobs say, and Ctrl-D leaves them', { skip: !hasPty }, async () => {
  const pty: Pty = startPty([program, 'shell'], {
    columns: 80,
    rows: 20,
    env: { NATS_URL: server.url, HOME: user.home },
  });
  const shows = (...rows: readonly string[]) => pty.until((screen) => screen.join('\n').includes(rows.join('\n')));
  await shows('natsbox>');
  pty.type('sub x &\r');
  await pty.until(/Subscribing on x/);
  await shows('natsbox>');
  pty.type('stream inf');
  await shows('natsbox> stream inf');
  const sent = await user.run(['nats', 'pub', 'x', 'from outside', '--quiet']);
  assert.equal(sent.status, 0, sent.err);
  await shows('[#1] Received on "x"', 'from outside');
  await pty.until((screen) => screen.filter((row) => row !== '').at(-1) === 'natsbox> stream inf');
  pty.type('\t');
  await shows('natsbox> stream info');
  pty.type('\x03');
  await shows('natsbox> stream info ^C', 'natsbox>');
  pty.type('nope\r');
  await pty.until((screen) => screen.filter((row) => row !== '').at(-1) === 'natsbox [1]>');
  pty.type('\x04');
  assert.equal(await pty.exited, 1);
});
