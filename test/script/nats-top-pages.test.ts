// The pages of nats-top with real servers behind them, and what a user can do on them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect } from '#client/index.ts';
import { createServer } from '#server/index.ts';
import { serverTest, startNatsServer } from '#test/nats-server.ts';
import { createUser } from '#test/program.ts';
import { closeTops, conn, fakeMonitor, quits, noPty as skip, topScreen as top } from '#test/top.ts';

const closers: (() => unknown)[] = [closeTops];
after(async () => {
  for (const close of closers.reverse()) await close();
});

const accounts = `accounts {
  A { jetstream: enabled, users: [{user: a, password: a}] }
  B { users: [{user: b, password: b}] }
  SYS { users: [{user: s, password: s}] }
}
system_account: SYS
`;

serverTest('every page of a real server', { skip }, async () => {
  const nats = await startNatsServer({ config: `server_name: pages\n${accounts}`, jetstream: true });
  closers.push(() => nats.stop());
  const user = createUser({ NATS_URL: `nats://a:a@127.0.0.1:${nats.port}` });
  closers.push(() => user.remove());
  await user.run(['nats', 'stream', 'add', 'ORDERS', '--subjects', 'orders.>', '--defaults']);
  await user.run(['nats', 'consumer', 'add', 'ORDERS', 'billing', '--pull', '--defaults']);
  await user.run(['nats', 'pub', 'orders.new', 'x', '--count', '3']);
  const nc = await connect({ servers: nats.url, user: 'b', password: 'b', name: 'watcher' });
  closers.push(() => nc.close());
  nc.subscribe('weather.>', { queue: 'readers' });
  await nc.flush();

  const pty = top(nats.monitorPort, { columns: 200 });
  await pty.until(/^1 connections {2}2 servers {2}3 accounts.*8 closed$/m);
  await pty.until(/watcher/);
  pty.type('2');
  await pty.until(/^SERVER +STATE +VERSION[\s\S]*^pages +up +2\./m);
  pty.type('3');
  await pty.until(/^ACCOUNT +.*CONNS[\s\S]*^B +1 +1 +0/m);
  pty.type('4');
  await pty.until(/^Streams: Memory: 0 {2}Storage: \d.*API: \d/m);
  await pty.until(/^A +ORDERS +pages +1\/1 +0 +3 /m);
  pty.type('5');
  await pty.until(/^A +ORDERS +billing +pages +3 +0 +0/m);
  pty.type('6/weather\r');
  await pty.until(/^weather\.> +readers +B +\d+ +1 /m);
  await pty.until(/1-1 of 1 {2}filter "weather" of \d+/);
  pty.type('\x1b');
  await pty.until((rows) => !rows.join().includes('filter'));
  pty.type('7');
  await pty.until(/no links/);
  pty.type('\t');
  await pty.until(/^Closed: \d+ the server remembers[\s\S]*Client Closed/m);
  pty.type('\t');
  await pty.until(/Connections Polled: 1/);
  pty.type('\x1b[Z');
  await pty.until(/the server remembers/);
  pty.type('q');
  await quits(pty);
});

test('every page of the embedded server', { skip }, async () => {
  const server = await createServer({ host: '127.0.0.1', port: 0, monitor: { host: '127.0.0.1', port: -1 } });
  closers.push(() => server.close());
  const [monitor = ''] = (await server.ports())['monitoring'] ?? [];
  const nc = await connect({ servers: server.url, name: 'inside' });
  closers.push(() => nc.close());
  nc.subscribe('weather.>');
  await nc.flush();
  const pty = top(Number(new URL(monitor).port), { columns: 200 });
  await pty.until(/inside/);
  pty.type('2');
  await pty.until(/^SERVER +STATE[\s\S]* up /m);
  pty.type('3');
  await pty.until(/^\$G +1 +1 /m);
  pty.type('4');
  await pty.until(/JetStream is not enabled/);
  pty.type('6');
  await pty.until(/^weather\.> +\$G/m);
  pty.type('7');
  await pty.until(/no links/);
  pty.type('8');
  await pty.until(/Closed: 0 the server remembers/);
  pty.type('q');
  await quits(pty);
});

test('order, columns and direction of a page', { skip }, async () => {
  const monitor = await fakeMonitor([1, 2].map((n) => conn(n, { rtt: `${n}ms`, account: `ACC${n}` })));
  const account = (acc: string, conns: number) => ({ acc, conns, sent: { msgs: 5, bytes: 9 }, received: {} });
  monitor.answers['/accstatz'] = { account_statz: [account('few', 1), account('many', 9)] };
  const pty = top(monitor.port);
  await pty.until(/client-2/);
  pty.type('chost,account,+rtt\r');
  await pty.until(/^HOST +ACCOUNT +RTT$/m);
  await pty.until(/ACC1 +1ms$/m);
  pty.type('c\x15bogus\r');
  await pty.until(/no such column: bogus/);
  pty.type('c\x15\r');
  await pty.until(/^ {2}HOST +CID +NAME/m);
  const order = (first: string, second: string) => (rows: string[]) => {
    const at = (word: string) => rows.findIndex((row) => row.includes(word));
    return at(first) > 0 && at(first) < at(second);
  };
  pty.type('i');
  await pty.until(order('client-2', 'client-1'));
  await pty.until(/sort cid reversed/);
  pty.type('i3');
  await pty.until(order('many', 'few'));
  pty.type('oaccount\r');
  await pty.until(order('few', 'many'));
  pty.type('omsgs_tox\r');
  await pty.until(/invalid order: msgs_tox/);
  pty.type('q');
  await quits(pty);
});

test('a page the server does not have says so, and the others go on', { skip }, async () => {
  const monitor = await fakeMonitor([conn(1)]);
  const pty = top(monitor.port, {}, '-page', 'streams');
  await pty.until(/^Streams: stats request failed 404: "not found"/m);
  pty.type('1');
  await pty.until(/client-1/);
  pty.type('q');
  await quits(pty);
});

test('bars of the rates, slow clients and slow consumers stand out, without colours too', { skip }, async () => {
  const monitor = await fakeMonitor([conn(1, { pending_bytes: 5_000_000 }), conn(2)]);
  monitor.answers['/connz'] = { num_connections: 2, total: 2, connections: monitor.conns };
  for (const env of [{}, { NO_COLOR: '1' }]) {
    const pty = top(monitor.port, { env });
    await pty.until(/ {2}In: .*Bytes\/Sec: 2\.0K +[▁█]+ max 100\/s/);
    await pty.until(/^! 127\.0\.0\.1:10001/m);
    await pty.until(/^ {2}127\.0\.0\.1:10002/m);
    monitor.slow += 2;
    await pty.until(/Slow Consumers: \d+ {2}\(\+2 lately\)/);
    pty.resize(60, 20);
    await pty.until(/5\.0M!/);
    if ('NO_COLOR' in env) assert.doesNotMatch(pty.output, /\x1b\[[\d;]*[1-9]\d*m/);
    else assert.match(pty.output, /\x1b\[[\d;]*31m/);
    pty.type('q');
    await quits(pty);
  }
});

test('all pages at 60x20, 300x100 and 20x5', { skip }, async () => {
  const monitor = await fakeMonitor(Array.from({ length: 50 }, (_, i) => conn(i + 1)));
  const pty = top(monitor.port, { columns: 60, rows: 20 });
  await pty.until(/^1 connections {2}\(1-8, Tab\)/m);
  for (const [columns, rows] of [
    [300, 100],
    [20, 5],
    [60, 20],
  ] as const) {
    pty.resize(columns, rows);
    for (const [key, title] of [
      ['2', 'Servers'],
      ['3', 'Accounts'],
      ['7', 'Links'],
      ['1', 'Connections'],
    ] as const) {
      pty.type(key);
      await pty.until((lines) => lines.length === rows && (rows < 9 || (lines[7] ?? '').startsWith(title)));
    }
  }
  pty.type('?');
  await pty.until(/^Keys[\s\S]*up and down to see more/);
  pty.type('\x1b[6~'.repeat(5));
  await pty.until(/as slow\.\nPress any key/);
  pty.type(' q');
  await quits(pty);
});
