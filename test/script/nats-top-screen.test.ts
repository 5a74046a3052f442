// The screen of nats-top in a real pseudo terminal: every key, all sizes, a server that goes and comes back.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { freePort, startNatsServer } from '#test/nats-server.ts';
import { closeTops, conn, fakeMonitor, quits, noPty as skip, topScreen as top } from '#test/top.ts';

after(closeTops);

test('every key of the original', { skip }, async () => {
  const monitor = await fakeMonitor([1, 2, 3].map((n) => conn(n)));
  const pty = top(monitor.port, {});
  const rows = await pty.until(/client-3/);
  assert.equal(rows[0], 'NATS server version 2.15.1 (uptime: 1d2h)');
  assert.equal(rows[1], 'Server: mock');
  assert.match(rows[3] as string, /Load: CPU: {2}12\.5% {2}Memory: 117\.7M {2}Slow Consumers: 3/);
  assert.equal(rows[7], 'Connections Polled: 3');
  assert.match(rows[8] as string, /^ {2}HOST +CID +NAME +SUBS +PENDING +MSGS_TO/);
  assert.equal(pty.buffer, 'alternate');
  await pty.until(/In: .*Msgs\/Sec: 100\.0 {2}Bytes\/Sec: 2\.0K/);

  pty.type('s');
  await pty.until(/SUBSCRIPTIONS[\s\S]*sub\.1, all\.>/);
  await pty.until(() => monitor.requests.some((r) => r.endsWith('&subs=1')));
  pty.type('s');
  await pty.until((r) => !r.join().includes('SUBSCRIPTIONS'));

  pty.type('b');
  await pty.until(/1073741824/);
  pty.type('b');
  await pty.until(/1\.0G/);

  pty.type('o');
  await pty.until(/^sort by \[cid\]:/m);
  pty.type('subx\x7fs\r');
  await pty.until(/sort subs/);
  await pty.until(() => monitor.requests.some((r) => r.includes('sort=subs')));
  pty.type('obogus\r');
  await pty.until(/^invalid order: bogus/m);
  await pty.until((r) => !r.join().includes('invalid order'));

  pty.type('n2\r');
  await pty.until(/Connections Polled: 2/);
  pty.type('nx\r');
  await pty.until((r) => !r.join().includes('limit   ['));
  assert.ok(monitor.requests.some((r) => r.includes('limit=2&')));

  pty.type('?');
  await pty.until(/Press any key/);
  pty.type('x');
  await pty.until(/client-1/);
  pty.type('h');
  await pty.until(/Press any key/);
  pty.type(' ');
  await pty.until(/client-1/);

  pty.type(' ');
  await pty.until(/per second/);
  await pty.until((r) => / {2}0 {9,}0 {9,}0/.test(r.find((l) => l.includes('client-1')) ?? ''));
  pty.type(' ');
  await pty.until(/2\.5M/);

  pty.type('d');
  await pty.until((r) => !(r.find((l) => l.includes('client-1')) ?? '').includes('127.0.0.1:'));
  pty.type('q');
  await quits(pty);
});

test('filter, find, scroll, freeze', { skip }, async () => {
  const monitor = await fakeMonitor(Array.from({ length: 50 }, (_, i) => conn(i + 1)));
  const pty = top(monitor.port, { rows: 20 });
  await pty.until(/1-10 of 50/);
  pty.type('\x1b[6~');
  await pty.until(/11-20 of 50/);
  pty.type('G');
  await pty.until(/41-50 of 50/);
  pty.type('\x1b[A');
  await pty.until(/40-49 of 50/);
  pty.type('g/client-4');
  await pty.until(/1-10 of 11/);
  pty.type('\r');
  await pty.until(/filter "client-4" of 50/);
  pty.type('\x1b');
  await pty.until(/1-10 of 50/);
  pty.type('fclient-33\r');
  await pty.until(/33-42 of 50/);
  pty.type('p');
  await pty.until(/frozen/);
  pty.type('\x03');
  await quits(pty);
});

test('0, 1 and 1,000 connections, from 60x20 to 300x100', { skip }, async () => {
  for (const count of [0, 1, 1000]) {
    const monitor = await fakeMonitor(Array.from({ length: count }, (_, i) => conn(i + 1)));
    const pty = top(monitor.port, { columns: 60, rows: 20 });
    const small = await pty.until(new RegExp(`Connections Polled: ${count}$`, 'm'));
    assert.match(small[8] as string, /^HOST/);
    assert.match(small[19] as string, count === 0 ? /^no connections/ : /^1-/);
    pty.resize(300, 100);
    await pty.until((r) => r.length === 100 && (count === 0 ? /no connections/ : /^1-/).test(r[99] ?? ''));
    pty.resize(60, 20);
    await pty.until((r) => r.length === 20 && /^(no|1-)/.test(r[19] ?? ''));
    pty.type('q');
    await quits(pty);
  }
});

test('hostile names are shown, not obeyed', { skip }, async () => {
  const evil = '\x1b]0;owned\x07\x1b[2J\x1b[?1049l\u009b31m\nname\u202e';
  const monitor = await fakeMonitor([conn(1, { name: evil }), conn(2, { name: 'good', lang: '\x1b[31m' })]);
  for (const columns of [80, 200]) {
    const pty = top(monitor.port, { columns, env: { NO_COLOR: '1' } });
    await pty.until(/\\x1b\]0;owned\\x07/);
    await pty.until(/good/);
    assert.equal(pty.buffer, 'alternate');
    assert.ok(!/\x1b\]0;|\x07|\u009b|\u202e|\x1b\[\d*;?\d*m(?<!\x1b\[0m)/.test(pty.output));
    pty.type('q');
    await quits(pty);
  }
});

test('the terminal is given back on SIGTERM and SIGINT, and -r ends it', { skip }, async () => {
  const monitor = await fakeMonitor([conn(1)]);
  for (const [name, status] of [
    ['SIGTERM', 143],
    ['SIGINT', 0],
  ] as const) {
    const pty = top(monitor.port);
    await pty.until(/client-1/);
    pty.kill(name);
    await quits(pty, status);
  }
  await quits(top(monitor.port, {}, '-r', '1'));
});

test('a server that is killed and comes back', { skip }, async () => {
  const monitor = await fakeMonitor([conn(1)]);
  const pty = top(monitor.port);
  await pty.until(/client-1/);
  monitor.stop();
  const away = await pty.until(/connection (refused|closed|reset)/);
  assert.match(away.join('\n'), /old figures, trying again[\s\S]*client-1/);
  monitor.start = '2026-01-02T00:00:00Z';
  await monitor.listen();
  await pty.until(/^server restarted, up 1d2h/m);
  assert.doesNotMatch((await pty.screen()).join('\n'), /trying again/);
  pty.type('q');
  await quits(pty);
});

test('a real server killed and back on the same ports', { skip }, async () => {
  const mon = await freePort();
  const config = `monitor_port: ${mon}\nserver_name: one\n`;
  const args = ['-m', String(mon)];
  const first = await startNatsServer({ config, args });
  const pty = top(mon);
  await pty.until(/Server: one[\s\S]*Connections Polled: 0/);
  await first.stop();
  await pty.until(/trying again/);
  const second = await startNatsServer({ config, args });
  try {
    await pty.until(/server restarted/);
    pty.type('q');
    await quits(pty);
  } finally {
    await second.stop();
  }
});
