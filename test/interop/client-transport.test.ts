import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { after } from 'node:test';
import { connect } from '#client/connect.ts';
import type { ConnectOptions } from '#client/types.ts';
import { type Authority, type Certificate, createAuthority } from '#test/certs.ts';
import {
  beforeServer as before,
  freePort,
  type NatsServer,
  startNatsServer,
  serverTest as test,
} from '#test/nats-server.ts';
import { startSocksProxy } from '#test/socks-proxy.ts';

let ca: Authority;
let good: Certificate;
let client: Certificate;
let tls: NatsServer;
let mtls: NatsServer;
let ws: NatsServer;
let wss: NatsServer;

const tlsBlock = (c: Certificate, more = ''): string =>
  `tls { cert_file: "${c.certFile}", key_file: "${c.keyFile}"${more === '' ? '' : `, ${more}`} }`;

before(async () => {
  ca = createAuthority();
  good = ca.issue('server', ['DNS:localhost', 'IP:127.0.0.1']);
  client = ca.issue('client', ['DNS:client.example'], { subject: '/CN=client' });
  [tls, mtls, ws, wss] = await Promise.all([
    startNatsServer({ config: tlsBlock(good) }),
    startNatsServer({ config: tlsBlock(good, `ca_file: "${ca.caFile}", verify: true`) }),
    startNatsServer({ config: 'websocket { listen: "127.0.0.1:-1", no_tls: true, compression: true }' }),
    startNatsServer({ config: `websocket { listen: "127.0.0.1:-1", ${tlsBlock(good)} }` }),
  ]);
});
after(async () => {
  await Promise.all([tls, mtls, ws, wss].map((s) => s?.stop()));
  ca?.remove();
});

/** A round trip of small and large binary messages, split however the transport likes. */
async function works(options: ConnectOptions): Promise<void> {
  const nc = await connect(options);
  const sub = nc.subscribe('t.*');
  const payloads = [0, 1, 125, 126, 65_535, 65_536, 700_000].map((n) =>
    Uint8Array.from({ length: n }, (_, i) => i * 31),
  );
  for (const p of payloads) nc.publish(`t.${p.length}`, p, { headers: { Size: String(p.length) } });
  await nc.flush();
  let n = 0;
  for await (const msg of sub) {
    assert.deepEqual(msg.data, payloads[n]);
    assert.equal(msg.headers?.get('Size'), String(payloads[n]!.length));
    if (++n === payloads.length) break;
  }
  await nc.close();
}

/** The error of a connect that has to fail. */
async function refusal(options: ConnectOptions): Promise<string> {
  try {
    const nc = await connect({ timeout: 20_000, reconnect: false, ...options });
    // With TLS 1.3 a missing client certificate shows only after the handshake.
    const error =
      (await nc.flush().then(
        () => undefined,
        () => nc.closed,
      )) ?? undefined;
    await nc.close();
    return error?.message ?? 'connected';
  } catch (error) {
    assert.equal((error as Error).name, 'BoxError');
    assert.ok(!(error as Error).message.includes('\n'));
    return (error as Error).message;
  }
}

test('TLS with a private authority: by file, by text, by scheme, demanded by the server', async () => {
  await works({ servers: tls.url, tls: { caFile: ca.caFile } });
  await works({ servers: `tls://localhost:${tls.port}`, tls: { ca: ca.ca } });
});

test('the system store: SSL_CERT_FILE as in Go', async () => {
  const { execFileSync } = await import('node:child_process');
  const code = `const { connect } = await import(${JSON.stringify(new URL('../../src/client/connect.ts', import.meta.url).href)});
    try { const nc = await connect({ servers: '${tls.url}' }); await nc.flush(); await nc.close(); console.log('connected'); }
    catch (e) { console.log(e.message); }`;
  const run = (env: Record<string, string>): string =>
    execFileSync(process.execPath, ['-e', code], { env: { ...process.env, ...env }, encoding: 'utf8' }).trim();
  const unknown = 'nats: tls error: tls: failed to verify certificate: x509: certificate signed by unknown authority';
  assert.equal(run({ SSL_CERT_FILE: ca.caFile }), 'connected');
  assert.equal(run({}), unknown);
  // No variable of a runtime may switch verification off.
  assert.equal(run({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }), unknown);
});

test('what is wrong with a certificate is said in one line', async () => {
  const servers = tls.url;
  const x509 = 'nats: tls error: tls: failed to verify certificate: x509: ';
  assert.equal(await refusal({ servers }), `${x509}certificate signed by unknown authority`);
  const other = createAuthority('another CA');
  assert.equal(await refusal({ servers, tls: { ca: other.ca } }), `${x509}certificate signed by unknown authority`);
  other.remove();
  assert.equal(
    await refusal({ servers, tls: { ca: ca.ca, serverName: 'wrong.example' } }),
    `${x509}certificate is valid for localhost, not wrong.example`,
  );
  await works({ servers, tls: { insecure: true } });
  await works({ servers, tls: { insecure: true, ca: ca.ca, serverName: 'wrong.example' } });
});

test('an expired certificate and one without the address', async () => {
  const old = ca.issue('old', ['DNS:localhost', 'IP:127.0.0.1'], { expired: true });
  const named = ca.issue('named', ['DNS:only.example']);
  const [a, b] = await Promise.all([
    startNatsServer({ config: tlsBlock(old) }),
    startNatsServer({ config: tlsBlock(named) }),
  ]);
  assert.match(
    await refusal({ servers: a.url, tls: { ca: ca.ca } }),
    /x509: certificate has expired or is not yet valid: current time .* is after 2021-01-01T00:00:00Z$/,
  );
  assert.match(
    await refusal({ servers: b.url, tls: { ca: ca.ca } }),
    /x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs$/,
  );
  await works({ servers: b.url, tls: { ca: ca.ca, serverName: 'only.example' } });
  await Promise.all([a.stop(), b.stop()]);
});

test('client certificates', async () => {
  await works({ servers: mtls.url, tls: { caFile: ca.caFile, certFile: client.certFile, keyFile: client.keyFile } });
  await works({ servers: mtls.url, tls: { ca: ca.ca, cert: client.cert, key: client.key } });
  assert.equal(
    await refusal({ servers: mtls.url, tls: { ca: ca.ca } }),
    'nats: tls error: remote error: tls: certificate required',
  );
  const stranger = createAuthority('stranger');
  const odd = stranger.issue('odd', ['DNS:odd']);
  stranger.remove();
  assert.match(
    await refusal({ servers: mtls.url, tls: { ca: ca.ca, cert: odd.cert, key: odd.key } }),
    /^nats: tls error: remote error: tls: (unknown certificate authority|bad certificate)$/,
  );
  assert.match(await refusal({ servers: mtls.url, tls: { ca: ca.ca, cert: client.cert } }), /needs its key/);
  assert.match(
    await refusal({ servers: mtls.url, tls: { ca: ca.ca, cert: client.cert, key: odd.key } }),
    /^nats: tls error: /,
  );
});

test('files that are not there or no PEM', async () => {
  assert.equal(
    await refusal({ servers: tls.url, tls: { caFile: '/nowhere/ca.pem' } }),
    'nats: error loading rootCA file: open /nowhere/ca.pem: no such file or directory',
  );
  assert.equal(
    await refusal({ servers: tls.url, tls: { ca: 'nonsense' } }),
    'nats: error loading or parsing rootCA file',
  );
});

test('mapped identities from a client certificate', async () => {
  const server = await startNatsServer({
    config: `${tlsBlock(good, `ca_file: "${ca.caFile}", verify_and_map: true`)}
      authorization { users = [ {user: "CN=client"} ] }`,
  });
  await works({ servers: server.url, tls: { ca: ca.ca, cert: client.cert, key: client.key } });
  await server.stop();
});

test('TLS before INFO', async () => {
  const server = await startNatsServer({ config: tlsBlock(good, 'handshake_first: true') });
  await works({ servers: server.url, tls: { ca: ca.ca, first: true } });
  assert.equal(await refusal({ servers: server.url, tls: { ca: ca.ca }, timeout: 300 }), 'nats: timeout');
  assert.match(await refusal({ servers: server.url, tls: { first: true } }), /unknown authority$/);
  await server.stop();
  const plain = await startNatsServer();
  assert.match(await refusal({ servers: plain.url, tls: { ca: ca.ca, first: true } }), /^nats: tls error: /);
  assert.equal(await refusal({ servers: plain.url, tls: true }), 'nats: secure connection not available');
  await plain.stop();
});

test('nothing secret leaves before the certificate was judged', async () => {
  // A server in the middle that offers TLS it cannot prove, and listens for what comes in clear.
  let seen = '';
  const fake: Server = createServer((s: Socket) => {
    s.on('error', () => {});
    s.on('data', (d) => {
      seen += d.toString('latin1');
      s.destroy();
    });
    s.write(
      'INFO {"server_id":"x","version":"2.15.0","proto":1,"tls_required":true,"max_payload":1000}\r\nMSG sneaky 1 1\r\nx\r\n',
    );
  });
  await new Promise<void>((r) => fake.listen(0, '127.0.0.1', r));
  const { port } = fake.address() as { port: number };
  const text = await refusal({ servers: `nats://127.0.0.1:${port}`, user: 'u', password: 'topsecret' });
  assert.match(text, /unexpected data before the TLS handshake|tls error/);
  assert.ok(!seen.includes('topsecret') && !seen.includes('CONNECT'));
  fake.close();
});

test('WebSocket: plain, with path and headers, compressed', async () => {
  const servers = `ws://127.0.0.1:${ws.ports.websocket}`;
  await works({ servers });
  await works({ servers: `${servers}/some/path?x=1`, ws: { headers: { 'X-Test': 'a b' } } });
  await works({ servers, ws: { compression: true } });
});

test('path and headers arrive, cookies in the answer do not hurt', async () => {
  let head = '';
  const front: Server = createServer((s: Socket) => {
    s.on('error', () => {});
    s.once('data', (d) => {
      head = d.toString();
      s.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((r) => front.listen(0, '127.0.0.1', r));
  const { port } = front.address() as { port: number };
  const text = await refusal({
    servers: `ws://127.0.0.1:${port}/a`,
    ws: { path: '/nats', headers: { Authorization: 'Bearer x' } },
  });
  assert.equal(text, 'nats: websocket: bad handshake: HTTP status 403');
  assert.match(head, /^GET \/nats HTTP\/1.1\r\n/);
  assert.match(head, /\r\nAuthorization: Bearer x\r\n/);
  assert.match(
    await refusal({ servers: `ws://127.0.0.1:${port}`, ws: { headers: { A: 'x\r\nB: y' } } }),
    /invalid websocket header/,
  );
  front.close();
});

test('wss with a private authority', async () => {
  const servers = `wss://localhost:${wss.ports.websocket}`;
  await works({ servers, tls: { ca: ca.ca } });
  assert.match(await refusal({ servers }), /certificate signed by unknown authority$/);
  assert.match(
    await refusal({ servers: `wss://127.0.0.1:${wss.ports.websocket}`, tls: { ca: ca.ca, serverName: 'x.example' } }),
    /certificate is valid for localhost, not x.example$/,
  );
});

test('close right after publishing loses nothing, on any transport', async () => {
  const cases: [ConnectOptions, NatsServer][] = [
    [{ servers: ws.url }, ws],
    [{ servers: tls.url, tls: { ca: ca.ca } }, tls],
    [{ servers: `ws://127.0.0.1:${ws.ports.websocket}` }, ws],
    [{ servers: `wss://127.0.0.1:${wss.ports.websocket}`, tls: { ca: ca.ca } }, wss],
  ];
  for (const [options, server] of cases) {
    const listener = await connect({ servers: server.url, ...(server === tls ? { tls: { ca: ca.ca } } : {}) });
    const sub = listener.subscribeRaw('last', { max: 20_000 }, () => {});
    await listener.flush();
    const nc = await connect(options);
    // Unread bytes of our own would make a careless close a reset.
    nc.subscribe('last', { callback: () => {} });
    for (let i = 0; i < 20_000; i++) nc.publish('last', new Uint8Array(200));
    await nc.close();
    await sub.closed;
    await listener.close();
  }
});

test('an inbox prefix with wildcards is refused', async () => {
  for (const inboxPrefix of ['', 'a.', 'a.*', '>', 'a b'])
    assert.equal(await refusal({ servers: ws.url, inboxPrefix }), 'nats: invalid custom prefix');
});

test('mixed schemes are refused', async () => {
  assert.equal(
    await refusal({ servers: ['nats://127.0.0.1:1', 'ws://127.0.0.1:2'] }),
    'nats: mixing of websocket and non websocket URLs is not allowed',
  );
});

test('SOCKS 5: names resolved by the proxy, with and without a login, TLS and WebSocket inside', async () => {
  const open = await startSocksProxy();
  const closed = await startSocksProxy({ user: 'u', password: 'p:@' });
  await works({ servers: `nats://nats.internal:${ws.port}`, socksProxy: `127.0.0.1:${open.port}` });
  assert.deepEqual(open.asked, [`nats.internal:${ws.port}`]);
  await works({ servers: ws.url, socksProxy: `socks5://u:p%3A%40@127.0.0.1:${closed.port}` });
  await works({ servers: tls.url, socksProxy: `socks5://127.0.0.1:${open.port}`, tls: { ca: ca.ca } });
  await works({
    servers: `wss://127.0.0.1:${wss.ports.websocket}`,
    socksProxy: `127.0.0.1:${open.port}`,
    tls: { ca: ca.ca },
  });
  assert.equal(
    await refusal({ servers: ws.url, socksProxy: `socks5://u:wrong@127.0.0.1:${closed.port}` }),
    'nats: the SOCKS proxy refused user and password',
  );
  assert.match(
    await refusal({ servers: ws.url, socksProxy: `127.0.0.1:${closed.port}` }),
    /wants another way to authenticate/,
  );
  const dead = await freePort();
  assert.match(
    await refusal({ servers: `nats://127.0.0.1:${dead}`, socksProxy: `127.0.0.1:${open.port}` }),
    /cannot reach .*: connection refused$/,
  );
  assert.match(await refusal({ servers: ws.url, socksProxy: `127.0.0.1:${dead}` }), /^nats: SOCKS proxy: /);
  await Promise.all([open.stop(), closed.stop()]);
});

test('dead servers, wrong names, servers that are none', async () => {
  const dead = await freePort();
  assert.equal(
    await refusal({ servers: [`127.0.0.1:${dead}`, `nats://127.0.0.1:${dead}`] }),
    'nats: no servers available for connection',
  );
  assert.equal(
    await refusal({ servers: 'no-such-host.invalid' }),
    'dial tcp: lookup no-such-host.invalid: no such host',
  );
  assert.equal(await refusal({ servers: 'nats://secret@:x:y' }), 'nats: invalid server URL');
  const http: Server = createServer((s: Socket) => {
    s.on('error', () => {});
    s.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((r) => http.listen(0, '127.0.0.1', r));
  const { port } = http.address() as { port: number };
  assert.equal(await refusal({ servers: `127.0.0.1:${port}` }), 'nats: protocol exception, INFO not received');
  http.close();
  const mute: Server = createServer(() => {});
  await new Promise<void>((r) => mute.listen(0, '127.0.0.1', r));
  assert.equal(
    await refusal({ servers: `127.0.0.1:${(mute.address() as { port: number }).port}`, timeout: 100 }),
    'nats: timeout',
  );
  mute.close();
});

test('the first server that takes us wins, the dead ones are passed over', async () => {
  const dead = await freePort();
  const nc = await connect({ servers: [`nats://127.0.0.1:${dead}`, ws.url], noRandomize: true });
  assert.equal(nc.serverUrl, ws.url);
  await nc.close();
});
