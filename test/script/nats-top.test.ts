// nats-top without a screen: https with and without client certificates, several servers, streams of data.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createServer } from 'node:https';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createServer as createNatsServer } from '#server/index.ts';
import { createAuthority } from '#test/certs.ts';
import { freePort, startNatsServer } from '#test/nats-server.ts';
import { createUser } from '#test/program.ts';
import { closeTops, conn, fakeMonitor } from '#test/top.ts';

const program = fileURLToPath(new URL('../../dist/bin/nats-top', import.meta.url));
const closers: (() => unknown)[] = [closeTops];
after(async () => {
  for (const close of closers) await close();
});

function top(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 30_000,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
  });
  return { status, out: stdout, err: stderr };
}

test('https of a real server, trusted or not', async () => {
  const ca = createAuthority();
  closers.push(() => ca.remove());
  const server = ca.issue('server', ['DNS:localhost', 'IP:127.0.0.1']);
  const port = await freePort();
  const tls = `tls { cert_file: "${server.certFile}", key_file: "${server.keyFile}" }`;
  // -m of the helper would open a plain port.
  const nats = await startNatsServer({ config: `server_name: safe\n${tls}\n`, args: ['-m', '0', '-ms', String(port)] });
  closers.push(() => nats.stop());
  const at = ['-ms', String(port), '-o', '-'];
  const good = top(...at, '-cacert', ca.caFile);
  assert.deepEqual([good.status, good.err], [0, '']);
  assert.match(good.out, /^Server: safe$/m);
  assert.equal(top(...at).status, 1);
  assert.equal(top(...at, '-k').status, 0);
});

test('https and http of the embedded server', async () => {
  const ca = createAuthority();
  closers.push(() => ca.remove());
  const { certFile, keyFile } = ca.issue('server', ['IP:127.0.0.1']);
  const [port, httpsPort] = [await freePort(), await freePort()];
  const monitor = { host: '127.0.0.1', port, httpsPort };
  const tls = { certFile, keyFile };
  const server = await createNatsServer({ host: '127.0.0.1', port: 0, name: 'inside', tls, monitor });
  closers.push(() => server.close());
  const run = promisify(execFile);
  const at = ['-ms', String(httpsPort), '-o', '-'];
  for (const args of [
    ['-m', String(port), '-o', '-'],
    [...at, '-cacert', ca.caFile],
    [...at, '-cacert', ca.caFile, '-cert', certFile, '-key', keyFile],
  ]) {
    const { stdout, stderr } = await run(program, args, { env: {} });
    assert.match(stdout, /^NATS server version [\s\S]*^Server: inside$[\s\S]*^Connections Polled: 0$/m);
    assert.equal(stderr, '');
  }
  await assert.rejects(run(program, at, { env: {} }), { code: 1 });
});

test('https that wants a client certificate', async () => {
  // Servers of NATS never ask for one on this port; proxies in front of them do.
  const ca = createAuthority();
  closers.push(() => ca.remove());
  const { cert, key } = ca.issue('server', ['IP:127.0.0.1']);
  const client = ca.issue('client', ['DNS:client']);
  const proxy = createServer({ cert, key, ca: ca.ca, requestCert: true, rejectUnauthorized: true }, (_, response) =>
    response.end('{"server_name":"behind","server_id":"N"}'),
  );
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  closers.push(() => proxy.close());
  const { port } = proxy.address() as { port: number };
  const at = ['-ms', String(port), '-o', '-', '-cacert', ca.caFile];
  const run = promisify(execFile);
  const { stdout } = await run(program, [...at, '-cert', client.certFile, '-key', client.keyFile], { env: {} });
  assert.match(stdout, /^Server: behind$/m);
  await assert.rejects(run(program, at, { env: {} }), { code: 1 });
});

test('several servers, and one that is not there', async () => {
  const ports = [await freePort(), await freePort()];
  for (const port of ports) {
    const nats = await startNatsServer({ config: `server_name: s${port}\n`, args: ['-m', String(port)] });
    closers.push(() => nats.stop());
  }
  const away = await freePort();
  const hosts = [...ports, away].map((port) => `127.0.0.1:${port}`).join(',');
  const { status, out } = top('-s', hosts, '-as', 'json');
  assert.equal(status, 0);
  const data = JSON.parse(out) as { server: { name: string }; error: string };
  assert.match(data.server.name, /^2 of 3 servers/);
  assert.match(data.error, new RegExp(`${away}.*connection refused`));
});

test('a stream of snapshots ends after -r, one snapshot is one document', async () => {
  const port = await freePort();
  const nats = await startNatsServer({ args: ['-m', String(port)] });
  closers.push(() => nats.stop());
  const stream = top('-m', String(port), '-as', 'ndjson', '-r', '2');
  const lines = stream.out.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((l) => (JSON.parse(l) as { polled: number }).polled),
    [0, 0],
  );
  assert.equal((JSON.parse(top('-m', String(port), '-as', 'json').out) as { total: number }).total, 0);
});

test('pages as data, as a table and as text', async () => {
  const monitor = await fakeMonitor([conn(1, { rtt: '7ms' })]);
  const traffic = { sent: { msgs: 5, bytes: 9 }, received: {} };
  monitor.answers['/accstatz'] = {
    account_statz: [
      { acc: 'A', conns: 1, ...traffic },
      { acc: 'B', ...traffic },
    ],
  };
  const run = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(program, ['-m', String(monitor.port), ...args], { env: {} });
    return stdout;
  };
  const data = JSON.parse(await run('-as', 'json', '-page', 'accounts')) as {
    page: string;
    rows: { account: string }[];
  };
  assert.deepEqual([data.page, data.rows.map((r) => r.account)], ['accounts', ['A', 'B']]);
  const csv = (await run('-as', 'csv', '-page', 'accounts')).split('\n');
  assert.match(csv[0] ?? '', /^time,server,account,/);
  assert.match(csv[1] ?? '', /^2026-[^,]+,mock,A,/);
  assert.match(await run('-o', '-', '-page', 'accounts'), /^ACCOUNT +NAME +SERVERS[\s\S]*^B /m);
  assert.match(await run('-o', '-', '-l', ';', '-columns', 'cid,rtt'), /^CID;RTT\n1;7ms\n$/m);
  assert.match(await run('-as', 'json', '-page', 'streams'), /"page_error": *"stats request failed 404/);
  await assert.rejects(run('-columns', 'nope', '-o', '-'), /no such column: nope[\s\S]*host, cid/);
  await assert.rejects(run('-page', 'nope', '-o', '-'), /connections/);
});

test('a table that goes on, and an array that is interrupted', async () => {
  const monitor = await fakeMonitor([conn(1)]);
  const user = createUser();
  closers.push(() => user.remove());
  const argv = ['nats-top', '-m', String(monitor.port), '-r', '2', '-as', 'csv'];
  const { out } = await user.run(argv);
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',')[1]),
    ['server', 'mock', 'mock'],
  );
  const endless = user.start(['nats-top', '-m', String(monitor.port), '-r', '0', '-as', 'json']);
  await endless.said(/"polled"/);
  const { out: array } = await endless.stop();
  assert.ok(Array.isArray(JSON.parse(array)));
});

test('what answers, but is no monitoring port', async () => {
  const nats = await startNatsServer();
  closers.push(() => nats.stop());
  const client = top('-m', String(nats.port), '-o', '-');
  assert.deepEqual([client.status, client.out], [1, '']);
  assert.match(client.err, /no monitoring port/);
  const tls = top('-ms', String(nats.monitorPort), '-o', '-', '-strict');
  assert.equal(tls.status, 7);
  assert.match(tls.err, /no TLS is spoken on this port/);
  assert.match(top('-m', '70000', '-o', '-').err, /invalid monitoring port/);
  const monitor = await fakeMonitor([]);
  const run = promisify(execFile);
  for (const body of [[], 5, 'x']) {
    Object.defineProperty(monitor.answers, '/varz', { configurable: true, get: () => ({ toJSON: () => body }) });
    await assert.rejects(run(program, ['-m', String(monitor.port), '-o', '-'], { env: {} }), (error) => {
      assert.match((error as { stderr: string }).stderr, /smoke test failed: could not unmarshal statz json/);
      return true;
    });
  }
});

test('options as Go reads them', () => {
  const message = (...args: string[]) => top(...args).err.split('\n')[0];
  assert.equal(message('-m', 'x'), 'nats-top: invalid value "x" for flag -m: parse error');
  assert.equal(
    message('-n', '99999999999999999999'),
    'nats-top: invalid value "99999999999999999999" for flag -n: value out of range',
  );
  assert.equal(message('-b=maybe'), 'nats-top: invalid boolean value "maybe" for -b: parse error');
});
