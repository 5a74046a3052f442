// Looking back: at the moments of a session, and at those of a record.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createUser } from '#test/program.ts';
import { hasPty, startPty } from '#test/pty.ts';
import { closeTops, conn, fakeMonitor, quits, topScreen as top, topProgram } from '#test/top.ts';

const user = createUser();
after(() => {
  closeTops();
  user.remove();
});
const skip = hasPty ? false : 'no pseudo terminal in this runtime';
const path = (name: string): string => join(user.home, name);

/** Records three moments, with one, two and three connections, without a terminal. */
async function recorded(name: string): Promise<string> {
  const monitor = await fakeMonitor([]);
  const all = [conn(1), conn(2), conn(3, { name: '\x1b[2Jevil' })];
  // The first poll only asks whether there is a server.
  Object.defineProperty(monitor, 'conns', { get: () => all.slice(0, monitor.polls - 1) });
  const run = user.start(['nats-top', '-m', String(monitor.port), '-record', path(name), '-r', '3']);
  const { status, err, out } = await run.ended;
  assert.deepEqual([status, out], [0, '']);
  assert.match(err, /recording to [\s\S]*3 moments recorded/);
  return path(name);
}

test('the picture is frozen, and goes back and forward', { skip }, async () => {
  const monitor = await fakeMonitor([conn(1)]);
  const pty = top(monitor.port);
  await pty.until(/Connections Polled: 1/);
  const before = monitor.polls;
  monitor.conns = [conn(1), conn(2)];
  await pty.until(/Connections Polled: 2/);
  pty.type('[');
  const frozen = await pty.until(/^\d\d:\d\d:\d\d {2}frozen -1 of \d/m);
  assert.match(frozen.join('\n'), /Connections Polled: [12]/);
  pty.type('{');
  await pty.until(/Connections Polled: 1/);
  // Polling goes on behind the frozen picture.
  while (monitor.polls < before + 3) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.match((await pty.screen()).join('\n'), /Connections Polled: 1/);
  pty.type('}}');
  await pty.until(/Connections Polled: 2/);
  pty.type('p');
  await pty.until((rows) => !rows.join().includes('frozen'));
  pty.type('p');
  // The poll that going on asked for may end just now: the picture is then already one behind.
  await pty.until(/^\d\d:\d\d:\d\d {2}frozen (now|-\d) of \d/m);
  pty.type('q');
  await quits(pty);
});

test('a record is played on the screen, paused, and looked through', { skip }, async () => {
  const file = await recorded('played');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const pty = startPty([topProgram, '-replay', file]);
  await pty.until(/record 1\/3/);
  await pty.until(/record 3\/3 paused, p plays/);
  await pty.until(/\\x1b\[2Jevil/);
  await pty.until(/Connections Polled: 3/);
  pty.type('[[');
  await pty.until(/record 1\/3[\s\S]*/);
  await pty.until(/Connections Polled: 1/);
  pty.type('8');
  await pty.until(/^Closed/m);
  pty.type('1p');
  await pty.until(/record 3\/3/);
  pty.type('q');
  await quits(pty);
});

test('recording goes on while the screen is shown', { skip }, async () => {
  const monitor = await fakeMonitor([conn(1)]);
  const pty = top(monitor.port, {}, '-record', path('screen'), '-r', '2');
  await quits(pty);
  const lines = readFileSync(path('screen'), 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^\{"record":"nats-top","version":1,"started":"[^"]+"\}$/);
  assert.ok(monitor.requests.some((r) => r.startsWith('/jsz')));
});

test('a record as data and as text; one cut off in the middle; going on with one', async () => {
  const file = await recorded('data');
  const replay = (...args: string[]) => user.run(['nats-top', '-replay', file, ...args]);
  const all = await replay('-as', 'ndjson');
  const moments = all.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { polled: number; server: { rate: object } });
  assert.deepEqual(
    moments.map((m) => m.polled),
    [1, 2, 3],
  );
  assert.deepEqual(moments[1]?.server.rate, { in_msgs: 100, out_msgs: 200, in_bytes: 2048, out_bytes: 0 });
  assert.equal((JSON.parse((await replay('-as', 'json')).out) as unknown[]).length, 3);
  assert.match((await replay('-o', '-')).out, /^Connections Polled: 3$/m);
  assert.match((await replay('-o', '-', '-sort', 'msgs_to')).out, /^Connections Polled: 3$/m);

  const text = readFileSync(file, 'utf8');
  user.file('data', text.slice(0, -20), 0o600);
  assert.equal((await replay('-as', 'ndjson')).out.trimEnd().split('\n').length, 2);
  const monitor = await fakeMonitor([conn(1)]);
  await user.run(['nats-top', '-m', String(monitor.port), '-record', file, '-r', '1']);
  const more = (await replay('-as', 'ndjson')).out.trimEnd().split('\n');
  assert.equal(more.length, 4);
  assert.match(more[2] ?? '', /cannot be read/);
});

test('what is no record is neither played nor written over', async () => {
  const file = user.file('other.txt', 'my notes\n');
  const monitor = await fakeMonitor([conn(1)]);
  const write = await user.run(['nats-top', '-m', String(monitor.port), '-record', file, '-strict']);
  assert.equal(write.status, 8);
  assert.match(write.err, /is no record of nats-top/);
  assert.equal(readFileSync(file, 'utf8'), 'my notes\n');
  assert.match((await user.run(['nats-top', '-replay', file, '-as', 'json'])).err, /is no record of nats-top/);
  assert.equal((await user.run(['nats-top', '-replay', path('none'), '-strict', '-as', 'json'])).status, 3);
  assert.equal(
    (await user.run(['nats-top', '-m', String(monitor.port), '-record', file, '-o', '-', '-strict'])).status,
    2,
  );
});
