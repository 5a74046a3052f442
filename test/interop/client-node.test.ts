import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Authority, createAuthority } from '#test/certs.ts';
import { beforeServer as before, type NatsServer, startNatsServer, serverTest as test } from '#test/nats-server.ts';
import { startSocksProxy } from '#test/socks-proxy.ts';

// The client on Node: the sources are bundled for it, and a script speaks through node:net and node:tls.

let dir: string;
let ca: Authority;
let plain: NatsServer;
let tls: NatsServer;
let mtls: NatsServer;
let wss: NatsServer;

const source = fileURLToPath(new URL('../../src/client/index.ts', import.meta.url));

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'natsbox-node-'));
  const { bunPath } = (await import(new URL('../../scripts/bun.mjs', import.meta.url).href)) as { bunPath(): string };
  execFileSync(bunPath(), ['build', source, '--target=node', '--format=esm', '--splitting', '--outdir', dir], {
    stdio: 'pipe',
  });
  ca = createAuthority();
  const good = ca.issue('server', ['DNS:localhost', 'IP:127.0.0.1']);
  const block = `tls { cert_file: "${good.certFile}", key_file: "${good.keyFile}"`;
  [plain, tls, mtls, wss] = await Promise.all([
    startNatsServer(),
    startNatsServer({ config: `${block} }` }),
    startNatsServer({ config: `${block}, ca_file: "${ca.caFile}", verify: true }` }),
    startNatsServer({ config: `websocket { listen: "127.0.0.1:-1", ${block} } }` }),
  ]);
});
after(async () => {
  await Promise.all([plain, tls, mtls, wss].map((s) => s?.stop()));
  ca?.remove();
  if (dir) rmSync(dir, { recursive: true, force: true });
});

/** Runs the body of an async function under Node with `connect` in scope; what it returns, as JSON. */
function onNode(body: string, values: object): Promise<unknown> {
  const file = join(dir, 'script.mjs');
  writeFileSync(
    file,
    `import { connect } from './index.js';
     const v = ${JSON.stringify(values)};
     const works = async (options) => {
       const nc = await connect(options);
       const sub = nc.subscribe('t');
       const sizes = [0, 5, 70_000, 900_000];
       for (const n of sizes) nc.publish('t', new Uint8Array(n).fill(n % 251));
       let i = 0;
       for await (const m of sub) {
         if (m.data.length !== sizes[i] || m.data.some((b) => b !== sizes[i] % 251)) throw new Error('message ' + i);
         if (++i === sizes.length) break;
       }
       await nc.drain();
       return 'works';
     };
     const refusal = async (options) => {
       try {
         const nc = await connect({ reconnect: false, timeout: 20_000, ...options });
         const error = await nc.flush().then(() => undefined, () => nc.closed);
         await nc.close();
         return error?.message ?? 'connected';
       } catch (e) { return e.message; }
     };
     const run = async () => { ${body} };
     console.log(JSON.stringify(await run()));`,
  );
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' };
    execFile('node', [file], { env, timeout: 30_000 }, (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
  });
}

test('plain TCP, requests, backpressure, refused connections', async () => {
  const got = await onNode(
    `const nc = await connect({ servers: v.url });
     nc.subscribe('echo', { callback: (m) => m.respond(m.data) });
     const echo = (await nc.request('echo', 'hi')).string();
     const none = await nc.request('nobody').catch((e) => e.message);
     let n = 0;
     const sub = nc.subscribe('flood');
     const all = (async () => { for await (const m of sub) if (++n === 100_000) break; })();
     for (let i = 0; i < 100_000; i++) { nc.publish('flood', new Uint8Array(128)); await nc.writable(); }
     await all;
     await nc.close();
     return [await works({ servers: v.url }), echo, none, n, sub.dropped, await refusal({ servers: '127.0.0.1:1' })];`,
    { url: plain.url },
  );
  assert.deepEqual(got, [
    'works',
    'hi',
    'nats: no responders available for request',
    100_000,
    0,
    'nats: no servers available for connection',
  ]);
});

test('TLS, client certificates, what is wrong with them, wss, SOCKS', async () => {
  const client = ca.issue('client', ['DNS:client']);
  const proxy = await startSocksProxy();
  const x509 = 'nats: tls error: tls: failed to verify certificate: x509: ';
  const got = await onNode(
    `const ca = v.ca;
     return [
       await works({ servers: v.tls, tls: { ca } }),
       await works({ servers: v.mtls, tls: { ca, cert: v.cert, key: v.key } }),
       await works({ servers: v.wss, tls: { ca } }),
       await works({ servers: v.tls, tls: { ca }, socksProxy: v.proxy }),
       await refusal({ servers: v.tls }),
       await refusal({ servers: v.tls, tls: { ca, serverName: 'wrong.example' } }),
       await refusal({ servers: v.mtls, tls: { ca } }),
       await works({ servers: v.tls, tls: { insecure: true } }),
     ];`,
    {
      ca: ca.ca,
      cert: client.cert,
      key: client.key,
      tls: tls.url,
      mtls: mtls.url,
      wss: `wss://localhost:${wss.ports.websocket}`,
      proxy: `127.0.0.1:${proxy.port}`,
    },
  );
  await proxy.stop();
  assert.deepEqual(got, [
    'works',
    'works',
    'works',
    'works',
    `${x509}certificate signed by unknown authority`,
    `${x509}certificate is valid for localhost, not wrong.example`,
    'nats: tls error: remote error: tls: certificate required',
    'works',
  ]);
});
